package study

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestOnSamples: a comparison has the interval over seeds and samples, around
// the same difference and no narrower, and the same when it is read again; it
// goes without where a run has left no predictions.
func TestOnSamples(t *testing.T) {
	spec := tinySpec()
	spec.Methods, spec.Seeds = []string{"erm", "mixup:1"}, []uint64{1, 2, 3}
	dir := t.TempDir()
	row := mustRun(t, spec, dir).Rows[1]
	test := row.Difference.Test
	if row.OnSamples == nil || test == nil {
		t.Fatalf("%+v", row)
	}
	two := row.OnSamples
	if math.Abs(two.Mean-row.Difference.Mean) > 1e-9 || two.Low > test.Low || two.High < test.High || two.Seeds != 3 || two.SampleError <= 0 {
		t.Errorf("%+v over seeds and samples, %+v over seeds", two, test)
	}
	results, err := Load(dir)
	if err != nil || !reflect.DeepEqual(results.Rows[1].OnSamples, two) {
		t.Errorf("read again: %+v, %v", results.Rows[1].OnSamples, err)
	}
	if kept, err := stored(dir); err != nil || !reflect.DeepEqual(kept.Rows[1].OnSamples, two) {
		t.Errorf("kept: %+v, %v", kept, err)
	}
	if err := os.Remove(filepath.Join(dir, results.Runs[0].Dir, "predictions.safetensors")); err != nil {
		t.Fatal(err)
	}
	if results, err = Load(dir); err != nil || results.Rows[1].OnSamples != nil || results.Rows[1].Difference.Test == nil {
		t.Errorf("without the predictions of a run: %+v, %v", results.Rows[1], err)
	}
}
