package data

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// columnNames returns the names of the columns that the first line has; one
// without a name, or all where the line is a row, are called by their numbers.
func columnNames(line []string, row bool) ([]string, error) {
	if len(line) < 2 {
		return nil, fmt.Errorf("only one column, %.60q: %s", line[0], separatorHint(line[0]))
	}
	if len(line) > maxTableColumns {
		return nil, fmt.Errorf("%d columns, at most %d are read", len(line), maxTableColumns)
	}
	names, seen := make([]string, len(line)), make(map[string]int)
	for j, name := range line {
		if name == "" || row {
			name = "#" + strconv.Itoa(j+1)
		}
		if first, twice := seen[name]; twice {
			return nil, fmt.Errorf("column %d has the same name as column %d, %.60q", j+1, first+1, name)
		}
		names[j], seen[name] = name, j
	}
	return names, nil
}

// separatorHint names the separator that a line most likely has.
func separatorHint(line string) string {
	best, most := "", 0
	for _, s := range separators {
		if n := strings.Count(line, string(s.char)); n > most {
			best, most = s.name, n
		}
	}
	if best == "" {
		return "a table has a column with targets and others beside it"
	}
	return fmt.Sprintf("say sep=%s where that is what stands between the cells", best)
}

// unnamed reports whether column j is called by its number.
func (t *table) unnamed(j int) bool { return t.header[j] == "#"+strconv.Itoa(j+1) }

// firstRows is how many rows are looked at to tell names from a row.
const firstRows = 1000

// checkFirstLine refuses a first line that is a row rather than the names of
// the columns: with numbers above numbers, unless they count the columns
// (0, 1, 2, ... or the years of a wide table), or with texts that stand in their
// columns again where there are no numbers at all.
func (t *table) checkFirstLine() error {
	var counts []float64 // names that are numbers above numbers
	suspect, named, texts, again := "", 0, 0, 0
	for j, name := range t.header {
		if t.unnamed(j) || t.notation.missing(name) {
			continue
		}
		numbers, same := t.look(j)
		switch {
		case numbers && t.notation.numberish(name):
			v, _ := t.notation.number(name)
			if counts = append(counts, v); suspect == "" {
				suspect = name
			}
		case numbers:
			named++
		default:
			if texts++; same {
				again++
			}
		}
	}
	refuse := func(what string) error {
		return fmt.Errorf("%s:%d: %s, so that the first line looks like a row: say header=no where it is one, header=yes where it names the columns", t.file, t.headerLine, what)
	}
	switch {
	case len(counts) > 0 && (named+texts == 0 || again > 0 || !inSteps(counts, named)):
		return refuse(fmt.Sprintf("%.60q is a number above numbers", suspect))
	case len(counts)+named == 0 && 2*again > texts:
		return refuse(fmt.Sprintf("%d of %d names stand in their own columns again", again, texts))
	case len(counts)+named == 0 && again > 0:
		t.remarkf("%d of %d names stand in their own columns again: say header=no where the first line is a row", again, texts)
	}
	return nil
}

// inSteps reports whether names that are numbers go up by 1. A single one says
// nothing, unless there are other columns with names above numbers.
func inSteps(names []float64, named int) bool {
	for i, v := range names[1:] {
		if v != names[i]+1 {
			return false
		}
	}
	return len(names) > 1 || named > 0
}

// look reports whether the first cells of column j are numbers, all of them
// that are not missing, and whether one is the column's name.
func (t *table) look(j int) (numbers, same bool) {
	for _, row := range t.cells[:min(firstRows, len(t.cells))] {
		if t.notation.missing(row[j]) {
			continue
		}
		same = same || row[j] == t.header[j]
		if !t.notation.numberish(row[j]) {
			return false, same || t.stands(j)
		}
		numbers = true
	}
	return numbers, same
}

// stands reports whether the name of column j is one of its first cells.
func (t *table) stands(j int) bool {
	return slices.ContainsFunc(t.cells[:min(firstRows, len(t.cells))], func(row []string) bool { return row[j] == t.header[j] })
}

// leaveOut adds to out the columns that hold nothing for a network: those
// without a name or values, and a first one that numbers or names the rows.
// named are the columns that a parameter names, which stay.
func (t *table) leaveOut(out, named map[int]bool) {
	for j := range t.header {
		if out[j] || named[j] || t.headerLine == 0 {
			continue
		}
		switch empty := t.empty(j); {
		case t.unnamed(j) && empty:
			out[j] = true
			t.remarkf("column %d has neither a name nor values: left out", j+1)
		case j == 0 && (t.unnamed(0) || savedIndex.MatchString(t.header[0])) && t.distinct(0):
			out[j] = true
			t.remarkf("the first column has no name and a value of its own in each row, as a saved index has: left out (types=%s:number keeps it)", escape(t.header[0]))
		case t.unnamed(j):
			t.remarkf("column %d has no name: it is called %s", j+1, t.header[j])
		}
	}
}

// savedIndex is how pandas names a column without a name.
var savedIndex = regexp.MustCompile(`^Unnamed: [0-9]+$`)

func (t *table) empty(j int) bool {
	return !slices.ContainsFunc(t.cells, func(row []string) bool { return !t.notation.missing(row[j]) })
}

// distinct reports whether no two cells of column j are equal and each is a
// whole number or a text.
func (t *table) distinct(j int) bool {
	seen := make(map[string]bool, len(t.cells))
	for _, row := range t.cells {
		if v, ok := t.notation.number(row[j]); seen[row[j]] || row[j] == "" || ok && v != math.Trunc(v) {
			return false
		}
		seen[row[j]] = true
	}
	return true
}

// remarkOnCells tells what stands for cells of the features that are missing,
// and which feature looks like a count of the rows.
func (t *table) remarkOnCells(keep []int) {
	missing, marks, in := 0, 0, []string{}
	for _, j := range keep {
		before := missing
		counts := true
		var first float64
		for i, row := range t.cells {
			if t.notation.missing(row[j]) {
				missing++
				if row[j] != "" {
					marks++
				}
			}
			if v, ok := t.notation.number(row[j]); counts {
				if i == 0 {
					first = v
				}
				counts = ok && v == first+float64(i) && (first == 0 || first == 1)
			}
		}
		if missing > before {
			in = append(in, strconv.Quote(t.header[j]))
		}
		if counts && len(t.cells) > 2 {
			t.remarkf("column %q counts the rows: if that says nothing about the target, leave it out by drop=%s", t.header[j], escape(t.header[j]))
		}
	}
	if missing > 0 {
		t.remarkf("%d cells are missing (%d empty, the others a mark of na=), in %s: the mean stands for a number, no category for a text", missing, missing-marks, humanize.Few(in, 8))
	}
}
