package report

import (
	"fmt"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// GridTable compares the methods of a study with axes, a row for each
// combination and method. The last column holds the verdicts. [GridNotes] says
// what its numbers mean.
func GridTable(g *study.Grid) *Table {
	cells, align := gridCells(g)
	return newTable(cells, align)
}

// GridMarkdown is the table with its notes in Markdown.
func GridMarkdown(g *study.Grid) string {
	text := GridTable(g).Markdown() + "\n"
	for _, line := range GridNotes(g) {
		text += "- " + line + "\n"
	}
	return text
}

// gridCells returns the head and one line a combination and method, and how the
// columns are set.
func gridCells(g *study.Grid) (cells [][]string, align string) {
	n := len(g.Spec.Vary)
	first := g.Cells[0].Results
	head := make([]string, 0, n+8)
	for _, axis := range g.Spec.Vary {
		head = append(head, axis.Key)
	}
	heading := first.Compared.Heading()
	for _, cell := range g.Cells {
		if cell.Results.Compared.Heading() != heading {
			heading = "measured" // each combination what its task is compared by
		}
	}
	cells = [][]string{append(head, "method", heading, "n", "difference to "+shortNames(first)[0], "95 % interval", "p", "p (Holm)", "verdict")}
	for _, cell := range g.Cells {
		short := shortNames(cell.Results)
		for i, row := range cell.Results.Rows {
			line := make([]string, 0, len(cells[0]))
			for _, s := range cell.Combination {
				line = append(line, s.Plain())
			}
			line = append(line, short[i])
			cells = append(cells, append(line, cellsOf(row, i == 0, decimals(cell.Results))...))
		}
	}
	if g.Comparisons() < 2 {
		at := len(cells[0]) - 2 // Holm's correction changes nothing
		for i, line := range cells {
			cells[i] = append(line[:at:at], line[at+1])
		}
	}
	return cells, strings.Repeat("r", n) + "l" + strings.Repeat("r", len(cells[0])-n-2) + "l"
}

// GridNotes say what the numbers of [GridTable] are, and what it lacks.
func GridNotes(g *study.Grid) []string {
	first := g.Cells[0].Results
	m := first.Compared
	notes := []string{fmt.Sprintf("%s after the last epoch: mean ± standard deviation over %s, n of them finished.", capital(m.Words()), study.SeedsText(g.Spec.Seeds))}
	if len(g.Spec.Methods) > 1 {
		notes = append(notes, fmt.Sprintf("Methods are compared within each combination, paired by seed, %swith Student’s t interval and two-sided p; the verdict takes p after Holm’s correction for all %s of the table, at 0.05.",
			inUnit(m), humanize.Count(g.Comparisons(), "comparison")))
	}
	short := shortNames(first)
	for i, row := range first.Rows {
		if spelled := strings.ReplaceAll(strings.ToLower(short[i]), " ", ":"); spelled != row.Method {
			notes = append(notes, short[i]+" is "+row.Method+".")
		}
	}
	disagreeing := 0
	for _, cell := range g.Cells {
		for _, line := range shortfalls(cell.Results, false) {
			notes = append(notes, fmt.Sprintf("With %s: %s", cell.Combination, line))
		}
		for _, row := range cell.Results.Rows {
			if d := row.Difference; d != nil && d.Test != nil && d.Test.Disagree() {
				disagreeing++
			}
		}
	}
	if disagreeing > 0 {
		notes = append(notes, fmt.Sprintf("At %d of the comparisons Student’s t test and the exact sign-flip test, which takes no normal distribution for granted, are on different sides of 5 %%; each combination’s report has both.", disagreeing))
	}
	return notes
}

// some lists the first combinations.
func some(combinations []string) string {
	const most = 4
	if n := len(combinations) - most; n > 0 {
		return strings.Join(combinations[:most], "; ") + fmt.Sprintf("; and %d more", n)
	}
	return strings.Join(combinations, "; ")
}

// GridConclusion says in plain sentences what a study with axes shows: how often
// each method was better, worse, or not told apart from the base, and where.
func GridConclusion(g *study.Grid) []string {
	first := g.Cells[0].Results
	if len(first.Rows) < 2 {
		return []string{"One method was trained: there is nothing to compare it with."}
	}
	short := shortNames(first)
	var lines []string
	for i := range first.Rows[1:] {
		var where [3][]string // better, worse, not shown
		untested := 0
		for _, cell := range g.Cells {
			row := cell.Results.Rows[i+1]
			better := cell.Results.Compared.Better
			switch verdict := row.Verdict(false); {
			case verdict == study.Lower && better == measure.Lower, verdict == study.Higher && better == measure.Higher:
				where[0] = append(where[0], cell.Combination.String())
			case verdict == study.Lower, verdict == study.Higher:
				where[1] = append(where[1], cell.Combination.String())
			case verdict == study.NotShown:
				where[2] = append(where[2], cell.Combination.String())
			default:
				untested++
			}
		}
		var parts []string
		for k, words := range []string{"better", "worse", "not told apart"} {
			if len(where[k]) > 0 {
				parts = append(parts, fmt.Sprintf("%s at %d (%s)", words, len(where[k]), some(where[k])))
			}
		}
		if untested > 0 {
			parts = append(parts, fmt.Sprintf("not compared at %d", untested))
		}
		lines = append(lines, fmt.Sprintf("Of %s, %s against %s was %s.", humanize.Count(len(g.Cells), "combination"), short[i+1], short[0], strings.Join(parts, ", ")))
	}
	return append(lines, "Where methods were not told apart they need not be equal. All this is about this network and these settings, on this data and split.")
}
