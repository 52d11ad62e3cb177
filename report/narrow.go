package report

import (
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/study"
)

// Narrow is [MethodTable] for where that is too wide: in shorter words, and
// without the p-values that Holm's correction replaces.
func (t *Table) Narrow() *Table {
	drop := -1
	if slices.Contains(t.Head, headHolm) {
		drop = slices.Index(t.Head, headP)
	}
	narrow := func(line []string) []string {
		short := make([]string, 0, len(line))
		for i, cell := range line {
			if i != drop {
				short = append(short, shorter(cell))
			}
		}
		return short
	}
	n := &Table{Head: narrow(t.Head), Align: t.Align}
	if drop >= 0 && drop < len(t.Align) {
		n.Align = t.Align[:drop] + t.Align[drop+1:]
	}
	for _, row := range t.Rows {
		n.Rows = append(n.Rows, narrow(row))
	}
	return n
}

func shorter(cell string) string {
	if base, ok := strings.CutPrefix(cell, headDifference); ok {
		return "vs " + base
	}
	if rest, ok := strings.CutPrefix(cell, string(study.NotShown)); ok {
		return "not shown" + rest
	}
	return cell
}
