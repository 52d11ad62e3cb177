package report

import (
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/texttable"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// Table is a table as cells, which whoever shows it lays out.
type Table struct {
	Head  []string
	Rows  [][]string // as many cells each
	Align string     // a letter a column: l, or r where numbers stand; the last is also that of the columns after it
}

// newTable makes a table of cells whose first line is the head.
func newTable(cells [][]string, align string) *Table {
	return &Table{Head: cells[0], Rows: cells[1:], Align: align}
}

func (t *Table) layout() *texttable.Table {
	return &texttable.Table{Head: t.Head, Rows: t.Rows, Align: t.Align}
}

// String is the table in aligned columns.
func (t *Table) String() string { return t.layout().String() }

// Markdown is the table in Markdown.
func (t *Table) Markdown() string { return t.layout().Markdown() }

// MethodTable compares the methods of a study, a row each. The last column
// holds the verdicts. [Notes] says what its numbers mean.
func MethodTable(res *study.Results) *Table {
	cells := tableCells(res)
	return newTable(cells, "l"+strings.Repeat("r", len(cells[0])-2)+"l")
}

// Titles of columns.
const (
	headDifference = "difference to " // and the base
	headP          = "p"
	headHolm       = "p (Holm)"
)

// tableHead are the columns of the table; the first is text, the last is words.
func tableHead(m measure.Measure, base string) []string {
	return []string{"method", m.Heading(), "n", headDifference + base, "95 % interval", headP, headHolm, "verdict"}
}

// tableCells returns the head and one line a method.
func tableCells(res *study.Results) [][]string {
	short := shortNames(res)
	cells := [][]string{tableHead(res.Compared, short[0])}
	for i, row := range res.Rows {
		c := cellsOf(row, i == 0, decimals(res))
		cells = append(cells, append([]string{short[i]}, c...))
	}
	if !corrected(res) {
		for i, line := range cells {
			cells[i] = append(line[:6:6], line[7])
		}
	}
	return cells
}

// decimals is how many digits after the point the compared measure is told with.
func decimals(res *study.Results) int {
	for _, row := range res.Rows {
		if row.Summary.N > 0 {
			return res.Compared.Decimals(row.Summary.Mean)
		}
	}
	return res.Compared.Decimals(0)
}

// corrected reports whether Holm's correction changes anything: more than one
// comparison is planned.
func corrected(res *study.Results) bool { return comparisons(res) > 1 }

// comparisons is the number of comparisons that are planned, with a test or not.
func comparisons(res *study.Results) int { return len(res.Rows) - 1 }

// cellsOf formats one row: what was measured, n, difference, interval, p, Holm's p, verdict.
func cellsOf(row study.Row, first bool, decimals int) []string {
	c := []string{"–", "0", "", "", "", "", string(row.Verdict(first))}
	if len(row.Unlike) > 0 {
		c[6] += unlikeMark
	}
	if s := row.Summary; s.N > 0 {
		c[0], c[1] = number(s.Mean, decimals), fmt.Sprint(s.N)
		if s.SD != nil {
			c[0] += " ± " + number(*s.SD, decimals)
		}
	}
	if d := row.Difference; d != nil {
		c[2], c[3], c[4], c[5] = signed(d.Mean, decimals), "none", "–", "–"
		if t := d.Test; t != nil {
			c[3] = signed(t.Low, decimals) + " to " + signed(t.High, decimals)
			c[4], c[5] = pValue(t.P), pValue(t.Holm)
		}
	}
	return c
}

// unlikeMark follows the verdict of a row whose pairs were not computed alike.
const unlikeMark = " *"

// pValue formats a p-value with two significant digits.
func pValue(p float64) string {
	switch {
	case p < 0.0001:
		return "< 0.0001"
	case p < 0.001:
		return number(p, 5)
	case p < 0.01:
		return number(p, 4)
	case p < 0.1:
		return number(p, 3)
	}
	return number(p, 2)
}

// isNumber reports whether column k of n is set to the right.
func isNumber(k, n int) bool { return k > 0 && k < n-1 }

// shortNames are the names of a study's methods in its table and figures.
func shortNames(res *study.Results) []string {
	methods := make([]string, len(res.Rows))
	for i, row := range res.Rows {
		methods[i] = row.Method
	}
	return names(methods)
}
