package report

import (
	"slices"

	"github.com/vicinal-ml/vicinal/study"
)

// measureCells returns the head and one line a method of what was measured
// beside the test error, nil if nothing was.
func measureCells(res *study.Results) [][]string {
	var kept []study.Measure
	for _, m := range study.AllMeasures() {
		if slices.ContainsFunc(res.Rows, func(r study.Row) bool { return res.Summarize(r.Method, m).N > 0 }) {
			kept = append(kept, m)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	head := []string{"method"}
	for _, m := range kept {
		head = append(head, m.Title)
	}
	cells := [][]string{head}
	short := shortNames(res)
	for i, row := range res.Rows {
		line := []string{short[i]}
		for _, m := range kept {
			line = append(line, spread(res.Summarize(row.Method, m)))
		}
		cells = append(cells, line)
	}
	return cells
}

// spread is a mean and its standard deviation, where there are any.
func spread(s study.Summary) string {
	switch {
	case s.N == 0:
		return "–"
	case s.SD == nil:
		return number(s.Mean, 2)
	}
	return number(s.Mean, 2) + " ± " + number(*s.SD, 2)
}
