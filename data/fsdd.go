package data

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

const fsddRate = 8000

func fsdd() reader {
	return reader{
		info: Info{
			Name:    "fsdd",
			Title:   "Spoken digits: 3,000 recordings of 6 speakers at 8 kHz, as spectrograms",
			Classes: numbers(10),
			Shape:   spectrogramShape(fsddRate),
			Mean:    []float32{0}, // each spectrogram is normalised by itself
			Std:     []float32{1},
			Source:  "https://github.com/Jakobovski/free-spoken-digit-dataset",
			Licence: "CC BY-SA 4.0",
			Citation: "Z. Jackson, C. Souza, J. Flaks, Y. Pan, H. Nicolas and A. Thite. " +
				"Free Spoken Digit Dataset v1.0.8. 2018. https://doi.org/10.5281/zenodo.1342401",
		},
		archives: fsddArchives(),
		open:     openFSDD,
	}
}

// openFSDD reads DIGIT_SPEAKER_N.wav. The official test part is N = 0 to 4; a
// tenth of the rest is drawn for validation.
func openFSDD(ctx context.Context, r request) (*parts, error) {
	f, err := r.find("recordings", "free-spoken-digit-dataset-master/recordings")
	if err != nil {
		return nil, err
	}
	first, err := f.path("0_jackson_0.wav", "0_george_0.wav")
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(first)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", r.name, err)
	}
	name := regexp.MustCompile(`^([0-9])_[^_]+_([0-9]{1,6})\.wav$`)
	train, test := &recordings{rate: fsddRate}, &recordings{rate: fsddRate}
	for _, e := range entries {
		m := name.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		part := train
		if n, err := strconv.Atoi(m[2]); err == nil && n <= 4 {
			part = test
		}
		part.paths = append(part.paths, filepath.Join(dir, e.Name()))
		part.labels = append(part.labels, int32(m[1][0]-'0'))
	}
	if train.Len() == 0 {
		return nil, fmt.Errorf("%s has no recordings called DIGIT_SPEAKER_N.wav with N above 4", dir)
	}
	return &parts{info: r.info, train: train, test: test, validationShare: 1. / 10}, ctx.Err()
}
