package study

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// gridOf is a study over numbers of training samples of each class.
func gridOf(values ...string) Spec {
	s := tinySpec()
	s.Vary = []Axis{{"train_size", values}}
	return s
}

func TestGrid(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "grid")
	trained := 0
	run := func(spec Spec) (*Grid, error) {
		trained = 0
		return GridRunner{Runner: Runner{Spec: spec, Dir: dir, Backend: newBackend, Hooks: Hooks{Begin: func(RunRecord) { trained++ }}}}.Run(t.Context())
	}
	g, err := run(gridOf("2", "3"))
	if err != nil {
		t.Fatal(err)
	}
	perCell := len(g.Spec.Methods) * len(g.Spec.Seeds)
	if trained != 2*perCell || g.Count(Finished) != trained || len(g.Cells) != 2 {
		t.Fatalf("%d runs trained, %d finished in %d cells", trained, g.Count(Finished), len(g.Cells))
	}
	for i, cell := range g.Cells {
		if got := cell.Results.Spec.TrainSize; got != i+2 {
			t.Errorf("cell %d (%s) was trained on %d samples a class", i, cell.Combination, got)
		}
		if got := cell.Results.Sizes.TrainSamples; got != 10*(i+2) {
			t.Errorf("cell %d was trained on %d samples of the ten digits", i, got)
		}
	}
	// A cell is the study that it would be by itself.
	alone, err := g.Spec.At(g.Cells[1].Combination)
	if err != nil {
		t.Fatal(err)
	}
	single, err := Run(t.Context(), alone, filepath.Join(t.TempDir(), "alone"), newBackend, Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	for i, record := range single.Runs {
		if !slices.Equal(record.Values, g.Cells[1].Results.Runs[i].Values) {
			t.Errorf("%s with seed %d: %v alone, %v in the grid", record.Method, record.Seed, record.Values, g.Cells[1].Results.Runs[i].Values)
		}
	}

	// Holm's correction runs over all cells.
	var p []float64
	var tests []*TTest
	for _, cell := range g.Cells {
		for _, row := range cell.Results.Rows[1:] {
			if row.Difference.Test == nil {
				p = append(p, 1)
				tests = append(tests, nil)
				continue
			}
			p, tests = append(p, row.Difference.Test.P), append(tests, row.Difference.Test)
		}
	}
	if len(p) != g.Comparisons() {
		t.Errorf("%d comparisons, %d are said", len(p), g.Comparisons())
	}
	for i, want := range Holm(p) {
		if tests[i] != nil && tests[i].Holm != want {
			t.Errorf("comparison %d: corrected p %v, want %v", i, tests[i].Holm, want)
		}
	}

	// Again nothing is trained; another value is added to those there.
	if _, err := run(gridOf("2", "3")); err != nil || trained != 0 {
		t.Errorf("%d runs trained again, %v", trained, err)
	}
	g, err = run(gridOf("4"))
	if err != nil || trained != perCell || len(g.Cells) != 3 || g.Cells[2].Combination.String() != "train_size=4" {
		t.Errorf("extended: %d runs, %d cells, %v", trained, len(g.Cells), err)
	}
	if has, err := HasAxes(dir); !has || err != nil {
		t.Errorf("it has axes: %t, %v", has, err)
	}

	// Other settings, other axes, and strangers are refused before anything is written.
	other := gridOf("2")
	other.Batch = 4
	axes := gridOf("2")
	axes.Vary = append(axes.Vary, Axis{"label_noise", []string{"0"}})
	for want, spec := range map[string]Spec{"batch": other, "it varies train_size, not train_size, label_noise": axes} {
		if _, err := run(spec); !errors.Is(err, ErrOtherStudy) || !strings.Contains(err.Error(), want) || trained > 0 {
			t.Errorf("%v, want ErrOtherStudy with %q", err, want)
		}
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.tex"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := run(gridOf("2")); !errors.Is(err, ErrOtherStudy) {
		t.Errorf("a folder with a stranger: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left there: %v", entries)
	}
}
