package train

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/tfevents/tfeventstest"
)

// eventsOf returns the scalars of a run folder, but for the speed, in the order
// of the files.
func eventsOf(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	for _, e := range tfeventstest.ReadFolder(t, dir) {
		text, _, _ := strings.Cut(e.Scalars, " speed/samples_per_second=")
		if text != "" {
			all = append(all, fmt.Sprintf("%d: %s", e.Step, text))
		}
	}
	return all
}

func TestEvents(t *testing.T) {
	spec := quickSpec()
	spec.Method = "mixup:1,p=0.5"
	set := smallSet(t, spec)
	dir := t.TempDir()
	mustRun(t, set, spec, dir, Hooks{})
	got := eventsOf(t, dir)
	metrics := metricsOf(t, dir)
	if len(got) != 20 {
		t.Fatalf("%d events of 16 steps and 4 epochs:\n%s", len(got), strings.Join(got, "\n"))
	}
	for i, m := range metrics {
		line := got[5*i+4]
		if !strings.HasPrefix(line, fmt.Sprintf("%d: train/loss=%v ", m.Step, float32(*m.Loss))) {
			t.Errorf("epoch %d: %s", i+1, line)
		}
		if has(m, "test_error") && !strings.Contains(line, fmt.Sprintf(" test/error=%v ", float32(m.Of("test_error")))) {
			t.Errorf("epoch %d: %s", i+1, line)
		}
		if m.AccClean != nil && !strings.Contains(line, fmt.Sprintf(" train/accuracy_clean=%v ", float32(*m.AccClean))) {
			t.Errorf("epoch %d: %s", i+1, line)
		}
	}
	// A resumed run has every event once.
	for _, step := range []int64{1, 4, 10} {
		resumed := t.TempDir()
		if err := interruptAt(t, set, spec, resumed, step); !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		mustRun(t, set, spec, resumed, Hooks{})
		if all := eventsOf(t, resumed); !slices.Equal(all, got) {
			t.Errorf("interrupted after step %d:\n%s", step, strings.Join(all, "\n"))
		}
	}
}

// TestEventsLost removes the event file of an interrupted run.
func TestEventsLost(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	dir := t.TempDir()
	if err := interruptAt(t, set, spec, dir, 6); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "events.*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%v, %v", names, err)
	}
	// The file is gone: the rest is written, and nothing said.
	if err := os.Remove(names[0]); err != nil {
		t.Fatal(err)
	}
	mustRun(t, set, spec, dir, Hooks{Note: func(line string) {
		if strings.Contains(line, "events") {
			t.Error(line)
		}
	}})
	if all := eventsOf(t, dir); len(all) == 0 || !strings.HasPrefix(all[0], "7: ") {
		t.Errorf("%q", all)
	}
}
