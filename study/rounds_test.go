package study

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/vicinal-ml/vicinal/train"
)

// sequentialSpec is a study whose second method is the worse for any seed: it
// hardly learns in that few steps.
func sequentialSpec() Spec {
	spec := tinySpec()
	spec.Methods = []string{"erm", "mixup:64"}
	spec.Epochs, spec.EvalEvery, spec.TrainSize = 8, 8, 8
	spec.Stop = Stop{MaxSeeds: 20}
	spec.Seeds = CountedSeeds(20)
	return spec
}

// A sequential study ends at the first look where its comparison is clear, is
// then read as it was left, goes on nowhere, and repeats to the bit after an
// interruption.
func TestRunSequential(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := t.TempDir()
	results := mustRun(t, sequentialSpec(), dir)
	if !results.Ended || results.Look == 0 || results.Look == 20 || !slices.Contains(results.Spec.Stop.Looks, results.Look) {
		t.Fatalf("ended %t at the look after %d seeds: %+v", results.Ended, results.Look, *results.Rows[1].Difference.Test)
	}
	if !results.Complete() || len(results.Runs) != 2*results.Look || len(files(t, dir, "result.json")) != 2*results.Look {
		t.Errorf("%d runs, %d finished, look after %d", len(results.Runs), results.Count(Finished), results.Look)
	}
	test := results.Rows[1].Difference.Test
	if test.P >= 0.05 || test.Holm != test.P || test.Exact != nil || test.Looks[len(test.Looks)-1].Seeds != results.Look || results.Rows[1].Difference.N != results.Look {
		t.Errorf("%+v", *test)
	}
	loaded, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if string(loaded.CSV()) != string(results.CSV()) || !loaded.Ended || loaded.Look != results.Look {
		t.Errorf("loaded: look after %d, %+v", loaded.Look, loaded.Rows[1])
	}
	begun := 0
	again, err := Run(t.Context(), sequentialSpec(), dir, newBackend, Hooks{Begin: func(RunRecord) { begun++ }})
	if err != nil || begun > 0 || again.Look != results.Look {
		t.Errorf("the same call trained %d runs more, look after %d, %v", begun, again.Look, err)
	}
	plan, err := Runner{Spec: sequentialSpec(), Dir: dir, Backend: newBackend}.Plan(t.Context())
	if err != nil || len(plan.Open) > 0 || len(plan.Named) != 2*results.Look {
		t.Errorf("plan: %d open of %d, %v", len(plan.Open), len(plan.Named), err)
	}

	parts := t.TempDir()
	for stop := 25; ; stop += 25 {
		ctx, cancel := context.WithCancel(t.Context())
		steps := 0
		_, err := Run(ctx, sequentialSpec(), parts, newBackend, Hooks{Step: func(RunRecord, train.StepInfo) {
			if steps++; steps == stop {
				cancel()
			}
		}})
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, train.ErrInterrupted) {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"metrics.jsonl", "results.csv", "study.toml"} {
		want, got := files(t, dir, name), files(t, parts, name)
		if len(want) == 0 || len(want) != len(got) {
			t.Fatalf("%d files %s, want %d", len(got), name, len(want))
		}
		for path, text := range want {
			if got[path] != text {
				t.Errorf("%s differs:\n%s\nwant:\n%s", path, got[path], text)
			}
		}
	}
}

