package report

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/study"
)

// SecondaryTable compares the methods by every other measure of the test part:
// differences to the base with their intervals, and p after Holm's correction
// over all comparisons of the table, which are secondary to the study's own. It
// is nil where there is nothing to compare.
func SecondaryTable(res *study.Results) (*Table, error) {
	all, err := res.Secondaries()
	if err != nil {
		return nil, err
	}
	short := shortNames(res)
	cells := [][]string{{"secondary measure", "method", "value", headDifference + short[0], "95 % interval", headHolm, "verdict"}}
	for _, s := range all {
		for i, row := range s.Rows[1:] {
			c := cellsOf(row, false, s.Measure.Decimals(row.Summary.Mean))
			cells = append(cells, []string{s.Measure.Heading(), short[i+1], c[0], c[2], c[3], c[5], c[6]})
		}
	}
	if len(cells) == 1 {
		return nil, nil
	}
	return newTable(cells, "llrrrrl"), nil
}

// SecondaryNote says what [SecondaryTable] is.
func SecondaryNote(t *Table) string {
	return fmt.Sprintf("Secondary: none of these was what the study set out to compare. p after Holm’s correction for all %d comparisons of this table.", len(t.Rows))
}
