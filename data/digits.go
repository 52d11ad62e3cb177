package data

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
)

//go:embed embedded/digits.csv.gz
var digitsFile []byte

func digits() reader {
	return reader{
		info: Info{
			Name:    "digits",
			Title:   "Optical recognition of handwritten digits: 1,797 of 8x8 pixels, embedded",
			Classes: numbers(10),
			Shape:   []int{8, 8, 1},
			Parts:   "none: a half is drawn for testing, a sixth for validation",
			Source:  "https://archive.ics.uci.edu/dataset/80 (test part, as in scikit-learn's digits.csv.gz)",
			Licence: "CC BY 4.0",
			Citation: "E. Alpaydin and C. Kaynak. Optical Recognition of Handwritten Digits. " +
				"UCI Machine Learning Repository, 1998. https://doi.org/10.24432/C50P49",
		},
		open: openDigits,
	}
}

// openDigits reads the embedded digits. The 17 gray levels 0..16 become
// round(255 * level / 16), so that they are pixels like those of other sets.
// Half of them are the test part, a sixth validation.
func openDigits(ctx context.Context, r request) (*parts, error) {
	pix, labels, err := readDigits(bytes.NewReader(digitsFile))
	if err != nil {
		return nil, fmt.Errorf("reading embedded digits.csv.gz: %w", err)
	}
	n := &norm{}
	return &parts{
		info:            r.info,
		train:           &images{h: 8, w: 8, channels: 1, pix: pix, labels: labels, norm: n},
		norm:            n,
		testShare:       1. / 2,
		validationShare: 1. / 6,
		perClass:        10,
	}, nil
}

// numbers returns the names "0" to "n-1".
func numbers(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// readDigits reads lines of 64 levels and a digit.
func readDigits(file io.Reader) (pix []uint8, labels []int32, err error) {
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, nil, err
	}
	lines := csv.NewReader(unzipped)
	lines.FieldsPerRecord = 65
	lines.ReuseRecord = true
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return pix, labels, nil
		}
		if err != nil {
			return nil, nil, err
		}
		for i, field := range record {
			limit := 16
			if i == 64 {
				limit = 9
			}
			v, err := strconv.Atoi(field)
			if err != nil || v < 0 || v > limit {
				line, _ := lines.FieldPos(i)
				return nil, nil, fmt.Errorf("line %d, column %d: %q is not a whole number in [0, %d]", line, i+1, field, limit)
			}
			if i == 64 {
				labels = append(labels, int32(v))
			} else {
				pix = append(pix, uint8((255*v+8)/16))
			}
		}
	}
}
