package data

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

//go:embed embedded/iris.csv
var irisFile []byte

func iris() reader {
	return reader{
		info: Info{
			Name:     "iris",
			Title:    "Iris flowers: 150 of 3 species by 4 lengths, embedded",
			Classes:  []string{"setosa", "versicolor", "virginica"},
			Features: []string{"sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"},
			Shape:    []int{4},
			Parts:    "none: a fifth is drawn for testing, a fifth for validation",
			Source:   "https://archive.ics.uci.edu/dataset/53 (two wrong points corrected, as in scikit-learn's iris.csv)",
			Licence:  "CC BY 4.0",
			Citation: "R. A. Fisher. The use of multiple measurements in taxonomic problems. " +
				"Annals of Eugenics 7(2):179-188, 1936. https://doi.org/10.24432/C56C76",
		},
		open: openIris,
	}
}

// openIris reads the embedded iris flowers. A fifth of them are the test part,
// a fifth validation.
func openIris(ctx context.Context, r request) (*parts, error) {
	x, labels, err := readIris(bytes.NewReader(irisFile))
	if err != nil {
		return nil, fmt.Errorf("reading embedded iris.csv: %w", err)
	}
	n := &norm{}
	return &parts{
		info:            r.info,
		train:           &rows{size: 4, x: x, labels: labels, norm: n},
		norm:            n,
		testShare:       1. / 5,
		validationShare: 1. / 5,
	}, nil
}

// readIris reads a header line and lines of four lengths and a species.
func readIris(file io.Reader) (x []float64, labels []int32, err error) {
	lines := csv.NewReader(file)
	lines.FieldsPerRecord = 5
	records, err := lines.ReadAll()
	if err != nil {
		return nil, nil, err
	}
	for i, record := range records {
		if i == 0 {
			continue
		}
		for _, field := range record[:4] {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return nil, nil, fmt.Errorf("line %d: %w", i+1, err)
			}
			x = append(x, v)
		}
		k, err := strconv.Atoi(record[4])
		if err != nil || k < 0 || k > 2 {
			return nil, nil, fmt.Errorf("line %d: %q is not a species in [0, 2]", i+1, record[4])
		}
		labels = append(labels, int32(k))
	}
	return x, labels, nil
}
