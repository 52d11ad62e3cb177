package cli

import (
	"github.com/vicinal-ml/vicinal/internal/texttable"
	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/study"
)

// printResults prints the table, with measures what else was measured, what the table shows and where the
// report is.
func printResults(t *IO, page string, results *study.Results, measures bool) error {
	table := report.MethodTable(results)
	text := layOut(t, table, results)
	if t.OutIsTerminal() && text.Width() > t.Width() {
		text = layOut(t, table.Narrow(), results)
	}
	t.Printf("%s\n", text)
	width := t.proseWidth()
	for _, line := range report.Notes(results) {
		t.Printf("%s\n", wrap(line, 0, 0, width))
	}
	if measures {
		if err := printMeasures(t, results); err != nil {
			return err
		}
	}
	t.Printf("\n")
	for _, line := range report.Conclusion(results) {
		t.Printf("%s\n", wrap(line, 0, 0, width))
	}
	t.Printf("\nreport: %s\n", page)
	return nil
}

// layOut sets a table in columns, with its head in bold; of results, unless they are nil, it is the table of
// methods, whose verdicts have a colour.
func layOut(t *IO, table *report.Table, results *study.Results) *texttable.Table {
	return &texttable.Table{Head: table.Head, Rows: table.Rows, Align: table.Align, Style: func(row, column int, cell string) string {
		switch {
		case row < 0:
			return t.Bold(cell)
		case results != nil && column == len(table.Head)-1:
			return verdict(t, results, row, cell)
		}
		return cell
	}}
}

// verdict marks by a colour which way a difference is that was shown; the word says it too.
func verdict(t *IO, results *study.Results, row int, cell string) string {
	switch v := results.Rows[row].Verdict(row == 0); v {
	case study.Lower, study.Higher:
		if string(v) == string(results.Compared.Better) {
			return t.Green(cell)
		}
		return t.Yellow(cell)
	}
	return cell
}

// printMeasures prints what was measured beside the compared measure, a line for each measure where a line for each
// method is too wide for the terminal, and how the methods compare by it.
func printMeasures(t *IO, results *study.Results) error {
	table := report.MeasureTable(results)
	if table == nil {
		return nil
	}
	text := layOut(t, table, nil)
	if t.OutIsTerminal() && text.Width() > t.Width() {
		text = layOut(t, report.TurnedMeasureTable(results), nil)
	}
	t.Printf("\n%s", text)
	compared, err := report.SecondaryTable(results)
	if err != nil || compared == nil {
		return err
	}
	text = layOut(t, compared, nil)
	if t.OutIsTerminal() && text.Width() > t.Width() {
		t.Printf("\n%s\n", wrap("How the methods compare by these is in the report: the terminal is too narrow for it.", 0, 0, t.proseWidth()))
		return nil
	}
	t.Printf("\n%s%s\n", text, wrap(report.SecondaryNote(compared), 0, 0, t.proseWidth()))
	return nil
}
