package cli

import (
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/texttable"
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
	table := texttable.Table{Head: rows[0], Rows: rows[1:], Align: strings.Repeat("r", len(rows[0])-1) + "l"}
	table.Align = "l" + table.Align[1:]
	return table.String()
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
