package train

import (
	"errors"
	"github.com/vicinal-ml/vicinal/measure"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestImport takes the weights of a run out and in again, and measures the same.
func TestImport(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	run := t.TempDir()
	result := mustRun(t, set, spec, run, Hooks{})
	file := filepath.Join(t.TempDir(), "w.safetensors")
	if _, err := Export(run, Last, file); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "deep", "imported")
	if err := Import(file, spec, set.Shape, set.Classes, nil, dir); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{run, dir} {
		saved, err := Load(from, Last)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(saved.Preparation, set.Preparation) {
			t.Errorf("%s: prepared by %+v, want %+v", from, saved.Preparation, set.Preparation)
		}
	}
	m, err := Open(backendFor(t), dir, Last)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	seen := 0
	e, err := m.Evaluate(t.Context(), measure.Test, set.Test, func(samples int) { seen += samples })
	if err != nil {
		t.Fatal(err)
	}
	if e.Of("error") != result.Measures.Of("test_error") || e.Of("loss") != result.Measures.Of("test_loss") || e.Of("ece") != result.Measures.Of("test_ece") || e.Of("top5_error") != result.Measures.Of("test_top5_error") || e.Samples != set.Test.Len() || seen != e.Samples {
		t.Errorf("%+v of %d samples, the run measured %+v", *e, seen, result)
	}
	if _, err := m.Evaluate(t.Context(), measure.Test, memory{}, nil); err == nil {
		t.Error("a split without samples was evaluated")
	}
	if m.Epoch != 0 || m.Spec.Method != "" || m.Spec.Init != file {
		t.Errorf("it claims to be trained: %+v", m.Spec)
	}
	if err := Import(file, spec, set.Shape, set.Classes, set.Preparation, dir); !errors.Is(err, ErrOtherRun) {
		t.Errorf("a folder in use: %v", err)
	}
	none := filepath.Join(t.TempDir(), "none")
	if err := Import(file, spec, set.Shape, set.Classes[1:], nil, none); err == nil {
		t.Error("weights of other classes were taken")
	}
	if _, err := os.Stat(none); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder was left: %v", err)
	}
}
