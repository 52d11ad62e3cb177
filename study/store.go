package study

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"

	"github.com/vicinal-ml/vicinal/internal/jsonfile"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/measure"
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

// CSV returns one line a run: method, seed, status, the folder, and of finished
// runs the compared measure and the others, epochs, steps and floating-point
// operations. It holds no clock: the same study gives the same bytes.
func (r *Results) CSV() []byte {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	measures := append([]measure.Measure{r.Compared}, r.Shown()...)
	head := []string{"method", "seed", "status", "folder"}
	for _, m := range measures {
		head = append(head, m.Column())
	}
	w.Write(append(head, "epochs", "steps", "flops"))
	for _, run := range r.Runs {
		line := make([]string, 0, len(head)+3)
		line = append(line, run.Method, strconv.FormatUint(run.Seed, 10), string(run.Status), run.Dir)
		if run.Status != Finished {
			w.Write(line[:cap(line)])
			continue
		}
		for _, m := range measures {
			text := ""
			if x, ok := run.Values.Get(m.Key()); ok {
				text = number(x)
			}
			line = append(line, text)
		}
		w.Write(append(line, strconv.Itoa(run.Epochs), strconv.FormatInt(run.Steps, 10), number(run.FLOPs)))
	}
	w.Flush() // into memory: cannot fail
	return text.Bytes()
}

// Bounds of results.json: a run has some 2,000 bytes and a dozen objects.
const (
	maxResultsBytes = 1 << 25
	maxObjects      = 1 << 18
)

// stored reads results.json; nil where there is none.
func stored(dir string) (*Results, error) {
	path := filepath.Join(dir, resultsName)
	text, err := wholefile.Read(path, maxResultsBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading results: %w", err)
	}
	r := &Results{Dir: dir}
	if err := jsonfile.Decode(text, maxObjects, r); err != nil {
		return nil, fmt.Errorf("%s is damaged (%w); delete it, it is made again from the runs", path, err)
	}
	return r, nil
}
