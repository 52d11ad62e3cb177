//go:build long

package train

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// pythonVariable names a Python interpreter that has TensorBoard. Without it
// one is made, with TensorBoard 2.21 from the package index.
const pythonVariable = "VICINAL_TENSORBOARD_PYTHON"

// TestTensorBoard has TensorBoard read a run that was interrupted twice, once
// with events after its last checkpoint.
func TestTensorBoard(t *testing.T) {
	python := os.Getenv(pythonVariable)
	if python == "" {
		venv := t.TempDir()
		python = filepath.Join(venv, "bin", "python")
		for _, args := range [][]string{{"python3", "-m", "venv", venv}, {python, "-m", "pip", "install", "-q", "tensorboard==2.21.0"}} {
			if output, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
				t.Skipf("TensorBoard cannot be installed: %v: %v: %s", args, err, output)
			}
		}
	}
	read := func(dir string) map[string][][2]float64 {
		t.Helper()
		output, err := exec.Command(python, "testdata/read_events.py", dir).Output()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("%v: %s", err, exit.Stderr)
		} else if err != nil {
			t.Fatal(err)
		}
		var steps map[string][][2]float64
		if err := json.Unmarshal(output, &steps); err != nil {
			t.Fatal(err)
		}
		return steps
	}
	spec := quickSpec()
	set := smallSet(t, spec)
	whole, dir := t.TempDir(), t.TempDir()
	mustRun(t, set, spec, whole, Hooks{})
	var before string
	for _, step := range []int64{3, 7, 11} {
		if err := interruptAt(t, set, spec, dir, step); !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		if step == 7 {
			before = readFile(t, dir, rundir.LastFile)
		}
	}
	// As if it had been killed after step 11, saved after step 7.
	overwrite(t, dir, rundir.LastFile, before)
	mustRun(t, set, spec, dir, Hooks{})
	want, got := read(whole), read(dir)
	if len(want["step/loss"]) != 16 || len(want["test/error"]) != 2 || len(want["train/accuracy_mixed"]) != 4 {
		t.Errorf("a run never interrupted: %v", want)
	}
	for tag, points := range want {
		if tag == "speed/samples_per_second" {
			continue
		}
		if len(got[tag]) != len(points) {
			t.Errorf("%s: %v, want %v", tag, got[tag], points)
			continue
		}
		for i, p := range points {
			if got[tag][i] != p {
				t.Errorf("%s: %v, want %v", tag, got[tag][i], p)
			}
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d tags, want %d", len(got), len(want))
	}
}
