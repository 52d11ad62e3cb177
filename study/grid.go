package study

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train"
)

// cellsName is the folder of a study's combinations in its own.
const cellsName = "cells"

// Cell is the study of one combination of a [Grid].
type Cell struct {
	Combination Combination `json:"combination"`
	Dir         string      `json:"dir"` // relative to the grid's folder
	Results     *Results    `json:"results"`
}

// Grid is what a study with axes has shown so far: methods are compared within
// each combination, and Holm's correction runs over the comparisons of all.
type Grid struct {
	Dir   string `json:"-"`
	Spec  Spec   `json:"spec"`
	Cells []Cell `json:"cells"` // in the order of [Spec.Combinations]
}

// GridRunner does a study with axes: a study of its own for each combination,
// below cells in Dir, whose results, corrected for that combination alone, stay
// there too.
type GridRunner struct {
	Runner // Spec has axes

	// Planned is told what will be done at each combination, in their order,
	// before anything is trained or written. Its error ends the call.
	Planned func([]*Plan) error

	// Begin is told each combination before its runs begin, with its place from 0
	// and their number.
	Begin func(c Combination, at, of int)
}

// Plan checks every combination, as Runner.Plan does, before anything is
// trained or written.
func (r GridRunner) Plan(ctx context.Context) ([]*Plan, error) {
	whole, err := r.whole()
	if err != nil {
		return nil, err
	}
	var plans []*Plan
	for _, c := range whole.Combinations() {
		runner, err := r.at(c)
		if err != nil {
			return nil, err
		}
		plan, err := runner.Plan(ctx)
		if err != nil {
			return nil, fmt.Errorf("with %s: %w", c, err)
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// Run trains what is missing of every combination and returns the results. A
// run that diverges or fails stops no other; errors are those of [Runner.Run],
// joined. Values of axes that Dir has beyond Spec's stay part of the results,
// and are not trained.
func (r GridRunner) Run(ctx context.Context) (*Grid, error) {
	plans, err := r.Plan(ctx)
	if err != nil {
		return nil, err
	}
	if r.Planned != nil {
		if err := r.Planned(plans); err != nil {
			return nil, err
		}
	}
	whole, err := r.whole()
	if err != nil {
		return nil, err
	}
	if err := r.keep(whole); err != nil {
		return nil, err
	}
	var failed []error
	all := r.Spec.Combinations()
	for i, c := range all {
		if r.Begin != nil {
			r.Begin(c, i, len(all))
		}
		runner, err := r.at(c)
		if err != nil {
			return nil, err
		}
		results, err := runner.Run(ctx)
		if results == nil || errors.Is(err, train.ErrInterrupted) {
			return nil, fmt.Errorf("with %s: %w", c, err)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("with %s: %w", c, err))
		}
	}
	g, err := LoadGrid(r.Dir)
	if err != nil {
		return nil, err
	}
	return g, errors.Join(failed...)
}

// Folder is that of a combination's study, relative to Dir.
func (GridRunner) Folder(c Combination) string { return filepath.Join(cellsName, c.slug()) }

// at is the runner of one combination.
func (r GridRunner) at(c Combination) (Runner, error) {
	spec, err := r.Spec.At(c)
	if err != nil {
		return Runner{}, err
	}
	runner := r.Runner
	runner.Spec, runner.Dir = spec, filepath.Join(r.Dir, r.Folder(c))
	return runner, nil
}

// whole returns the study in Dir with the methods, seeds and values of Spec that
// it lacks.
func (r GridRunner) whole() (Spec, error) {
	spec, err := r.Spec.ResolveAxes()
	if err != nil {
		return spec, err
	}
	there, err := ReadSpec(filepath.Join(r.Dir, specName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err := refuseStrangers(r.Dir)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return spec, err
	case err != nil:
		return spec, fmt.Errorf("%w: %w", ErrOtherStudy, err)
	}
	other := func(why string) error {
		return fmt.Errorf("%w: %s holds another study (%s); choose another folder", ErrOtherStudy, r.Dir, why)
	}
	if !slices.EqualFunc(there.Vary, spec.Vary, func(a, b Axis) bool { return a.Key == b.Key }) {
		return spec, other(fmt.Sprintf("it varies %s, not %s", axisNames(there.Vary), axisNames(spec.Vary)))
	}
	whole := spec
	whole.Vary = slices.Clone(spec.Vary)
	for i, axis := range there.Vary {
		values := slices.Clone(axis.Values)
		for _, v := range spec.Vary[i].Values {
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		whole.Vary[i].Values = values
	}
	// The settings that no axis has are compared by a combination that both have.
	c := spec.Combinations()[0]
	a, err := there.At(c)
	if err != nil {
		return spec, err
	}
	b, err := spec.At(c)
	if err != nil {
		return spec, err
	}
	joined, err := extend(a, b)
	if err != nil {
		return spec, other(err.Error())
	}
	whole.Methods, whole.Seeds = joined.Methods, joined.Seeds
	return whole, nil
}

// axisNames lists the settings of axes.
func axisNames(axes []Axis) string {
	if len(axes) == 0 {
		return "nothing"
	}
	var names string
	for i, a := range axes {
		if i > 0 {
			names += ", "
		}
		names += a.Key
	}
	return names
}

// keep writes the whole study to study.toml.
func (r GridRunner) keep(whole Spec) error {
	if err := wholefile.MkdirAll(r.Dir); err != nil {
		return fmt.Errorf("making the study's folder: %w", err)
	}
	whole.Jobs = 0 // of this call, not of the study
	text, err := whole.TOML()
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(r.Dir, specName), text)
}

// HasAxes reports whether the study in a folder has axes, so that [LoadGrid]
// reads it and not [Load].
func HasAxes(dir string) (bool, error) {
	spec, err := ReadSpec(filepath.Join(dir, specName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return len(spec.Vary) > 0, err
}

// LoadGrid returns what the study with axes in dir has shown so far. It changes
// nothing. Errors are those of [Load].
func LoadGrid(dir string) (*Grid, error) {
	spec, err := ReadSpec(filepath.Join(dir, specName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s: it has no %s", ErrNoStudy, dir, specName)
	}
	if err != nil {
		return nil, err
	}
	if spec, err = spec.ResolveAxes(); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, specName), err)
	}
	g := &Grid{Dir: dir, Spec: spec}
	for _, c := range spec.Combinations() {
		at, err := spec.At(c)
		if err != nil {
			return nil, err
		}
		cell := Cell{Combination: c, Dir: GridRunner{}.Folder(c)}
		if cell.Results, err = load(filepath.Join(dir, cell.Dir), at); err != nil {
			return nil, err
		}
		if err := cell.Results.consistent(); err != nil {
			return nil, err
		}
		g.Cells = append(g.Cells, cell)
	}
	g.correct()
	return g, nil
}

// correct runs Holm's correction over the comparisons of all combinations: what
// was planned counts, with a test or not.
func (g *Grid) correct() {
	var family []*Paired
	for _, cell := range g.Cells {
		for i, row := range cell.Results.Rows {
			if i > 0 {
				family = append(family, row.Difference)
			}
		}
	}
	correct(family)
}

// Comparisons is the number of comparisons that Holm's correction runs over.
func (g *Grid) Comparisons() int { return len(g.Cells) * (len(g.Spec.Methods) - 1) }

// Count returns the number of runs of that status, of all combinations.
func (g *Grid) Count(status Status) int {
	n := 0
	for _, cell := range g.Cells {
		n += cell.Results.Count(status)
	}
	return n
}
