package train

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
)

func goBackendFor(t testing.TB) compute.Backend {
	t.Helper()
	backend, err := Backend("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	return backend
}

// quickSpec is a run of a second or less.
func quickSpec() Spec {
	spec := DefaultSpec()
	spec.Model, spec.Epochs, spec.Batch, spec.EvalEvery = "cnn:width=4", 4, 32, 2
	spec.Method = "mixup:1"
	return spec
}

func openSet(t testing.TB, spec Spec) *data.Set {
	t.Helper()
	set, err := data.Open(context.Background(), spec.Data, spec.DataOptions())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func mustRun(t testing.TB, spec Spec, dir string) *Result {
	t.Helper()
	result, err := Run(context.Background(), goBackendFor(t), openSet(t, spec), spec, dir, Hooks{Note: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func readFile(t testing.TB, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	result := mustRun(t, quickSpec(), dir)
	t.Logf("%+v", result)
	t.Log(readFile(t, dir, metricsFile))
	t.Log(readFile(t, dir, specFile))
	t.Log(readFile(t, dir, timingFile))
	t.Log(readFile(t, dir, resultFile))
}