// What ends a study is part of it: another rule, fixed seeds in its place and a
// rule for seeds that were fixed are refused.
func TestRunSequentialRefuses(t *testing.T) {
	sequential, fixed := t.TempDir(), t.TempDir()
	spec := sequentialSpec()
	spec.Stop, spec.Seeds = Stop{MaxSeeds: 2}, CountedSeeds(2)
	mustRun(t, spec, sequential)
	plain := spec
	plain.Stop = Stop{}
	mustRun(t, plain, fixed)
	for _, c := range []struct {
		dir    string
		change func(*Spec)
		want   string
	}{
		{sequential, func(s *Spec) { s.Stop, s.Seeds = Stop{}, CountedSeeds(4) }, "its seeds are added until the comparison is clear, at most max_seeds = 2, and here they are fixed"},
		{sequential, func(s *Spec) { s.Stop, s.Seeds = Stop{MaxSeeds: 4}, CountedSeeds(4) }, "max_seeds = 2 there, 4 here"},
		{sequential, func(s *Spec) { s.Seeds = []uint64{2, 1} }, "other seeds"},
		{sequential, func(s *Spec) { s.Stop.EndedAt = 2 }, "ended_at = 0 there, 2 here"},
		{sequential, func(s *Spec) { s.Measure = "loss" }, `measure = "" there, "loss" here`},
		{fixed, func(s *Spec) {}, "its 2 seeds were fixed before they were trained"},
	} {
		other := spec
		c.change(&other)
		_, err := Run(t.Context(), other, c.dir, newBackend, Hooks{})
		if !errors.Is(err, ErrOtherStudy) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one line with %q", err, c.want)
		}
	}
	for want, change := range map[string]func(*Spec){
		"max_seeds = 3 with 2 seeds":    func(s *Spec) { s.Stop.MaxSeeds, s.Stop.Looks = 3, nil },
		"max_seeds = 2 with one method": func(s *Spec) { s.Methods = s.Methods[:1] },
		"two pairs":                     func(s *Spec) { s.Stop.MaxSeeds = 1 },
	} {
		other := spec
		change(&other)
		if _, err := other.Resolve(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// A study whose time is spent ends at the seeds that were begun, two at least,
// and says so in its folder.
func TestRunBudget(t *testing.T) {
	dir := t.TempDir()
	runner := Runner{Spec: sequentialSpec(), Dir: dir, Backend: newBackend, Budget: time.Nanosecond}
	for range 2 {
		results, err := runner.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !results.Ended || results.Look != 2 || results.Spec.Stop.EndedAt != 2 || len(results.Runs) != 4 || !results.Complete() {
			t.Errorf("look after %d seeds, %d runs, %+v", results.Look, len(results.Runs), results.Spec.Stop)
		}
		if d := results.Rows[1].Difference; d.Test == nil || len(d.Test.Looks) != 1 || !near(d.Test.Looks[0].Level, 0.05, 1e-3) {
			t.Errorf("%+v", d)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "study.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"max_seeds = 20\n", "looks = [4, 8, 12, 16, 20]\n", "ended_at = 2\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in study.toml:\n%s", want, text)
		}
	}
	// What is read from it is the same study in another folder.
	spec, err := ReadSpec(filepath.Join(dir, "study.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if results := mustRun(t, spec, t.TempDir()); results.Look != 2 || !results.Ended {
		t.Errorf("repeated: look after %d seeds", results.Look)
	}
	// Time enough ends nothing.
	runner = Runner{Spec: sequentialSpec(), Dir: t.TempDir(), Backend: newBackend, Budget: time.Hour}
	if results, err := runner.Run(t.Context()); err != nil || results.Spec.Stop.EndedAt != 0 || !results.Ended {
		t.Errorf("%+v, %v", results.Spec.Stop, err)
	}
}

// A run that fails keeps a sequential study from its next look.
func TestRunSequentialFails(t *testing.T) {
	dir := t.TempDir()
	inTheWay := filepath.Join(dir, "runs/mixup-64/seed-3")
	hooks := Hooks{Begin: func(r RunRecord) {
		if r.Seed == 3 && r.Method != "erm" {
			if err := os.WriteFile(inTheWay, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}}
	results, err := Run(t.Context(), sequentialSpec(), dir, newBackend, hooks)
	if _, ok := errors.AsType[*FailedError](err); !ok || results.Ended || results.Look != 0 || results.Count(Finished) != 7 {
		t.Fatalf("ended %t at the look after %d seeds, %d runs finished, %v", results.Ended, results.Look, results.Count(Finished), err)
	}
	if d := results.Rows[1].Difference; d.Test != nil || !strings.Contains(d.Why, "the first look is after 4 seeds") {
		t.Errorf("%+v", d)
	}
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	if results := mustRun(t, sequentialSpec(), dir); !results.Ended {
		t.Errorf("look after %d seeds", results.Look)
	}
}

// Methods that diverge with every seed keep no study going.
func TestRunSequentialDiverged(t *testing.T) {
	spec := sequentialSpec()
	spec.Optimizer.LearningRate, spec.Optimizer.WeightDecay, spec.Epochs, spec.EvalEvery = 1000, 1, 30, 30
	results, err := Run(t.Context(), spec, t.TempDir(), newBackend, Hooks{})
	if !errors.Is(err, train.ErrDiverged) || !results.Ended || results.Look != 4 || results.Count(Diverged) != 8 || len(results.Runs) != 8 {
		t.Errorf("look after %d seeds, %d of %d runs diverged, %v", results.Look, results.Count(Diverged), len(results.Runs), err)
	}
}
