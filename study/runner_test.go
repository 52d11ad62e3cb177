package study

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"go.uber.org/goleak"

	"github.com/vicinal-ml/vicinal/train"
)

func newBackend() (compute.Backend, error) { return train.Backend("") }

// tinySpec is a study that takes a fraction of a second.
func tinySpec() Spec {
	spec := DefaultSpec()
	spec.Model = "mlp:16"
	spec.Epochs, spec.Batch, spec.TrainSize, spec.EvalEvery = 3, 8, 2, 1
	spec.Methods = []string{"erm", "samplepairing:warmup=1,last=1", "mixup:0.2"}
	spec.Seeds = []uint64{1, 2}
	return spec
}

func mustRun(t *testing.T, spec Spec, dir string) *Results {
	t.Helper()
	results, err := Run(t.Context(), spec, dir, newBackend, Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// files returns the content of every file below dir with that base name.
func files(t *testing.T, dir, name string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Name() != name {
			return err
		}
		text, err := os.ReadFile(path)
		found[strings.TrimPrefix(path, dir)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := filepath.Join(t.TempDir(), "study")
	results := mustRun(t, tinySpec(), dir)
	if !results.Complete() || len(results.Runs) != 6 || len(results.Rows) != 3 {
		t.Fatalf("%d runs, %d rows, complete: %t", len(results.Runs), len(results.Rows), results.Complete())
	}
	for i, row := range results.Rows {
		if row.Summary.N != 2 || (row.Difference != nil) != (i > 0) {
			t.Errorf("row %+v", row)
		}
	}
	for _, run := range results.Runs {
		result, err := train.ReadResult(filepath.Join(dir, run.Dir))
		if err != nil {
			t.Fatal(err)
		}
		if result.Test() != run.Values.Of("test_error") || result.Spec.Method != run.Method || result.Spec.Seed != run.Seed {
			t.Errorf("%s holds %s seed %d with %g %%, recorded is %+v", run.Dir, result.Spec.Method, result.Spec.Seed, result.Test(), run)
		}
	}
	// 20 samples an epoch, 3 epochs, one layer of 64x16 and one of 16x10, 2
	// operations a multiply-add, three passes.
	if got, want := results.Runs[0].FLOPs, 3.0*20*3*2*(64*16+16*10); got != want {
		t.Errorf("%g FLOPs, want %g", got, want)
	}
	loaded, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := results.CSV(), loaded.CSV(); !bytes.Equal(a, b) {
		t.Errorf("loaded:\n%s\nran:\n%s", b, a)
	}
	if len(loaded.Machines) != 1 || len(loaded.Versions) != 1 {
		t.Errorf("machines %v, versions %v", loaded.Machines, loaded.Versions)
	}
}

// The outcome does not depend on how many runs go at once.
func TestRunInAnyOrder(t *testing.T) {
	var csv []string
	var metrics []map[string]string
	for _, jobs := range []int{1, 4} {
		dir := t.TempDir()
		spec := tinySpec()
		spec.Jobs = jobs
		mustRun(t, spec, dir)
		for _, text := range files(t, dir, "results.csv") {
			csv = append(csv, text)
		}
		metrics = append(metrics, files(t, dir, "metrics.jsonl"))
	}
	if len(csv) != 2 || csv[0] != csv[1] {
		t.Errorf("results.csv differ:\n%s", strings.Join(csv, "\n"))
	}
	if len(metrics[0]) != 6 {
		t.Fatalf("%d metrics files, want 6", len(metrics[0]))
	}
	for path, text := range metrics[0] {
		if metrics[1][path] != text {
			t.Errorf("%s differs", path)
		}
	}
}

// A study that is stopped goes on, and ends as if it had not been.
func TestRunInterrupted(t *testing.T) {
	defer goleak.VerifyNone(t)
	whole, parts := t.TempDir(), t.TempDir()
	spec := tinySpec()
	mustRun(t, spec, whole)

	spec.Jobs = 2
	for stop := 3; ; stop += 2 {
		ctx, cancel := context.WithCancel(t.Context())
		steps := 0
		hooks := Hooks{Step: func(RunRecord, train.StepInfo) {
			if steps++; steps == stop {
				cancel()
			}
		}}
		results, err := Run(ctx, spec, parts, newBackend, hooks)
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, train.ErrInterrupted) || results == nil {
			t.Fatal(err)
		}
		loaded, err := Load(parts)
		if err != nil {
			t.Fatal(err)
		}
		if loaded.Complete() || loaded.Count(Finished) != results.Count(Finished) {
			t.Fatalf("%d runs finished by the results, %d on disk", results.Count(Finished), loaded.Count(Finished))
		}
	}
	for _, name := range []string{"metrics.jsonl", "results.csv", "study.toml"} {
		want, got := files(t, whole, name), files(t, parts, name)
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

// Finished runs are not repeated, and a study can grow.
func TestRunExtends(t *testing.T) {
	dir := t.TempDir()
	spec := tinySpec()
	spec.Methods = spec.Methods[:2]
	mustRun(t, spec, dir)
	before := files(t, dir, "timing.jsonl")

	var begun []string
	tested := map[string]int{}
	hooks := Hooks{
		Begin: func(r RunRecord) { begun = append(begun, r.Dir) },
		Evaluation: func(r RunRecord, e train.EvaluationInfo) {
			if e.Split == "test" && e.Done == e.Samples {
				tested[r.Dir]++
			}
		},
	}
	spec.Methods = []string{"erm", "mixup:0.2"}
	spec.Seeds = []uint64{2, 9}
	results, err := Run(t.Context(), spec, dir, newBackend, hooks)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(begun)
	want := []string{"runs/erm/seed-9", "runs/mixup-0.2/seed-2", "runs/mixup-0.2/seed-9"} // what is named, and no more
	if !slices.Equal(begun, want) {
		t.Errorf("trained %v, want %v", begun, want)
	}
	for _, dir := range want {
		if tested[dir] != spec.Epochs/spec.EvalEvery {
			t.Errorf("%s was tested %d times", dir, tested[dir])
		}
	}
	if !slices.Equal(results.Spec.Seeds, []uint64{1, 2, 9}) || len(results.Spec.Methods) != 3 || results.Count(Missing) != 2 {
		t.Errorf("the study is %v by %v", results.Spec.Methods, results.Spec.Seeds)
	}
	after := files(t, dir, "timing.jsonl")
	for path, text := range before {
		if after[path] != text {
			t.Errorf("%s was trained again", path)
		}
	}
}

func TestRunRefusesOtherFolders(t *testing.T) {
	dir := t.TempDir()
	spec := tinySpec()
	spec.Methods, spec.Seeds = spec.Methods[:1], spec.Seeds[:1]
	mustRun(t, spec, dir)
	for _, c := range []struct {
		change func(*Spec)
		want   string
	}{
		{func(s *Spec) { s.Epochs = 4 }, "epochs = 3 there, 4 here"},
		{func(s *Spec) { s.Optimizer.LearningRate = 0.5 }, "optimizer.learning_rate = 0.05 there, 0.5 here"},
		{func(s *Spec) { s.Model = "mlp:17" }, "model = mlp:16 there, mlp:17 here"},
		{func(s *Spec) { s.LabelNoise = 0.5 }, "label_noise = not set there, 0.5 here"},
		{func(s *Spec) { s.Methods = []string{"mixup:1", "erm"} }, "compares with erm there, with mixup:1 here"},
	} {
		other := spec
		c.change(&other)
		_, err := Run(t.Context(), other, dir, newBackend, Hooks{})
		if !errors.Is(err, ErrOtherStudy) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one line with %q", err, c.want)
		}
	}
	same := spec
	same.Jobs, same.DataDir, same.CheckpointEvery = 3, "/elsewhere", train.Duration(1)
	if _, err := Run(t.Context(), same, dir, newBackend, Hooks{}); err != nil {
		t.Errorf("settings that do not change the results were refused: %v", err)
	}

	strange := t.TempDir()
	if err := os.WriteFile(filepath.Join(strange, "thesis.tex"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Run(t.Context(), spec, strange, newBackend, Hooks{})
	if !errors.Is(err, ErrOtherStudy) || !strings.Contains(err.Error(), "thesis.tex") {
		t.Errorf("%v, want a refusal that names thesis.tex", err)
	}
	if entries, _ := os.ReadDir(strange); len(entries) != 1 {
		t.Errorf("left in a folder that was refused: %v", entries)
	}
}

func TestRunRefusesBadData(t *testing.T) {
	for _, change := range []func(*Spec){
		func(s *Spec) { s.Data = "digit" },
		func(s *Spec) { s.Data, s.Task = "toy:swissroll", "classify" },
		func(s *Spec) { s.Model = "cnn:depth=9" },
	} {
		spec := tinySpec()
		change(&spec)
		dir := filepath.Join(t.TempDir(), "study")
		if _, err := Run(t.Context(), spec, dir, newBackend, Hooks{}); err == nil {
			t.Errorf("%+v was trained", spec)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s was made for a study that cannot be", dir)
		}
	}
}

func TestRunRefusesFolders(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"/proc/study", file, filepath.Join(file, "study")} {
		_, err := Run(t.Context(), tinySpec(), dir, newBackend, Hooks{})
		if err == nil || !strings.Contains(err.Error(), dir) && !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line that names it", dir, err)
		}
	}
}

func TestRunLocks(t *testing.T) {
	dir := t.TempDir()
	spec := tinySpec()
	spec.Methods, spec.Seeds = spec.Methods[:1], spec.Seeds[:1]
	var inner error
	hooks := Hooks{Begin: func(RunRecord) { _, inner = Run(t.Context(), spec, dir, newBackend, Hooks{}) }}
	if _, err := Run(t.Context(), spec, dir, newBackend, hooks); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(inner, ErrBusy) {
		t.Errorf("a second study in the same folder: %v", inner)
	}
	mustRun(t, spec, dir) // the lock is given back
}

// One run that diverges is recorded; the others go on. Later calls know it.
func TestRunDiverged(t *testing.T) {
	dir := t.TempDir()
	spec := tinySpec()
	spec.Methods, spec.Seeds = []string{"erm", "mixup:0.2"}, []uint64{1}
	spec.Optimizer.LearningRate, spec.Epochs = 1000, 30
	spec.Optimizer.WeightDecay = 1
	for range 2 {
		results, err := Run(t.Context(), spec, dir, newBackend, Hooks{})
		if !errors.Is(err, train.ErrDiverged) || strings.Contains(err.Error(), "\n") {
			t.Fatalf("err = %v, want one line that says diverged", err)
		}
		if results.Count(Diverged) != 2 || results.Rows[0].Summary.N != 0 || results.Rows[1].Verdict(false) != NotCompared {
			t.Errorf("%+v", results.Rows)
		}
		if run := results.Runs[0]; !strings.HasPrefix(run.Note, "in epoch ") {
			t.Errorf("note %q", run.Note)
		}
	}
	if text := files(t, dir, "results.csv")["/results.csv"]; strings.Count(text, "diverged") != 2 {
		t.Errorf("results.csv:\n%s", text)
	}
}

func TestRunFails(t *testing.T) {
	defer goleak.VerifyNone(t)
	refused := errors.New("no such device")
	_, err := Run(t.Context(), tinySpec(), t.TempDir(), func() (compute.Backend, error) { return nil, refused }, Hooks{})
	if !errors.Is(err, refused) {
		t.Errorf("err = %v, want the backend's", err)
	}
	// A run's folder that belongs to something else stops the study.
	dir := t.TempDir()
	spec := tinySpec()
	mustRun(t, spec, dir)
	if err := os.Rename(filepath.Join(dir, "runs/erm/seed-1"), filepath.Join(dir, "runs/erm/seed-3")); err != nil {
		t.Fatal(err)
	}
	spec.Seeds = append(spec.Seeds, 3)
	if _, err := Run(t.Context(), spec, dir, newBackend, Hooks{}); !errors.Is(err, ErrOtherStudy) {
		t.Errorf("a run of seed 1 in seed 3's folder: %v", err)
	}
	if _, err := Load(t.TempDir()); !errors.Is(err, ErrNoStudy) {
		t.Errorf("an empty folder: %v", err)
	}
}

// One run that fails is recorded; the others go on. The next call trains it.
func TestRunFailsAlone(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := t.TempDir()
	spec := tinySpec()
	spec.Jobs = 1
	inTheWay := filepath.Join(dir, "runs/erm/seed-2")
	hooks := Hooks{Begin: func(r RunRecord) {
		if r.Method == "erm" && r.Seed == 2 {
			if err := os.WriteFile(inTheWay, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}}
	results, err := Run(t.Context(), spec, dir, newBackend, hooks)
	failed, ok := errors.AsType[*FailedError](err)
	if !ok || failed.Failed != 1 || failed.Of != 6 || !strings.HasPrefix(err.Error(), "erm with seed 2: ") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("err = %v", err)
	}
	if results.Count(Finished) != 5 || results.Count(Failed) != 1 || results.Rows[1].Difference.N != 1 {
		t.Errorf("%d runs finished, %d failed: %+v", results.Count(Finished), results.Count(Failed), results.Rows[1])
	}
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if run := loaded.Runs[1]; run.Status != Failed || run.Note == "" || run.Note != failed.First.Note {
		t.Errorf("loaded: %+v", run)
	}
	results = mustRun(t, spec, dir)
	if !results.Complete() || results.Runs[1].Note != "" {
		t.Errorf("trained again: %+v", results.Runs[1])
	}
	whole := t.TempDir()
	mustRun(t, spec, whole)
	if a, b := files(t, dir, "results.csv"), files(t, whole, "results.csv"); a["/results.csv"] != b["/results.csv"] {
		t.Errorf("results.csv:\n%s\nof a study without a failure:\n%s", a["/results.csv"], b["/results.csv"])
	}
}

func TestFailedError(t *testing.T) {
	e := &FailedError{Failed: 1, Of: 6, First: RunRecord{Method: "erm", Seed: 3}, Err: train.ErrDamaged}
	if got := e.Error(); got != "erm with seed 3: checkpoint is damaged" {
		t.Error(got)
	}
	e.Failed, e.Diverged = 2, 1
	if got := e.Error(); got != "2 of 6 runs failed, the first erm with seed 3: checkpoint is damaged; beside that, 1 run diverged" {
		t.Error(got)
	}
}

// Runs of one seed share everything but the method: with mixing off, methods
// train the same network to the same end.
func TestSeedPairsMethods(t *testing.T) {
	spec := tinySpec()
	spec.Methods = []string{"erm", "mixup:0", "mixup:0.2"}
	spec.Seeds = []uint64{4, 5}
	for _, method := range spec.Methods {
		run := spec.Run(method, 4)
		run.Method = spec.Methods[0]
		if run.Hash() != spec.Run(spec.Methods[0], 4).Hash() {
			t.Errorf("the run of %s differs in more than the method", method)
		}
	}
	dir := t.TempDir()
	results := mustRun(t, spec, dir)
	if d := results.Rows[1].Difference; d.Mean != 0 || d.Test != nil {
		t.Errorf("mixup with a = 0 differs from ERM: %+v", d)
	}
	curves := files(t, dir, "metrics.jsonl")
	if a, b := curves["/runs/erm/seed-4/metrics.jsonl"], curves["/runs/mixup-0/seed-4/metrics.jsonl"]; a != b || a == "" {
		t.Errorf("ERM:\n%s\nmixup with a = 0:\n%s", a, b)
	}
	if a, b := curves["/runs/erm/seed-4/metrics.jsonl"], curves["/runs/erm/seed-5/metrics.jsonl"]; a == b {
		t.Error("seeds 4 and 5 trained alike")
	}
}

func TestEstimate(t *testing.T) {
	defer goleak.VerifyNone(t)
	spec := tinySpec()
	f, err := Estimate(t.Context(), spec, newBackend)
	if err != nil {
		t.Fatal(err)
	}
	if f.Runs != 6 || f.TrainSamples != 20 || f.StepsPerRun != 9 || f.Params != 64*16+16+16*10+10 {
		t.Errorf("%+v", f)
	}
	if want := 3.0 * 8 * 2 * (64*16 + 16*10); f.FLOPsPerStep != want {
		t.Errorf("%g FLOPs a step, want %g", f.FLOPsPerStep, want)
	}
	if !(f.StepSeconds > 0 && f.StepSeconds < 1) || !(f.Seconds > 0) {
		t.Errorf("a step takes %g s, all %g s", f.StepSeconds, f.Seconds)
	}
	// A batch of 8 of 20 samples: an evaluated sample is a 24th of a step, and with its mirror image a 12th.
	evaluated := 3*(f.ValidationSamples+f.TestSamples) + f.TrainSamples
	for _, c := range []struct {
		flip  bool
		share float64
	}{{false, 24}, {true, 12}} {
		g := *f
		g.Spec.Jobs, g.Spec.EvalFlip, g.StepSeconds = 2, c.flip, 1
		if want := 3 * (9 + float64(evaluated)/c.share); math.Abs(g.seconds()-want) > 1e-9 {
			t.Errorf("eval_flip %v: %g s, want %g", c.flip, g.seconds(), want)
		}
	}
	dir := t.TempDir()
	results := mustRun(t, spec, dir)
	if results.FLOPs() != f.FLOPs {
		t.Errorf("forecast %g FLOPs, took %g", f.FLOPs, results.FLOPs())
	}
	if f, err = Estimate(t.Context(), spec, nil); err != nil || f.Seconds != 0 {
		t.Errorf("without a backend: %+v, %v", f, err)
	}
}
