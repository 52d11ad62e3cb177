package study

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"github.com/vicinal-ml/vicinal/measure"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/train"
)

// tableSpec is a tiny study of a table in a file, and what writes the table
// anew with other numbers.
func tableSpec(t *testing.T) (spec Spec, change func(by int)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	change = func(by int) {
		t.Helper()
		var text strings.Builder
		text.WriteString("a,b,y\n")
		for i := range 60 {
			fmt.Fprintf(&text, "%d,%d,%d\n", i*7%11, i*5%13, i%2)
		}
		// One number in a row that no sample of a fingerprint is read from.
		if err := os.WriteFile(path, []byte(strings.Replace(text.String(), "\n7,5,1\n", fmt.Sprintf("\n%d,5,1\n", 7+by), 1)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	change(0)
	spec = tinySpec()
	spec.Data, spec.Model, spec.TrainSize = "csv:"+path, "mlp:4", 0
	spec.Methods = []string{"erm", "mixup:0.2"}
	return spec, change
}

func untouched(t *testing.T) Hooks {
	return Hooks{
		Plan:  func(*Plan) { t.Error("there is a plan") },
		Begin: func(r RunRecord) { t.Errorf("%s was begun", r.Dir) },
	}
}

// Nothing is trained beside runs that were made from other data, and the study
// is as it was.
func TestRunRefusesChangedData(t *testing.T) {
	spec, change := tableSpec(t)
	dir := filepath.Join(t.TempDir(), "r")
	first := spec
	first.Methods = spec.Methods[:1]
	mustRun(t, first, dir)
	before := files(t, dir, "study.toml")
	change(1)
	_, err := Run(t.Context(), spec, dir, newBackend, untouched(t))
	want := dir + ": runs that cannot be compared: the 2 runs there were made from other data than " + spec.Data + " holds now (erm with seeds 1, 2); choose another folder, or remove " + dir + " to train anew"
	if !errors.Is(err, ErrNotComparable) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if _, err := (Runner{Spec: spec, Dir: dir, Backend: newBackend}).Plan(t.Context()); !errors.Is(err, ErrNotComparable) {
		t.Errorf("planned: %v", err)
	}
	if after := files(t, dir, "study.toml"); !maps.Equal(after, before) {
		t.Errorf("study.toml is now %v", after)
	}
	// What it was made from is read without its data; that the data changed is told.
	results, err := Load(dir)
	if err != nil || results.DataChanged || len(results.Remarks) > 0 {
		t.Fatalf("%v, changed %t, remarks %q", err, results.DataChanged, results.Remarks)
	}
	if err := results.CompareData(t.Context()); err != nil || !results.DataChanged || len(results.Remarks) != 1 || !strings.Contains(results.Remarks[0], "2 of the runs were made from other data than csv:") {
		t.Errorf("%v, changed %t, remarks %q", err, results.DataChanged, results.Remarks)
	}
	change(0)
	if results, err = Run(t.Context(), spec, dir, newBackend, Hooks{}); err != nil || !results.Complete() {
		t.Errorf("with its data again: %v", err)
	}
}

// The same holds for runs that have begun or diverged, and for one seed alone.
func TestRunRefusesChangedDataOfAll(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, spec *Spec, dir string){
		"begun": func(t *testing.T, spec *Spec, dir string) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := Run(ctx, *spec, dir, newBackend, Hooks{Step: func(_ RunRecord, s train.StepInfo) { cancel() }})
			if !errors.Is(err, train.ErrInterrupted) {
				t.Fatal(err)
			}
		},
		"diverged": func(t *testing.T, spec *Spec, dir string) {
			spec.Optimizer.LearningRate, spec.Optimizer.WeightDecay, spec.Epochs = 1000, 1, 30
			if _, err := Run(t.Context(), *spec, dir, newBackend, Hooks{}); !errors.Is(err, train.ErrDiverged) {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			spec, change := tableSpec(t)
			spec.Jobs, spec.Methods, spec.Seeds = 1, spec.Methods[:1], spec.Seeds[:1]
			dir := t.TempDir()
			prepare(t, &spec, dir)
			change(1)
			spec.Seeds = []uint64{1, 2}
			_, err := Run(t.Context(), spec, dir, newBackend, untouched(t))
			if !errors.Is(err, ErrNotComparable) || !strings.Contains(err.Error(), "the 1 run there was made from other data than csv:") {
				t.Error(err)
			}
		})
	}
}

// rewrite changes the result of one run.
func rewrite(t *testing.T, dir string, change func(result, versions map[string]any)) {
	t.Helper()
	path := filepath.Join(dir, "result.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var result map[string]any
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatal(err)
	}
	change(result, result["versions"].(map[string]any))
	if text, err = json.Marshal(result); err == nil {
		err = os.WriteFile(path, text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Runs of before say less: what they say is compared as it was then.
func TestRunsOfBefore(t *testing.T) {
	for _, seeded := range []bool{false, true} {
		spec := tinySpec()
		spec.TrainSize = -1
		if seeded {
			spec.TrainSize = 2
		}
		spec.Methods = []string{"erm", "mixup:0.2"}
		dir := t.TempDir()
		first := spec
		first.Methods = spec.Methods[:1]
		mustRun(t, first, dir)
		of := func(samples func(string) string) {
			for _, seed := range spec.Seeds {
				rewrite(t, filepath.Join(dir, fmt.Sprintf("runs/erm/seed-%d", seed)), func(result, versions map[string]any) {
					text := strings.TrimPrefix(result["data"].(string), "2:")
					kept, _, _ := strings.Cut(text, ":")
					result["data"] = samples(kept)
					delete(result, "revision")
					delete(versions, "vectors")
				})
			}
		}
		of(func(samples string) string { return samples })
		if results := mustRun(t, spec, dir); !results.Complete() || len(results.Rows[1].Unlike) > 0 {
			t.Errorf("seeded %t: %+v", seeded, results.Rows[1])
		}
		if _, err := Load(dir); err != nil {
			t.Errorf("seeded %t: %v", seeded, err)
		}
		of(func(string) string { return "0123456789abcdef" })
		if _, err := Run(t.Context(), spec, dir, newBackend, untouched(t)); !errors.Is(err, ErrNotComparable) || !strings.Contains(err.Error(), "2 of the 4 runs there were made from other data than digits holds now (erm with seeds 1, 2); choose another folder, or remove "+filepath.Join(dir, "runs/erm")+" ") {
			t.Errorf("seeded %t: %v", seeded, err)
		}
		if _, err := Load(dir); !errors.Is(err, ErrNotComparable) {
			t.Errorf("seeded %t: loaded %v", seeded, err)
		}
	}
}

// TestLoadRefusesMixtures puts runs into one folder that were made from
// different things: what a folder holds is compared without any data.
func TestLoadRefusesMixtures(t *testing.T) {
	spec, _ := tableSpec(t)
	whole := t.TempDir()
	mustRun(t, spec, whole)
	parts := func(result map[string]any) []string {
		return strings.Split(result["data"].(string), ":")
	}
	for _, test := range []struct {
		name   string
		change func(result, versions map[string]any)
		want   string // "" for none
	}{
		{"as it is", func(result, versions map[string]any) {}, ""},
		{"other data", func(result, versions map[string]any) {
			p := parts(result)
			p[2] = "0123456789abcdef"
			result["data"] = strings.Join(p, ":")
		}, "of different data: erm with seeds 1, 2; mixup:0.2 with seed 1 | mixup:0.2 with seed 2; remove"},
		{"drawn otherwise", func(result, versions map[string]any) {
			p := parts(result)
			p[1] = "0123456789abcdef"
			result["data"] = strings.Join(p, ":")
		}, "of different data: erm with seeds 1, 2; mixup:0.2 with seed 1 | mixup:0.2 with seed 2"},
		{"another arithmetic", func(result, versions map[string]any) { result["revision"] = 7 }, "of different revisions of the program's arithmetic: erm with seeds 1, 2; mixup:0.2 with seed 1 | mixup:0.2 with seed 2"},
		{"other initial weights", func(result, versions map[string]any) { result["init_sum"] = "77" }, "of different initial weights: "},
		{"another backend", func(result, versions map[string]any) { versions["backend"] = "abacus" }, ""},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		rewrite(t, filepath.Join(dir, "runs/mixup-0.2/seed-2"), test.change)
		results, err := Load(dir)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.want != "" && (!errors.Is(err, ErrNotComparable) || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		case test.name == "another backend" && !slices.Equal(results.Rows[1].Unlike, []uint64{2}):
			t.Errorf("%s: pairs %v are unlike", test.name, results.Rows[1].Unlike)
		}
	}
}

// The plan tells what another backend computes, before it does.
func TestPlanRemarks(t *testing.T) {
	spec := tinySpec()
	dir := t.TempDir()
	first := spec
	first.Methods = spec.Methods[:1]
	goBackend := func() (compute.Backend, error) { return train.Backend("go") }
	if _, err := Run(t.Context(), first, dir, goBackend, Hooks{}); err != nil {
		t.Fatal(err)
	}
	rewrite(t, filepath.Join(dir, "runs/erm/seed-2"), func(_, versions map[string]any) { versions["backend"] = "abacus" })
	plan, err := Runner{Spec: spec, Dir: dir, Backend: goBackend}.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Remarks) != 1 || !strings.HasPrefix(plan.Remarks[0], "1 of the 2 runs in "+dir+" was computed with backend abacus, those to come with backend go") {
		t.Errorf("remarks %q", plan.Remarks)
	}
	if len(plan.Named) != 6 || len(plan.Open) != 4 || plan.Beside() != 0 {
		t.Errorf("%d named, %d open, %d beside", len(plan.Named), len(plan.Open), plan.Beside())
	}
	spec.Methods, spec.Seeds = []string{"erm", "mixup:1"}, []uint64{2}
	if plan, err = (Runner{Spec: spec, Dir: dir, Backend: goBackend}).Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(plan.Named) != 2 || len(plan.Open) != 1 || plan.Beside() != 1 {
		t.Errorf("%d named, %d open, %d beside", len(plan.Named), len(plan.Open), plan.Beside())
	}
	f, err := Runner{Spec: spec, Dir: dir}.Estimate(t.Context(), plan)
	if err != nil || f.Runs != 2 || f.Done != 1 || f.Spec.Jobs != 1 || math.Abs(f.FLOPs-TrainingFLOPs(f.FLOPsPerStep/3/float64(spec.Batch), int64(f.TrainSamples*spec.Epochs))) > 1e-6*f.FLOPs {
		t.Errorf("%+v, %v", f, err)
	}
	if entries, err := os.ReadDir(filepath.Join(dir, "runs")); err != nil || len(entries) != 1 {
		t.Errorf("the plan left %v, %v", entries, err)
	}
	empty := filepath.Join(t.TempDir(), "none")
	if plan, err = (Runner{Spec: spec, Dir: empty, Backend: newBackend}).Plan(t.Context()); err != nil || len(plan.Open) != 2 {
		t.Errorf("a folder that is not there: %+v, %v", plan, err)
	}
	if _, err := os.Stat(empty); err == nil {
		t.Error("the plan made a folder")
	}
}

// Data that changes while a study runs ends it.
func TestDataChangesMeanwhile(t *testing.T) {
	spec, change := tableSpec(t)
	spec.Jobs = 1
	ended := 0
	_, err := Run(t.Context(), spec, t.TempDir(), newBackend, Hooks{End: func(r RunRecord) {
		if r.Status == Finished {
			ended++
			change(1)
		}
	}})
	// All methods of a seed have the set that was opened for it; the next seed's is another.
	if !errors.Is(err, ErrNotComparable) || !strings.Contains(err.Error(), "has changed since erm with seed 1 was trained") || ended != len(spec.Methods) {
		t.Errorf("%d ended, %v", ended, err)
	}
}

// The family is what was planned: a comparison without spread, or not yet run,
// counts in it. The p-values are those of R's p.adjust(c(p, 1, 1), "holm").
func TestFamilyIsPlanned(t *testing.T) {
	methods := []string{"erm", "mixup:0.1", "mixup:0.2", "mixup:0.3", "mixup:0.4"}
	seeds := []uint64{1, 2, 3, 4}
	base := []float64{10, 11, 12, 13}
	var runs []RunRecord
	add := func(method string, differences ...float64) {
		for i, d := range differences {
			runs = append(runs, RunRecord{Method: method, Seed: seeds[i], Status: Finished, Values: measure.Values{{Key: "test_error", Value: base[i] + d}}})
		}
	}
	add(methods[0], 0, 0, 0, 0)
	add(methods[1], -1, -1.2, -0.8, -1.1)
	add(methods[2], 1, 1, 1, 1) // no spread
	add(methods[3], -0.5, -0.1, -0.4, -0.2)
	rows, err := tabulate(methods, seeds, runs, "test_error", compareAll)
	if err != nil {
		t.Fatal(err)
	}
	one, two := rows[1].Difference.Test, rows[3].Difference.Test
	if rows[2].Difference.Test != nil || rows[4].Difference != nil {
		t.Fatal("a comparison without spread or without runs has a test")
	}
	if math.Abs(one.Holm-4*one.P) > 1e-15 || math.Abs(two.Holm-3*two.P) > 1e-15 {
		t.Errorf("%g corrected to %g, %g to %g: want 4 and 3 times as much", one.P, one.Holm, two.P, two.Holm)
	}
}
