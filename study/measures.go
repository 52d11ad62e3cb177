package study

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
)

// usualMeasure is what methods are compared by where no run has finished and nothing
// says what is learned.
var usualMeasure = measure.Measure{Name: "error", Title: "%s error", Unit: "%", Better: measure.Lower, Part: measure.Test}

// choose notes what can be compared, and the measure that methods are compared
// by: the task's primary one, or the one that the spec names.
func (r *Results) choose(table []measure.Measure, primary string) {
	r.Measures = table
	r.Primary = primary
	if r.Spec.Measure != "" {
		primary = r.Spec.Measure
	}
	r.Compared = usualMeasure
	r.Compared.Name = primary
	for _, m := range table {
		if m.Part == measure.Test && m.Name == primary {
			r.Compared = m
		}
	}
}

// CheckMeasure returns the error of a spec that compares by a measure which the task
// does not have.
func (s Spec) CheckMeasure(t task.Task) error {
	if s.Measure == "" {
		return nil
	}
	var names []string
	for _, m := range task.Table(t) {
		if m.Part == measure.Test {
			names = append(names, m.Name)
		}
	}
	if slices.Contains(names, s.Measure) {
		return nil
	}
	return fmt.Errorf("measure = %q is not measured on the test part by task %s%s; it measures %s", s.Measure, t, nearest.Hint(s.Measure, names), strings.Join(names, ", "))
}

// Shown lists the measures beside the compared one, in the order of tables:
// those of the test part, and of the other parts what methods are compared by
// and what the test part does not have.
func (r *Results) Shown() []measure.Measure {
	ofTest := map[string]bool{}
	for _, m := range r.Measures {
		if m.Part == measure.Test {
			ofTest[m.Name] = true
		}
	}
	var shown []measure.Measure
	for _, m := range r.Measures {
		switch {
		case m == r.Compared:
		case m.Part == measure.Test, m.Name == r.Compared.Name, !ofTest[m.Name]:
			if slices.ContainsFunc(r.Runs, func(run RunRecord) bool { _, ok := run.Values.Get(m.Key()); return ok }) {
				shown = append(shown, m)
			}
		}
	}
	return shown
}

// Summarize returns the summary of a measure over the finished runs of a
// method that have it.
func (r *Results) Summarize(method string, m measure.Measure) Summary {
	var values []float64
	for i := range r.Runs {
		if run := &r.Runs[i]; run.Method == method && run.Status == Finished {
			if x, ok := run.Values.Get(m.Key()); ok {
				values = append(values, x)
			}
		}
	}
	return Summarize(values)
}

// Secondary is the comparison of the methods by another measure than the one
// that the study is about.
type Secondary struct {
	Measure measure.Measure
	Rows    []Row
}

// Secondaries compares the methods by every other measure of the test part that
// all runs have. Holm's correction runs over all of these comparisons together:
// they are a family of their own, apart from that of the compared measure.
func (r *Results) Secondaries() ([]Secondary, error) {
	var all []Secondary
	var family []*Paired
	for _, m := range r.Shown() {
		if m.Part != measure.Test {
			continue
		}
		rows, err := r.table(m.Key())
		if err != nil {
			return nil, fmt.Errorf("comparing by the %s: %w", m.Words(), err)
		}
		for _, row := range rows[1:] {
			family = append(family, row.Difference)
		}
		all = append(all, Secondary{m, rows})
	}
	correct(family)
	return all, nil
}
