package data

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// arceneColumns is the number of abundances of a sample.
const arceneColumns = 10_000

func arcene() reader {
	return reader{
		info: Info{
			Name:    "arcene",
			Title:   "Mass spectra: 200, cancer or not by 10,000 abundances",
			Classes: []string{"-1", "1"},
			Shape:   []int{arceneColumns},
			Parts:   "100 for training, of which a fifth is drawn for validation, and the official validation part of 100 for testing",
			Source:  "https://archive.ics.uci.edu/dataset/167",
			Licence: "CC BY 4.0",
			Citation: "I. Guyon, S. Gunn, A. Ben-Hur and G. Dror. Arcene. UCI Machine Learning Repository, 2004. " +
				"https://doi.org/10.24432/C58P55",
		},
		archives: uciArchives("167", "arcene.zip"),
		open:     openArcene,
	}
}

// openArcene reads the official training part; the official validation part
// is the test part here, as the labels of the official test part were never
// published. A fifth of the training part is drawn for validation.
func openArcene(ctx context.Context, r request) (*parts, error) {
	f, err := r.find("ARCENE")
	if err != nil {
		return nil, err
	}
	n := &norm{}
	read := func(part string) (*rows, error) {
		data := &table{}
		for j := range arceneColumns {
			data.header = append(data.header, fmt.Sprintf("abundance %d", j+1))
		}
		labels := &table{header: []string{"label"}}
		for _, t := range []*table{data, labels} {
			name := part + ".data"
			if t == labels {
				name = part + ".labels"
			}
			if t.file, err = f.path(name, name+".gz"); err != nil {
				return nil, err
			}
			if err := readFile(t.file, func(file io.Reader) error { return readPlain(withContext(ctx, file), t, "") }); err != nil {
				return nil, err
			}
		}
		if len(labels.cells) != len(data.cells) {
			return nil, fmt.Errorf("%s has %d labels for the %d rows of %s", labels.file, len(labels.cells), len(data.cells), data.file)
		}
		data.kinds = slices.Repeat([]kind{numbersOnly}, arceneColumns)
		x, _, err := data.features(data.others(nil), nil)
		if err != nil {
			return nil, err
		}
		for i, row := range labels.cells {
			switch row[0] {
			case "-1":
				x.labels = append(x.labels, 0)
			case "1", "+1":
				x.labels = append(x.labels, 1)
			default:
				return nil, labels.errorf(i, "label %q is neither -1 nor 1", row[0])
			}
		}
		x.norm = n
		return x, nil
	}
	train, err := read("arcene_train")
	if err != nil {
		return nil, err
	}
	test, err := read("arcene_valid")
	if err != nil {
		return nil, err
	}
	return &parts{info: r.info, train: train, test: test, norm: n, validationShare: 1. / 5}, nil
}
