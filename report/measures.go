package report

import (
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// MeasureTable tells what was measured beside the compared measure, a row for
// each method: mean ± standard deviation over the finished seeds. It compares
// nothing: [SecondaryTable] does. It is nil where nothing was measured.
func MeasureTable(res *study.Results) *Table {
	cells := measureCells(res)
	if cells == nil {
		return nil
	}
	return newTable(cells, "lr")
}

// TurnedMeasureTable is [MeasureTable] with a row for each measure.
func TurnedMeasureTable(res *study.Results) *Table {
	cells := measureCells(res)
	if cells == nil {
		return nil
	}
	cells = turn(cells)
	cells[0][0] = "measure"
	return newTable(cells, "lr")
}

// turn makes columns of lines.
func turn(cells [][]string) [][]string {
	turned := make([][]string, len(cells[0]))
	for k := range turned {
		for _, line := range cells {
			turned[k] = append(turned[k], line[k])
		}
	}
	return turned
}

// measureCells returns the head and one line a method of what was measured
// beside the compared measure, nil if nothing was.
func measureCells(res *study.Results) [][]string {
	kept := res.Shown()
	if len(kept) == 0 {
		return nil
	}
	head := []string{"method"}
	for _, m := range kept {
		head = append(head, m.Heading())
	}
	cells := [][]string{head}
	short := shortNames(res)
	for i, row := range res.Rows {
		line := []string{short[i]}
		for _, m := range kept {
			line = append(line, spread(m, res.Summarize(row.Method, m)))
		}
		cells = append(cells, line)
	}
	return cells
}

// spread is a mean and its standard deviation, where there are any.
func spread(m measure.Measure, s study.Summary) string {
	switch {
	case s.N == 0:
		return "–"
	case s.SD == nil:
		return number(s.Mean, m.Decimals(s.Mean))
	}
	return number(s.Mean, m.Decimals(s.Mean)) + " ± " + number(*s.SD, m.Decimals(s.Mean))
}
