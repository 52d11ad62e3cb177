package data

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

var fsddForm = soundForm{rate: 8000, seconds: 1}

// fsddContent is the sum of the 3,000 recordings of v1.0.10.
const fsddContent = "1801eae019c063377d98f831d3f93574f259475df7332bb0e3d1b080fb5e6959"

func fsdd() reader {
	return reader{
		info: Info{
			Name:    "fsdd",
			Title:   "Spoken digits: 3,000 recordings of 6 speakers at 8 kHz, as spectrograms",
			Classes: numbers(10),
			Shape:   fsddForm.shape(),
			Mean:    []float32{0}, // each spectrogram is normalised by itself
			Std:     []float32{1},
			Parts:   "2,700 for training (N from 5 on), of which a tenth is drawn for validation, and 300 for testing (N from 0 to 4)",
			Augment: soundAugment,
			Source:  "https://github.com/Jakobovski/free-spoken-digit-dataset",
			Licence: "CC BY-SA 4.0",
			Citation: "Z. Jackson, C. Souza, J. Flaks, Y. Pan, H. Nicolas and A. Thite. " +
				"Free Spoken Digit Dataset v1.0.8. 2018. https://doi.org/10.5281/zenodo.1342401",
		},
		archives: fsddArchives("v1.0.10.zip", "tags"),
		other:    fsddArchives("master.zip", "heads"),
		content:  fsddContent, contentIn: "recordings",
		open: openFSDD,
	}
}

// openFSDD reads DIGIT_SPEAKER_N.wav. The official test part is N = 0 to 4; a
// tenth of the rest is drawn for validation.
func openFSDD(ctx context.Context, r request) (*parts, error) {
	f, err := r.find("recordings", "free-spoken-digit-dataset-1.0.10/recordings", "free-spoken-digit-dataset-master/recordings")
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
	train, test := &recordings{form: fsddForm}, &recordings{form: fsddForm}
	for _, e := range entries {
		digit, n, ok := parseFSDD(e.Name())
		if !ok {
			continue
		}
		part := train
		if n <= 4 {
			part = test
		}
		part.paths = append(part.paths, filepath.Join(dir, e.Name()))
		part.labels = append(part.labels, int32(digit))
	}
	if train.Len() == 0 {
		return nil, fmt.Errorf("%s has no recordings called DIGIT_SPEAKER_N.wav with N above 4", dir)
	}
	return &parts{info: r.info, train: train, test: test, validationShare: 1. / 10}, ctx.Err()
}

var fsddName = regexp.MustCompile(`^([0-9])_[^_]+_([0-9]{1,6})\.wav$`)

// parseFSDD reads the name DIGIT_SPEAKER_N.wav of a recording.
func parseFSDD(name string) (digit, n int, ok bool) {
	m := fsddName.FindStringSubmatch(name)
	if m == nil {
		return 0, 0, false
	}
	n, err := strconv.Atoi(m[2])
	return int(m[1][0] - '0'), n, err == nil
}
