package train

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/weights"
)

// TestInit begins a run with the exported weights of another. A learning rate
// of almost 0 leaves them as they are.
func TestInit(t *testing.T) {
	spec := quickSpec()
	spec.Model = "mlp:6"
	set := smallSet(t, spec)
	first := t.TempDir()
	want := mustRun(t, set, spec, first, Hooks{})

	file := filepath.Join(t.TempDir(), "w.safetensors")
	exported, err := Export(first, Last, file)
	if err != nil {
		t.Fatal(err)
	}
	if exported.Model != "mlp:6" || exported.Epoch != spec.Epochs || len(exported.Classes) != 10 || exported.Params != want.Params {
		t.Errorf("%+v", exported)
	}

	still := spec
	still.Init, still.Epochs, still.Seed = file, 2, 99
	still.Optimizer = Optimizer{Name: OptimizerSGD, LearningRate: 1e-30}
	for name, average := range map[string]Average{"no average": {}, "average": {Decay: 0.5}} {
		still.Average = average
		dir := t.TempDir()
		got := mustRun(t, set, still, dir, Hooks{})
		if got.Measures.Of("test_error") != want.Measures.Of("test_error") || got.Measures.Of("test_loss") != want.Measures.Of("test_loss") {
			t.Errorf("%s: test error and loss %v and %v, want %v and %v", name, got.Measures.Of("test_error"), got.Measures.Of("test_loss"), want.Measures.Of("test_error"), want.Measures.Of("test_loss"))
		}
		again := filepath.Join(dir, "again.safetensors")
		if _, err := Export(filepath.Join(dir, rundir.LastFile), "", again); err != nil {
			t.Fatal(err)
		}
		// The headers tell of other runs, so only the ends are the same.
		a, b := readFile(t, file), readFile(t, again)
		if size := 4 * want.Params; a[len(a)-size:] != b[len(b)-size:] {
			t.Errorf("%s: other weights are exported", name)
		}
	}

	still.NewHead = true
	if got := mustRun(t, set, still, t.TempDir(), Hooks{}); got.Measures.Of("test_loss") == want.Measures.Of("test_loss") {
		t.Error("a new head has the loss of the old one")
	}
}

func TestInitResumed(t *testing.T) {
	spec := quickSpec()
	spec.Model = "mlp:6"
	set := smallSet(t, spec)
	first := t.TempDir()
	mustRun(t, set, spec, first, Hooks{})
	file := filepath.Join(t.TempDir(), "w.safetensors")
	if _, err := Export(first, Last, file); err != nil {
		t.Fatal(err)
	}
	spec.Init = file
	whole, broken := t.TempDir(), t.TempDir()
	mustRun(t, set, spec, whole, Hooks{})
	if err := interruptAt(t, set, spec, broken, 3); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}

	kept := readFile(t, file)
	if err := os.WriteFile(file, []byte(kept[:len(kept)-1]+"!"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := Run(t.Context(), backendFor(t), set, spec, broken, Hooks{})
	if !errors.Is(err, ErrOtherRun) || !strings.Contains(err.Error(), file) {
		t.Errorf("other weights in the file: %v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	result := mustRun(t, set, spec, broken, Hooks{})
	sameRun(t, whole, broken)
	if result.Init == "" {
		t.Error("the result does not tell the sum of the weights")
	}
}

func TestInitRefuses(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.Init = "mlp:6", filepath.Join(t.TempDir(), "none")
	set := smallSet(t, spec)
	if _, err := Run(t.Context(), backendFor(t), set, spec, t.TempDir(), Hooks{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(spec.Init, []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), backendFor(t), set, spec, t.TempDir(), Hooks{}); !errors.Is(err, weights.ErrFormat) {
		t.Errorf("a file of other content: %v", err)
	}
	if _, err := Export(t.TempDir(), Best, filepath.Join(t.TempDir(), "w")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("exporting an empty folder: %v", err)
	}
}
