package train

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

func TestFolderRefuses(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	file := filepath.Join(t.TempDir(), "file")
	overwrite(t, filepath.Dir(file), "file", "x")
	stranger := t.TempDir()
	overwrite(t, stranger, "thesis.tex", "x")
	noSpec := t.TempDir()
	overwrite(t, noSpec, rundir.MetricsFile, "")
	finished := t.TempDir()
	mustRun(t, set, spec, finished, Hooks{})
	longer := spec
	longer.Epochs = 5
	tests := []struct {
		name, dir string
		spec      Spec
		is        error
		want      string
	}{
		{"a file", file, spec, nil, "creating the run folder"},
		{"below a file", filepath.Join(file, "run"), spec, nil, "creating the run folder"},
		{"nowhere to write", "/proc/vicinal-run", spec, nil, "creating the run folder"},
		{"a folder of other things", stranger, spec, ErrOtherRun, "thesis.tex"},
		{"metrics without a spec", noSpec, spec, ErrOtherRun, rundir.MetricsFile},
		{"a finished run of another spec", finished, longer, ErrOtherRun, "epochs = 4 there, 5 here"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := listing(t, test.dir)
			_, err := Run(context.Background(), backendFor(t), set, test.spec, test.dir, Hooks{})
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want an error with %q", err, test.want)
			}
			if after := listing(t, test.dir); after != before {
				t.Errorf("the folder held %s, now %s", before, after)
			}
		})
	}
}

// listing names what a folder holds, but for the lock.
func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if e.Name() != rundir.LockFile {
			names = append(names, e.Name())
		}
	}
	return strings.Join(names, " ")
}

func TestFolderBusy(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	dir := t.TempDir()
	var inside error
	mustRun(t, set, spec, dir, Hooks{Step: func(i StepInfo) {
		if i.Done == 2 {
			_, inside = Run(context.Background(), backendFor(t), set, spec, dir, Hooks{})
		}
	}})
	if !errors.Is(inside, ErrBusy) || !strings.Contains(inside.Error(), dir) {
		t.Errorf("a second run in the folder: %v", inside)
	}
}

// TestFolderWithPicture allows what others draw into the folder beforehand.
func TestFolderWithPicture(t *testing.T) {
	dir := t.TempDir()
	overwrite(t, dir, rundir.PreviewFile, "x")
	overwrite(t, dir, ".spec.toml"+wholefile.Suffix, "cut sh")
	spec := quickSpec()
	mustRun(t, smallSet(t, spec), spec, dir, Hooks{})
}

func TestSetRefused(t *testing.T) {
	spec := quickSpec()
	good := smallSet(t, spec)
	train := load(t, good, good.Train)
	change := func(f func(*data.Set)) *data.Set {
		c := *good
		f(&c)
		return &c
	}
	tests := []struct {
		want string
		set  *data.Set
	}{
		{"0 targets", change(func(s *data.Set) { s.Task = data.Regression })},
		{"no training samples", change(func(s *data.Set) { s.Train = memory{} })},
		{"not one of the 10 classes", change(func(s *data.Set) { s.Train = memory{train.x[:64], []int32{10}} })},
		{"not one of the 10 classes", change(func(s *data.Set) { s.Test = memory{train.x[:64], []int32{-1}} })},
		{"takes images", change(func(s *data.Set) { s.Shape = []int{64} })},
	}
	for _, test := range tests {
		_, err := Run(context.Background(), backendFor(t), test.set, spec, t.TempDir(), Hooks{})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want an error with %q", err, test.want)
		}
	}
}

func TestReadMetrics(t *testing.T) {
	dir := t.TempDir()
	overwrite(t, dir, rundir.MetricsFile, "{\"epoch\":1,\"loss\":0.5}\n{\"epoch\":2}\n{\"epo")
	metrics := metricsOf(t, dir)
	if len(metrics) != 2 || metrics[1].Epoch != 2 || *metrics[0].Loss != 0.5 || metrics[1].Loss != nil {
		t.Errorf("%+v", metrics)
	}
	// Of a run under way, the disk may not have had the end yet.
	overwrite(t, dir, rundir.MetricsFile, "{\"epoch\":1}\n{\"epo\x00\x00\x00\n{\"epoch\":3}\n")
	if metrics := metricsOf(t, dir); len(metrics) != 1 || metrics[0].Epoch != 1 {
		t.Errorf("with zeros: %+v", metrics)
	}
	overwrite(t, dir, rundir.ResultFile, "{}")
	overwrite(t, dir, rundir.MetricsFile, "{\"epoch\":1}\nx\n")
	if _, err := ReadMetrics(dir); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("%v, want an error naming line 2", err)
	}
	if _, err := ReadMetrics(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no metrics: %v", err)
	}
}

func TestGuard(t *testing.T) {
	cause := errors.New("cause")
	if err := guard("x", func() error { panic(cause) }); !errors.Is(err, cause) || err.Error() != "x: cause" {
		t.Error(err)
	}
	if err := guard("x", func() error { panic("text") }); err == nil || err.Error() != "x: text" {
		t.Error(err)
	}
	if err := guard("x", func() error { return cause }); err != cause {
		t.Error(err)
	}
	if err := guard("x", func() error { return nil }); err != nil {
		t.Error(err)
	}
}
