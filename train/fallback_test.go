package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

var errCut = errors.New("cut short")

// cutShort goes on with the run and ends it at the change of the checkpoints'
// names of that number, from 1. It reports whether there were as many.
func cutShort(t *testing.T, set *data.Set, spec Spec, dir string, number int, usePrevious bool) bool {
	t.Helper()
	spec, err := spec.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	f, err := openFolder(dir, spec)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Cut = func() error {
		if number--; number == 0 {
			return errCut
		}
		return nil
	}
	u, err := Runner{Backend: backendFor(t), Set: set, Spec: spec, Dir: dir, UsePrevious: usePrevious}.start(context.Background(), spec, f)
	if err == nil {
		defer u.close()
		_, err = u.toTheEnd(context.Background())
	}
	if err != nil && !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	return err != nil
}

// TestSaveCutShort ends a run at each of the first changes that saves make to the
// names of its checkpoints, also where it had to go on from an older one, and
// damages the last checkpoint after that. Whatever is left, the run comes to
// the same bits.
func TestSaveCutShort(t *testing.T) {
	const changes = 9 // of two saves and more
	for _, c := range []struct {
		name    string
		keep    int
		damaged []string // before the run is gone on with
		after   bool     // the last checkpoint is damaged where the save was cut short
	}{
		{"whole", 1, nil, false},
		{"whole, then damaged", 1, nil, true},
		{"whole of three, then damaged", 3, nil, true},
		{"damaged", 1, []string{rundir.LastFile}, false},
		{"two damaged of four", 3, []string{rundir.LastFile, rundir.PreviousFile}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := quickSpec()
			spec.Model, spec.Keep, spec.CheckpointEvery = "mlp:8", c.keep, 1 // after every step
			set := smallSet(t, spec)
			whole, start := t.TempDir(), t.TempDir()
			mustRun(t, set, spec, whole, Hooks{})
			if err := interruptAt(t, set, spec, start, 10); !errors.Is(err, ErrInterrupted) {
				t.Fatal(err)
			}
			for _, name := range c.damaged {
				overwrite(t, start, name, "vicinal1 no checkpoint")
			}
			for number := 1; number <= changes; number++ {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(start)); err != nil {
					t.Fatal(err)
				}
				if !cutShort(t, set, spec, dir, number, len(c.damaged) > 0) {
					t.Fatalf("there are no %d changes", number)
				}
				if c.after {
					// In place: another name of the file is damaged too.
					overwrite(t, dir, rundir.LastFile, "vicinal1 no checkpoint")
				}
				runner := Runner{Backend: backendFor(t), Set: set, Spec: spec, Dir: dir, UsePrevious: c.after || len(c.damaged) > 0}
				if _, err := runner.Run(context.Background()); err != nil {
					t.Errorf("cut short at change %d: %v; the folder holds %s", number, err, listing(t, dir))
					continue
				}
				sameRun(t, whole, dir)
			}
		})
	}
}

// TestWholeAside goes on from what an interrupted save had written aside where
// it is the only checkpoint that is whole, and keeps it until there is another.
func TestWholeAside(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.CheckpointEvery = "mlp:8", 1
	set := smallSet(t, spec)
	whole, dir := t.TempDir(), t.TempDir()
	mustRun(t, set, spec, whole, Hooks{})
	if err := interruptAt(t, set, spec, dir, 10); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	f := rundir.At(dir)
	if err := os.Rename(f.File(rundir.LastFile), f.File(rundir.AsideFile)); err != nil {
		t.Fatal(err)
	}
	overwrite(t, dir, rundir.LastFile, "vicinal1 no checkpoint")
	overwrite(t, dir, rundir.PreviousFile, "vicinal1 no checkpoint")
	runner := Runner{Backend: backendFor(t), Set: set, Spec: spec, Dir: dir}
	if _, err := runner.Run(context.Background()); !errors.Is(err, ErrDamaged) {
		t.Errorf("taken without being asked to: %v", err)
	}
	for number := 1; number <= 4; number++ {
		cutShort(t, set, spec, dir, number, true)
		if _, err := readCheckpoint(f.File(rundir.LastFile)); err != nil && !f.Exists(rundir.AsideFile) {
			t.Fatalf("cut short at change %d: nothing whole is left: %v", number, err)
		}
	}
	runner.UsePrevious = true
	if _, err := runner.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	sameRun(t, whole, dir)
}

// TestAsideForgotten begins a folder that holds what another run had written
// aside: it is no checkpoint of this one.
func TestAsideForgotten(t *testing.T) {
	dir := t.TempDir()
	overwrite(t, dir, rundir.AsideFile, "of another run")
	spec := quickSpec()
	spec.Model, spec.Epochs = "mlp:8", 1
	mustRun(t, smallSet(t, spec), spec, dir, Hooks{})
	if _, err := os.Lstat(fmt.Sprint(dir, "/", rundir.AsideFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}
