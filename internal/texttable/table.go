package texttable

import (
	"strings"
	"unicode/utf8"
)

// Table is a head and rows of as many cells.
type Table struct {
	Head []string
	Rows [][]string

	// Align is a letter for each column, as in LaTeX: l sets its cells to the
	// left, r to the right. The last letter is also that of the columns after
	// it; "" is l.
	Align string

	// Style, unless it is nil, returns a cell of a text as a terminal is to show
	// it: in colour, and as wide as before. Row -1 is the head.
	Style func(row, column int, cell string) string
}

// gap parts columns.
const gap = "  "

// lines are the head and the rows, each cell in one line.
func (t *Table) lines() [][]string {
	lines := make([][]string, 0, 1+len(t.Rows))
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		line := make([]string, len(row))
		for i, cell := range row {
			line[i] = strings.Join(strings.Fields(cell), " ")
		}
		lines = append(lines, line)
	}
	return lines
}

// widths are those of the columns, in characters.
func widths(lines [][]string) []int {
	w := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			w[i] = max(w[i], utf8.RuneCountInString(cell))
		}
	}
	return w
}

func (t *Table) right(column int) bool {
	if t.Align == "" {
		return false
	}
	return t.Align[min(column, len(t.Align)-1)] == 'r'
}

// Width is that of the widest line of String at most, in characters.
func (t *Table) Width() int {
	total := 0
	for i, w := range widths(t.lines()) {
		if i > 0 {
			total += len(gap)
		}
		total += w
	}
	return total
}

// String is the table in aligned columns, a line each for the head and the rows.
func (t *Table) String() string {
	lines := t.lines()
	width := widths(lines)
	var b strings.Builder
	for k, line := range lines {
		pending := "" // spaces that are not written at the end of a line
		for i, cell := range line {
			if i > 0 {
				pending += gap
			}
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if t.right(i) {
				pending += space
			}
			if cell != "" {
				if t.Style != nil {
					cell = t.Style(k-1, i, cell)
				}
				b.WriteString(pending + cell)
				pending = ""
			}
			if !t.right(i) {
				pending += space
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Markdown is the table in Markdown, padded so that it reads as it is, too.
func (t *Table) Markdown() string {
	lines := t.lines()
	for _, line := range lines {
		for i, cell := range line {
			line[i] = strings.ReplaceAll(cell, "|", `\|`)
		}
	}
	width := widths(lines)
	rule := make([]string, len(width))
	for i := range width {
		width[i] = max(width[i], 3)
		if rule[i] = strings.Repeat("-", width[i]); t.right(i) {
			rule[i] = rule[i][1:] + ":"
		}
	}
	var b strings.Builder
	for k, line := range lines {
		t.markdownLine(&b, line, width)
		if k == 0 {
			t.markdownLine(&b, rule, width)
		}
	}
	return b.String()
}

func (t *Table) markdownLine(b *strings.Builder, line []string, width []int) {
	for i, cell := range line {
		space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
		if t.right(i) {
			b.WriteString("| " + space + cell + " ")
		} else {
			b.WriteString("| " + cell + space + " ")
		}
	}
	b.WriteString("|\n")
}
