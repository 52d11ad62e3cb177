package data

import (
	"errors"
	"fmt"
	"slices"
)

// Preparation says how the files of a set became samples: what was measured on
// its training part, and what its name said. Weights are of use only for samples
// that are prepared alike, so it is kept with them; Options.Preparation applies
// it to other files. Its JSON gives back every bit.
type Preparation struct {
	Shape   []int    `json:"shape"`             // of a sample
	Classes []string `json:"classes,omitempty"` // by label, before Options.Classes keeps some

	// Mean and Std normalise, as Info.Mean and Info.Std.
	Mean []float64 `json:"mean,omitempty"`
	Std  []float64 `json:"std,omitempty"`

	// Task is left out for Classification, and what was kept before it was named
	// says Classification, without Classes, of Regression.
	Task Task `json:"task,omitzero"`

	// Targets are the names of the targets of Regression and MultiLabel;
	// TargetMean and TargetStd, of Regression, are as Info has them.
	Targets    []string  `json:"targets,omitempty"`
	TargetMean []float64 `json:"target_mean,omitempty"`
	TargetStd  []float64 `json:"target_std,omitempty"`

	// Of a table: its columns in order, and the name of the one with the labels,
	// or with the only targets.
	Columns []Column `json:"columns,omitempty"`
	Target  string   `json:"target,omitempty"`

	// Of image files: what the shorter side is resized to before the centre is
	// cut out. 0 for the rest.
	Resize int `json:"resize,omitempty"`

	// Of sounds: samples a second, and the seconds that a spectrogram shows. 0
	// for the rest.
	Rate    int     `json:"rate,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
}

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`

	// Categories are the texts of the column, each of which is one 0/1 value of a
	// sample; nil where the column is numeric, which is one value.
	Categories []string `json:"categories,omitempty"`
}

// check reports what no set is prepared by: a file may hold anything.
func (p *Preparation) check() error {
	size := 1
	for _, d := range p.Shape {
		if d < 1 || d > maxTableValues/size {
			return fmt.Errorf("the preparation has samples of shape %v", p.Shape)
		}
		size *= d
	}
	if len(p.Shape) == 0 {
		return errors.New("the preparation does not say the shape of a sample")
	}
	if n := p.Shape[len(p.Shape)-1]; len(p.Mean) != n || len(p.Std) != n {
		return fmt.Errorf("the preparation has %d means and %d deviations for %d channels", len(p.Mean), len(p.Std), n)
	}
	if n := len(p.TargetMean); n != len(p.TargetStd) || n > 0 && n != len(p.Targets) {
		return fmt.Errorf("the preparation has %d means and %d deviations for %d targets", n, len(p.TargetStd), len(p.Targets))
	}
	if err := errors.Join(checkScale(p.Mean, p.Std), checkScale(p.TargetMean, p.TargetStd)); err != nil {
		return err
	}
	width := 0
	for i, c := range p.Columns {
		if width += c.width(); c.width() == 0 {
			return fmt.Errorf("the preparation's column %q has no categories", c.Name)
		}
		if slices.ContainsFunc(p.Columns[:i], func(before Column) bool { return before.Name == c.Name }) {
			return fmt.Errorf("the preparation has the column %q twice", c.Name)
		}
	}
	if p.Columns != nil && (len(p.Shape) != 1 || width != size) {
		return fmt.Errorf("the preparation has columns of %d values for samples of shape %v", width, p.Shape)
	}
	return nil
}

// checkScale reports what nothing is standardised by.
func checkScale(mean, std []float64) error {
	for c, std := range std {
		if mean := mean[c]; mean-mean != 0 || std-std != 0 || !(std > 0) {
			return fmt.Errorf("the preparation has the mean %v and the deviation %v", mean, std)
		}
	}
	return nil
}

// task returns Task, as it was before it was named.
func (p *Preparation) task() Task {
	if p.Task == Classification && p.Classes == nil {
		return Regression
	}
	return p.Task
}

// targets returns the names of a table's columns with the labels or the
// targets, nil where the samples were no table with a column for them.
func (p Preparation) targets() []string {
	switch {
	case p.Target != "":
		return []string{p.Target}
	case len(p.Targets) > 1:
		return p.Targets
	}
	return nil
}

// width returns the number of values that the column has in a sample.
func (c *Column) width() int {
	if c.Categories == nil {
		return 1
	}
	return len(c.Categories)
}

// featureNames returns the name of each value of a row: "length", "colour=red".
func featureNames(columns []Column) []string {
	var names []string
	for _, c := range columns {
		if c.Categories == nil {
			names = append(names, c.Name)
		}
		for _, k := range c.Categories {
			names = append(names, c.Name+"="+k)
		}
	}
	return names
}
