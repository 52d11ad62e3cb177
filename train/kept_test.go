package train

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestKeepSeveral keeps three checkpoints beside the last, damages the newest of them
// one after another, and goes on from what is left.
func TestKeepSeveral(t *testing.T) {
	spec := quickSpec()
	spec.Keep, spec.CheckpointEvery = 3, 1 // after every step
	set := smallSet(t, spec)
	whole, start := t.TempDir(), t.TempDir()
	mustRun(t, set, spec, whole, Hooks{})
	if err := interruptAt(t, set, spec, start, 10); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	names := []string{"checkpoint-last", "checkpoint-previous", "checkpoint-previous-2", "checkpoint-previous-3"}
	var steps []int64
	for _, name := range names {
		steps = append(steps, mustRead(t, start, name).State.Steps)
	}
	// Step 8 ended an epoch, which is a checkpoint of its own.
	if want := []int64{10, 9, 8, 8}; !slices.Equal(steps, want) {
		t.Errorf("checkpoints of steps %v, want %v", steps, want)
	}
	if found, err := filepath.Glob(filepath.Join(start, "checkpoint-*")); err != nil || len(found) != len(names)+1 {
		t.Errorf("%v, %v", found, err)
	}
	for damaged := 1; damaged <= len(names); damaged++ {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(start)); err != nil {
			t.Fatal(err)
		}
		for _, name := range names[:damaged] {
			overwrite(t, dir, name, "vicinal1 no checkpoint")
		}
		runner := Runner{Backend: backendFor(t), Set: set, Spec: spec, Dir: dir}
		if _, err := runner.Run(context.Background()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), names[0]) {
			t.Fatalf("%d damaged: %v", damaged, err)
		}
		runner.UsePrevious = true
		_, err := runner.Run(context.Background())
		if damaged == len(names) {
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), names[damaged-1]) {
				t.Errorf("all damaged: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		sameRun(t, whole, dir)
	}

	// A smaller number is kept from then on.
	spec.Keep = 0
	mustRun(t, set, spec, start, Hooks{})
	if found, err := filepath.Glob(filepath.Join(start, "checkpoint-*")); err != nil || len(found) != 3 {
		t.Errorf("%v, %v", found, err)
	}
	sameRun(t, whole, start)
}
