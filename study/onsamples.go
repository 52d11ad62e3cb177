package study

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train"
)

// maxResampled bounds how many numbers a draw of the two-level interval may
// take from the predictions: 1,000 draws of them take some seconds.
const maxResampled = 5e6

// compareOnSamples adds to the rows the intervals that would hold on other test
// samples too, made from the predictions that the runs left. A row goes without
// where a run left none, as those of before, where the runs were tested on
// different samples, and where no such interval can be made.
func (r *Results) compareOnSamples() {
	read := map[string]*train.Predictions{}
	of := func(method string, seed uint64) *train.Predictions {
		at := slices.IndexFunc(r.Runs, func(run RunRecord) bool { return run.Method == method && run.Seed == seed })
		if at < 0 {
			return nil
		}
		dir := r.Runs[at].Dir
		if _, ok := read[dir]; !ok {
			read[dir], _ = train.ReadPredictions(filepath.Join(r.Dir, dir)) // nil for none that is sound
		}
		return read[dir]
	}
	for i := 1; i < len(r.Rows); i++ {
		row := &r.Rows[i]
		row.OnSamples = nil
		if row.Difference == nil || row.Difference.Test == nil {
			continue
		}
		var base, other []*task.Judged
		var first *train.Predictions
		for _, pair := range row.Pairs {
			a, b := of(r.Rows[0].Method, pair.Seed), of(row.Method, pair.Seed)
			if first == nil {
				first = a
			}
			if a == nil || b == nil || !sameSamples(first, a) || !sameSamples(first, b) {
				break
			}
			base, other = append(base, a.Judged), append(other, b.Judged)
		}
		if len(base) < len(row.Pairs) || 2*len(base)*len(first.Judged.Values) > maxResampled {
			continue
		}
		measures := first.Task.Measures()
		at := slices.IndexFunc(measures, func(m task.Measure) bool { return m.Name == r.Compared.Name })
		if at < 0 {
			continue
		}
		if interval, err := CompareOnSamples(len(base), first.Judged.N, MeasureDifference(measures[at].Of, base, other)); err == nil {
			row.OnSamples = &interval
		}
	}
}

// sameSamples reports whether two runs were tested on the same samples, as far
// as what these are labelled with says.
func sameSamples(a, b *train.Predictions) bool {
	if a.Judged.N != b.Judged.N || a.Task.String() != b.Task.String() || !slices.Equal(a.Task.Columns(), b.Task.Columns()) {
		return false
	}
	for _, column := range a.Task.Columns() {
		given := column == "label" || strings.HasPrefix(column, "label_") || strings.HasPrefix(column, "target_")
		if given && !slices.Equal(a.Column(column), b.Column(column)) {
			return false
		}
	}
	return true
}
