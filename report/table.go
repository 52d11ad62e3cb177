package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// Style is how [Table] writes.
type Style int

const (
	Plain    Style = iota // aligned columns
	Terminal              // aligned columns, headings in bold, verdicts in colour
	Markdown              // a Markdown table
)

// Table writes the table of a study, what its numbers mean, and what is
// missing from it.
func Table(w io.Writer, res *study.Results, style Style) error {
	var text strings.Builder
	cells := tableCells(res)
	if style == Markdown {
		writeMarkdown(&text, cells)
	} else {
		writeAligned(&text, cells, style == Terminal, res.Compared.Better)
	}
	text.WriteString("\n")
	for _, line := range tableNotes(res) {
		if style == Markdown {
			line = "- " + line
		}
		text.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// tableHead are the columns of the table; the first is text, the last is words.
func tableHead(m measure.Measure, base string) []string {
	return []string{"method", m.Heading(), "n", "difference to " + base, "95 % interval", "p", "p (Holm)", "verdict"}
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

// writeMarkdown writes the cells as a Markdown table.
func writeMarkdown(text *strings.Builder, cells [][]string) {
	escape := strings.NewReplacer("|", `\|`, "\n", " ")
	for i, line := range cells {
		for _, c := range line {
			text.WriteString("| " + escape.Replace(c) + " ")
		}
		text.WriteString("|\n")
		if i == 0 {
			for k := range line {
				text.WriteString(map[bool]string{true: "| ---: ", false: "| --- "}[isNumber(k, len(line))])
			}
			text.WriteString("|\n")
		}
	}
}

// isNumber reports whether column k of n is set to the right.
func isNumber(k, n int) bool { return k > 0 && k < n-1 }

// writeAligned writes the cells in columns.
func writeAligned(text *strings.Builder, cells [][]string, color bool, better measure.Better) {
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for k, c := range line {
			widths[k] = max(widths[k], utf8.RuneCountInString(c))
		}
	}
	for i, line := range cells {
		var b strings.Builder
		for k, c := range line {
			padding := strings.Repeat(" ", widths[k]-utf8.RuneCountInString(c))
			switch {
			case isNumber(k, len(line)):
				c = padding + c
			case k < len(line)-1:
				c += padding
			case color:
				c = verdictColor(c, better)
			}
			if k > 0 {
				b.WriteString("  ")
			}
			b.WriteString(c)
		}
		row := strings.TrimRight(b.String(), " ")
		if color && i == 0 {
			row = "\x1b[1m" + row + "\x1b[0m"
		}
		text.WriteString(row + "\n")
	}
}

// verdictColor marks what a comparison has shown; the word says it too.
func verdictColor(verdict string, better measure.Better) string {
	switch said := strings.TrimSuffix(verdict, unlikeMark); study.Verdict(said) {
	case study.Lower, study.Higher:
		if said == string(better) {
			return "\x1b[32m" + verdict + "\x1b[0m"
		}
		return "\x1b[33m" + verdict + "\x1b[0m"
	}
	return verdict
}

// shortNames are the names of a study's methods in its table and figures.
func shortNames(res *study.Results) []string {
	methods := make([]string, len(res.Rows))
	for i, row := range res.Rows {
		methods[i] = row.Method
	}
	return names(methods)
}
