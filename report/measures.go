package report

import (
	"io"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/study"
)

// MeasureTable writes what was measured beside the test error, a line for each
// method, or for each measure if turned: mean ± standard deviation over the
// finished seeds. It compares nothing: the tests of [Table] are of the test
// error alone. Where nothing was measured it writes nothing.
func MeasureTable(w io.Writer, res *study.Results, style Style, turned bool) error {
	cells := measureCells(res)
	if cells == nil {
		return nil
	}
	if turned {
		cells = turn(cells)
		cells[0][0] = "measure"
	}
	var text strings.Builder
	if style == Markdown {
		writeMarkdown(&text, cells)
	} else {
		// All columns but the first are numbers; the last one is set as words are.
		for i, line := range cells {
			cells[i] = append(line, "")
		}
		writeAligned(&text, cells, style == Terminal)
	}
	_, err := io.WriteString(w, text.String())
	return err
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
