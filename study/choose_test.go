package study

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/measure"
)

func TestParseFamily(t *testing.T) {
	for text, want := range map[string][]string{
		"mixup:{0.1,0.2, 1}":              {"mixup:0.1", "mixup:0.2", "mixup:1"},
		"mixup:{0.1,1},last={2,3}":        {"mixup:0.1,last=2", "mixup:0.1,last=3", "mixup:1,last=2", "mixup:1,last=3"},
		"{erm,mixup:1}":                   {"erm", "mixup:1"},
		"samplepairing:on={4,8},off=2":    {"samplepairing:on=4,off=2", "samplepairing:on=8,off=2"},
		"mixup:{1,22},p={0.5,1},last={1}": {"mixup:1,p=0.5,last=1", "mixup:1,p=1,last=1", "mixup:22,p=0.5,last=1", "mixup:22,p=1,last=1"},
	} {
		if got, err := ParseFamily(text); err != nil || !slices.Equal(got.Methods, want) {
			t.Errorf("%s: %q, %v, want %q", text, got.Methods, err, want)
		}
	}
	for text, want := range map[string]string{
		"mixup:1": "is one method", "mixup:{1}": "is one method", "mixup:{1,2": "without its }", "mixup:}1,2{": "without its }", "": "is one method",
	} {
		if got, err := ParseFamily(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v, want an error with %q", text, got, err, want)
		}
	}
}

// TestPick has a member that is best on the test part and another that is best
// on the validation part, one that diverged, and a measure of which more is better.
func TestPick(t *testing.T) {
	f := Family{"m:{a,b,c}", []string{"a", "b", "c"}}
	spec := Spec{Methods: f.Methods, Seeds: []uint64{1, 2}}
	of := func(method string, seed uint64, validation, test float64) RunRecord {
		return RunRecord{Method: method, Seed: seed, Status: Finished, Values: measure.Values{{Key: "val_error", Value: validation}, {Key: "test_error", Value: test}}}
	}
	res := &Results{Compared: usualMeasure, Runs: []RunRecord{
		of("a", 1, 10, 1), of("a", 2, 12, 1), of("b", 1, 9, 50), of("b", 2, 11, 60), of("c", 1, 0, 0), {Method: "c", Seed: 2, Status: Diverged},
		of("b", 77, 500, 0), // of another seed than those that choose
	}}
	got, err := pick(f, spec, res, "choose/x")
	if err != nil || got.Picked != "b" || got.Measure.Key() != "val_error" || got.Members[1].Summary.Mean != 10 || got.Members[2].Summary.N != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	res.Compared.Better = measure.Higher
	if got, err := pick(f, spec, res, ""); err != nil || got.Picked != "a" {
		t.Errorf("more is better: %+v, %v", got, err)
	}
	if got, err := pick(f, spec, &Results{Compared: usualMeasure}, ""); err == nil {
		t.Errorf("of nothing: %+v", got)
	}
}

func TestChoose(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	spec := tinySpec()
	spec.Methods = []string{"erm"}
	f, err := ParseFamily("mixup:{0.2,4}")
	if err != nil {
		t.Fatal(err)
	}
	trained := 0
	runner := Runner{Spec: spec, Dir: dir, Backend: newBackend, Hooks: Hooks{Begin: func(r RunRecord) {
		trained++
		if r.Seed < firstChoosingSeed {
			t.Errorf("chosen on seed %d", r.Seed)
		}
	}}}
	chosen, err := runner.Choose(t.Context(), f, 2)
	if err != nil || trained != 4 {
		t.Fatalf("%d runs, %v", trained, err)
	}
	if again, err := runner.Choose(t.Context(), f, 2); err != nil || trained != 4 || again.Picked != chosen.Picked {
		t.Errorf("again: %d runs, %+v, %v", trained, again, err)
	}

	// The comparison says how it was picked, also when it is read again.
	runner.Hooks = Hooks{}
	runner.Spec.Methods = append(runner.Spec.Methods, chosen.Picked)
	runner.Spec.Choose = []Choice{{f.Text, 2}}
	if _, err := runner.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	res, err := Load(dir)
	if err != nil || len(res.Chosen) != 1 || res.Chosen[0].Picked != chosen.Picked || len(res.Chosen[0].Members) != 2 || len(res.Runs) != 2*len(spec.Seeds) {
		t.Errorf("%+v, %v", res, err)
	}

	runner.Spec.Seeds = []uint64{1, firstChoosingSeed + 1}
	if _, err := runner.Choose(t.Context(), f, 2); err == nil || !strings.Contains(err.Error(), "one of those that choose") {
		t.Errorf("a seed of both stages: %v", err)
	}
	runner.Spec.Seeds, runner.Spec.Validation = spec.Seeds, -1
	if _, err := runner.Choose(t.Context(), f, 2); !errors.Is(err, ErrNoValidation) {
		t.Errorf("without a validation part: %v", err)
	}
}
