package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/vicinal-ml/vicinal/study"
)

// SecondaryTable writes the comparison of the methods by every other measure of
// the test part: differences to the base with their intervals, and p after
// Holm's correction over all comparisons of the table, which are secondary to
// the study's own. Where there is nothing to compare it writes nothing.
func SecondaryTable(w io.Writer, res *study.Results, style Style) error {
	cells, err := secondaryCells(res)
	if err != nil || cells == nil {
		return err
	}
	var text strings.Builder
	if style == Markdown {
		writeMarkdown(&text, cells)
	} else {
		writeAligned(&text, cells, style == Terminal, "")
	}
	_, err = io.WriteString(w, text.String())
	return err
}

// secondaryCells returns the head and one line a measure and method, nil where
// nothing is compared.
func secondaryCells(res *study.Results) ([][]string, error) {
	all, err := res.Secondaries()
	if err != nil {
		return nil, err
	}
	short := shortNames(res)
	cells := [][]string{{"secondary measure", "method", "value", "difference to " + short[0], "95 % interval", "p (Holm)", "verdict"}}
	for _, s := range all {
		for i, row := range s.Rows {
			if i == 0 {
				continue
			}
			c := cellsOf(row, false, s.Measure.Decimals(row.Summary.Mean))
			cells = append(cells, []string{s.Measure.Heading(), short[i], c[0], c[2], c[3], c[5], c[6]})
		}
	}
	if len(cells) == 1 {
		return nil, nil
	}
	return cells, nil
}

// secondaryNote says what the table of secondary measures is.
func secondaryNote(cells [][]string) string {
	return fmt.Sprintf("Secondary: none of these was what the study set out to compare. p after Holm’s correction for all %d comparisons of this table.", len(cells)-1)
}
