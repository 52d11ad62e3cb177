package study

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// save writes results.json and results.csv, each whole or not at all.
func (r *Results) save() error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", resultsName, err)
	}
	if err := wholefile.Write(filepath.Join(r.Dir, resultsName), append(text, '\n')); err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(r.Dir, csvName), r.CSV())
}

// CSV returns one line a run: method, seed, status, the folder, and of
// finished runs the errors in percent, steps and floating-point operations. It
// holds no clock: the same study gives the same bytes.
func (r *Results) CSV() []byte {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	w.Write([]string{"method", "seed", "status", "folder", "test_error_percent", "validation_error_percent", "train_error_percent", "steps", "flops"})
	for _, run := range r.Runs {
		line := []string{run.Method, strconv.FormatUint(run.Seed, 10), string(run.Status), run.Dir, "", "", "", "", ""}
		if run.Status == Finished {
			for i, v := range []*float64{&run.TestError, run.ValidationError, run.TrainError} {
				if v != nil {
					line[4+i] = number(*v)
				}
			}
			line[7], line[8] = strconv.FormatInt(run.Steps, 10), number(run.FLOPs)
		}
		w.Write(line)
	}
	w.Flush() // into memory: cannot fail
	return text.Bytes()
}

// stored reads results.json; nil where there is none.
func stored(dir string) (*Results, error) {
	path := filepath.Join(dir, resultsName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading results: %w", err)
	}
	r := &Results{Dir: dir}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s is damaged (%w); delete it, it is made again from the runs", path, err)
	}
	return r, nil
}
