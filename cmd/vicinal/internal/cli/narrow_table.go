package cli

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// narrowTable sets a Markdown table of package report in columns for a narrow terminal: without the p-values
// that Holm's correction replaces, and in shorter words.
func narrowTable(markdown string) string {
	var rows [][]string
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i, c := range cells {
			cells[i] = shorter(strings.TrimSpace(c))
		}
		rows = append(rows, cells)
	}
	if len(rows) < 2 {
		return ""
	}
	rows = slices.Delete(rows, 1, 2) // the rule below the head
	if at := slices.Index(rows[0], "p"); at >= 0 && slices.Contains(rows[0], "p (Holm)") {
		for i := range rows {
			rows[i] = slices.Delete(rows[i], at, at+1)
		}
	}
	return columns(rows)
}

func shorter(cell string) string {
	if base, ok := strings.CutPrefix(cell, "difference to "); ok {
		return "vs " + base
	}
	if cell == "no difference shown" {
		return "not shown"
	}
	return cell
}

// columns aligns the first and the last column to the left and the others to the right.
func columns(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, c := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i > 0 {
				line.WriteString("  ")
			}
			if i == 0 || i == len(row)-1 {
				line.WriteString(c + space)
			} else {
				line.WriteString(space + c)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
