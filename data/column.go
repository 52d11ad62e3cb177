package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	forms "golang.org/x/text/unicode/norm"

	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// kind says what the cells of a column are.
type kind uint8

const (
	anyKind kind = iota // numbers where each cell is one, categories where none is
	numbersOnly
	categoriesOnly
)

// column is one column of a table: values (NaN where missing) if it is
// numeric, otherwise the number of the category (-1 where missing).
type column struct {
	name       string
	numeric    []float64
	category   []int32
	categories []string // sorted
}

// column reads column j as what it is, or as t.kinds says.
func (t *table) column(j int) (*column, error) {
	switch t.kind(j) {
	case numbersOnly:
		return t.numbers(j)
	case categoriesOnly:
		return t.categories(j)
	}
	var first [2]int // the first row with a number, and with a text
	var count [2]int
	disguised, disguise := 0, -1
	for i, row := range t.cells {
		if t.notation.missing(row[j]) {
			continue
		}
		of := 0
		if _, ok := t.notation.number(row[j]); !ok {
			of = 1
			if t.notation.disguise(row[j]) != "" {
				if disguised++; disguise < 0 {
					disguise = i
				}
			}
		}
		if count[of] == 0 {
			first[of] = i
		}
		count[of]++
	}
	switch numbers, texts := count[0], count[1]; {
	case numbers+texts == 0:
		return nil, fmt.Errorf("%s: column %q has no values at all: leave it out by drop=%s", t.file, t.header[j], escape(t.header[j]))
	case texts == 0:
		return t.numbers(j)
	case disguised > 0 && 2*(numbers+disguised) > numbers+texts:
		return nil, t.disguised(disguise, j)
	case numbers == 0:
		return t.categories(j)
	case numbers < texts:
		return nil, t.cellErrorf(first[0], j, "is a number among %d texts: types=%s:category takes each as a category", texts, escape(t.header[j]))
	default:
		return nil, t.stray(first[1], j)
	}
}

// numbers reads column j as numbers.
func (t *table) numbers(j int) (*column, error) {
	c := &column{name: t.header[j], numeric: make([]float64, len(t.cells))}
	for i, row := range t.cells {
		if t.notation.missing(row[j]) {
			c.numeric[i] = math.NaN()
			continue
		}
		v, ok := t.notation.number(row[j])
		switch {
		case !ok && t.notation.disguise(row[j]) != "":
			return nil, t.disguised(i, j)
		case !ok:
			return nil, t.stray(i, j)
		case math.IsInf(float64(float32(v)), 0):
			return nil, t.cellErrorf(i, j, "is not finite as a 32-bit number")
		}
		c.numeric[i] = v
	}
	return c, nil
}

// categories reads column j as texts, of which those that are equal numbers are
// one category.
func (t *table) categories(j int) (*column, error) {
	seen := make(map[string]int32)
	for _, row := range t.cells {
		if !t.notation.missing(row[j]) {
			seen[row[j]] = 0
		}
	}
	c := &column{name: t.header[j], category: make([]int32, len(t.cells))}
	c.categories = t.notation.unite(seen)
	for i, row := range t.cells {
		c.category[i] = -1
		if k, ok := seen[row[j]]; ok {
			c.category[i] = k
		}
	}
	t.remarkOnTexts(c, seen)
	return c, nil
}

// remarkOnTexts tells which texts are one category, and which may be meant as
// one.
func (t *table) remarkOnTexts(c *column, seen map[string]int32) {
	var same []string
	for text, k := range seen {
		if text != c.categories[k] {
			same = append(same, text)
		}
	}
	if len(same) > 0 {
		slices.Sort(same)
		t.remarkf("column %q: %s are equal to numbers that it has in another form, and the same category", c.name, humanize.Few(same, 8))
	}
	folded := make(map[string]string)
	for _, text := range c.categories {
		key := forms.NFKC.String(strings.ToLower(text))
		first, again := folded[key]
		switch {
		case again && strings.EqualFold(first, text):
			t.remarkf("%q and %q of column %q differ in capitals alone, and are two categories", first, text, c.name)
		case again:
			t.remarkf("%q and %q of column %q look alike, and are two categories", first, text, c.name)
		default:
			folded[key] = text
			continue
		}
		return
	}
}

// like reads column j as a column of the training data: numbers, or the
// categories of it that are known.
func (t *table) like(j int, was *Column) (*column, error) {
	if was.Categories == nil {
		return t.numbers(j)
	}
	known := t.notation.index(was.Categories)
	c := &column{name: was.Name, category: make([]int32, len(t.cells)), categories: was.Categories}
	for i, row := range t.cells {
		c.category[i] = -1
		if t.notation.missing(row[j]) {
			continue
		}
		k, ok := known(row[j])
		if !ok {
			return nil, t.cellErrorf(i, j, "is not among the training data's %s; %s takes it as missing", humanize.Few(was.Categories, 8), t.naWith(row[j]))
		}
		c.category[i] = k
	}
	return c, nil
}

// stray is the error for a text among numbers.
func (t *table) stray(i, j int) error {
	name, mark := escape(t.header[j]), t.naWith(t.cells[i][j])
	switch {
	case slices.Contains(t.targets, t.header[j]):
		return t.cellErrorf(i, j, "is no number, as the other targets are: take the row out, or say types=%s:category, which takes each as a class", name)
	case t.kind(j) == numbersOnly:
		return t.cellErrorf(i, j, "is no number: %s takes it as missing", mark)
	}
	return t.cellErrorf(i, j, "is no number, as most of the column are: %s takes it as missing, types=%s:category each of them as a category", mark, name)
}

// disguised is the error for a number or a date that is written otherwise.
func (t *table) disguised(i, j int) error {
	name := escape(t.header[j])
	return t.cellErrorf(i, j, "%s; drop=%s leaves the column out, types=%s:category takes each text of it as a category",
		t.notation.disguise(t.cells[i][j]), name, name)
}

// naWith is the parameter na that adds a mark to those that the table uses.
func (t *table) naWith(mark string) string {
	used := make(map[string]bool)
	for _, row := range t.cells {
		for _, cell := range row {
			if cell != "" && t.notation.missing(cell) {
				used[cell] = true
			}
		}
	}
	if len(mark) > 40 {
		mark = "MARK"
	}
	marks := []string{escape(mark)}
	for m := range used {
		marks = append(marks, escape(m))
	}
	slices.Sort(marks[1:])
	return "na=" + strings.Join(marks, ",")
}

// cellErrorf is an error of one cell, which it names with its line and column.
func (t *table) cellErrorf(i, j int, format string, args ...any) error {
	return t.errorf(i, "column %q: %.60q %w", t.header[j], t.cells[i][j], fmt.Errorf(format, args...))
}

func quoted(names []string) []string {
	var q []string
	for _, name := range names {
		q = append(q, strconv.Quote(name))
	}
	return q
}
