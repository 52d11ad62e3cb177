package train

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// stopSpec is one whose validation error soon has no smaller one.
func stopSpec() Spec {
	spec := quickSpec()
	spec.Model, spec.Method, spec.Epochs, spec.EvalEvery = "mlp:8", "erm", 30, 1
	spec.Optimizer.Schedule, spec.Optimizer.LearningRate = ScheduleConstant, 0.5
	return spec
}

// stopsAt applies the rule to the metrics of a whole run: after how many epochs
// it stops, 0 for never, and which was the best one until then.
func stopsAt(metrics []Metric, after int) (stop, best int) {
	smallest, loss := math.Inf(1), math.Inf(1)
	stale := 0
	for _, m := range metrics {
		if !has(m, "val_error") {
			continue
		}
		if stale++; m.Of("val_error") < smallest || m.Of("val_error") == smallest && m.Of("val_loss") < loss {
			smallest, loss, stale, best = m.Of("val_error"), m.Of("val_loss"), 0, m.Epoch
		}
		if stale == after {
			return m.Epoch, best
		}
	}
	return 0, best
}

// TestStopAfter compares runs that may stop with what the metrics of the run
// that may not say.
func TestStopAfter(t *testing.T) {
	stopped := 0
	for _, every := range []int{1, 3} {
		spec := stopSpec()
		spec.EvalEvery = every
		set := smallSet(t, spec)
		whole := t.TempDir()
		mustRun(t, set, spec, whole, Hooks{})
		all := metricsOf(t, whole)
		for _, after := range []int{1, 2, 4, 1000} {
			spec.StopAfter = after
			dir := t.TempDir()
			result := mustRun(t, set, spec, dir, Hooks{})
			stop, best := stopsAt(all, after)
			if stop == spec.Epochs {
				stop = 0 // it was at its end
			}
			if result.StoppedAfter != stop || result.BestEpoch != best {
				t.Errorf("every %d, after %d: stopped after %d, best %d, want %d and %d", every, after, result.StoppedAfter, result.BestEpoch, stop, best)
			}
			metrics := metricsOf(t, dir)
			last := metrics[len(metrics)-1]
			if want := result.Epochs(); len(metrics) != want || last.Epoch != want || result.Steps != int64(want*spec.Steps(set.Train.Len())) {
				t.Errorf("%d lines, last of epoch %d, %d steps; want %d epochs", len(metrics), last.Epoch, result.Steps, want)
			}
			if !has(last, "train_error") || last.Of("train_error") != result.Measures.Of("train_error") || last.Of("test_error") != result.Measures.Of("test_error") || last.Of("test_error") != all[last.Epoch-1].Of("test_error") {
				t.Errorf("the last epoch measured %+v, the result says %+v", last, result)
			}
			if read, err := ReadResult(dir); err != nil || read.StoppedAfter != result.StoppedAfter {
				t.Errorf("read back %+v, %v", read, err)
			}
			if stop == 0 {
				continue
			}
			stopped++
			// A run that was killed after its last checkpoint, before its result.
			if err := os.Remove(filepath.Join(dir, rundir.ResultFile)); err != nil {
				t.Fatal(err)
			}
			again := mustRun(t, set, spec, dir, Hooks{Step: func(StepInfo) { t.Error("a step after the last") }})
			if again.StoppedAfter != stop || again.Measures.Of("test_error") != result.Measures.Of("test_error") || again.Measures.Of("train_error") != result.Measures.Of("train_error") {
				t.Errorf("resumed at its end: %+v, want %+v", again, result)
			}
		}
	}
	if stopped < 4 {
		t.Errorf("only %d runs stopped early", stopped)
	}
}

// TestStopAfterResume interrupts a run that stops early after each of its steps.
func TestStopAfterResume(t *testing.T) {
	spec := stopSpec()
	spec.StopAfter = 2
	set := smallSet(t, spec)
	whole := t.TempDir()
	result := mustRun(t, set, spec, whole, Hooks{})
	if result.StoppedAfter == 0 {
		t.Fatal("it did not stop early")
	}
	for step := int64(1); step <= result.Steps; step++ {
		dir := t.TempDir()
		if err := interruptAt(t, set, spec, dir, step); !errors.Is(err, ErrInterrupted) {
			t.Fatalf("step %d: %v", step, err)
		}
		if _, err := ReadResult(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		resumed := mustRun(t, set, spec, dir, Hooks{})
		sameRun(t, whole, dir)
		resumed.Seconds = result.Seconds
		if a, b := *resumed, *result; a.StoppedAfter != b.StoppedAfter || !reflect.DeepEqual(a.Spec, b.Spec) || a.BestEpoch != b.BestEpoch || a.Measures.Of("test_error") != b.Measures.Of("test_error") || a.Seen != b.Seen {
			t.Errorf("interrupted in step %d: %+v, want %+v", step, a, b)
		}
	}
}

func TestStopAfterNeedsValidation(t *testing.T) {
	spec := stopSpec()
	spec.StopAfter = 2
	set := *smallSet(t, spec)
	set.Validation = memory{}
	if err := spec.FitsSet(&set); err == nil || !strings.Contains(err.Error(), "stop_after looks at the validation part, and data digits has none") {
		t.Errorf("%v", err)
	}
	spec.StopAfter = -1
	if err := spec.Validate(); err == nil || !strings.Contains(err.Error(), "stop_after = -1") {
		t.Errorf("%v", err)
	}
}

// TestRemarks names the schedules that a run which stops early does not end.
func TestRemarks(t *testing.T) {
	for _, test := range []struct {
		change func(*Spec)
		want   string // "" is none
	}{
		{func(s *Spec) { s.StopAfter = 0 }, ""},
		{func(s *Spec) { s.Optimizer.Schedule = ScheduleConstant; s.Method = "mixup:1,warmup=2" }, ""},
		{func(s *Spec) {}, "for all 100 epochs: the learning rate's schedule cosine"},
		{func(s *Spec) { s.Method = "samplepairing" }, "the learning rate's schedule cosine, the end of samplepairing:warmup=10,on=8,off=2,last=20"},
		{func(s *Spec) { s.Average = Average{Decay: 0.9, Every: 2, Lookahead: true} }, "the average of the weights"},
	} {
		spec := DefaultSpec()
		spec.StopAfter = 3
		test.change(&spec)
		spec, err := spec.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(spec.Remarks(), "\n")
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

// TestHashOfBefore: settings that are not said leave the identity of a run as
// it was before there were any.
func TestHashOfBefore(t *testing.T) {
	spec := DefaultSpec()
	if got, want := spec.Hash(), "49ce23c54d16bf91"; got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
	for name, change := range map[string]func(*Spec){
		"drop_last":     func(s *Spec) { s.DropLast = true },
		"class_weights": func(s *Spec) { s.ClassWeights = "balanced" },
		"stop_after":    func(s *Spec) { s.StopAfter = 5 },
	} {
		changed := spec
		change(&changed)
		if changed.Hash() == spec.Hash() {
			t.Errorf("%s is no part of the identity", name)
		}
		if d := changed.Difference(spec); !strings.Contains(d, name) {
			t.Errorf("the difference by %s is told as %q", name, d)
		}
	}
}
