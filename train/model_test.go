package train

import (
	"errors"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// TestModel predicts with the networks of a run and compares the errors with
// those that the run measured.
func TestModel(t *testing.T) {
	spec := quickSpec()
	spec.Epochs, spec.EvalEvery = 9, 1
	set := smallSet(t, spec)
	dir := t.TempDir()
	result := mustRun(t, set, spec, dir, Hooks{})
	test := set.Test.(memory)
	for which, want := range map[Which]float64{Last: result.Measures.Of("test_error"), Best: result.AtBest.Of("test_error")} {
		m, err := Open(backendFor(t), dir, which)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		probabilities, err := m.Predict(test.x, test.Len())
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for i, label := range test.labels {
			row := probabilities[10*i : 10*i+10]
			sum := float32(0)
			for _, p := range row {
				sum += p
			}
			if math.Abs(float64(sum)-1) > 1e-5 {
				t.Errorf("probabilities of sample %d sum to %v", i, sum)
			}
			if slices.Max(row) > row[label] {
				wrong++
			}
		}
		if got := 100 * float64(wrong) / float64(test.Len()); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: error %v %%, the run measured %v %%", which, got, want)
		}
		if len(m.Classes) != 10 || m.Spec.Method != "mixup:1" {
			t.Errorf("%s: %+v", which, m)
		}
		if _, err := m.Predict(test.x, 3); err == nil {
			t.Error("a wrong number of samples was not refused")
		}
	}
	if _, err := Open(backendFor(t), t.TempDir(), Last); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	overwrite(t, dir, rundir.BestFile, "x")
	if _, err := Open(backendFor(t), dir, Best); !errors.Is(err, ErrDamaged) {
		t.Errorf("a damaged checkpoint: %v", err)
	}
}
