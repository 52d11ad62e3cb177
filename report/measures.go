package report

import (
	"io"
	"strings"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// MeasureTable writes what was measured beside the compared measure, a line for each
// method, or for each measure if turned: mean ± standard deviation over the
// finished seeds. It compares nothing: [SecondaryTable] does. Where nothing was measured it writes nothing.
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
		writeAligned(&text, cells, style == Terminal, "")
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
