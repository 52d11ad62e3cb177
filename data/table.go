package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// Bounds of a table after encoding: its columns, and its values, which take 8 bytes each.
const (
	maxTableColumns = 1 << 17
	maxTableValues  = 1 << 28
)

// maxTableText bounds the memory of a table's text, before encoding. Tests of it make it less.
var maxTableText int64 = 1 << 31

// tableCost is what a row of so many bytes and cells takes of it.
func tableCost(bytes, cells int) int64 { return int64(96 + bytes + 16*cells) }

// table is a table of text, as read from file.
type table struct {
	file       string
	headerLine int // the line with the names; 0 where there is none
	header     []string
	cells      [][]string // one row each, as long as header
	lines      []int      // the line of the file of each row

	targets  []string // the names of their columns
	kinds    []kind   // of the columns; nil where nothing is said
	notation notation
	remarks  []string // see Set.Remarks
}

// kind returns what is said of column j.
func (t *table) kind(j int) kind {
	if t.kinds == nil {
		return anyKind
	}
	return t.kinds[j]
}

func (t *table) errorf(row int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", t.file, t.lines[row], fmt.Errorf(format, args...))
}

func (t *table) remarkf(format string, args ...any) {
	if remark := t.file + ": " + fmt.Sprintf(format, args...); !slices.Contains(t.remarks, remark) {
		t.remarks = append(t.remarks, remark)
	}
}

// find returns the number of the column called name, or #N for the Nth.
func (t *table) find(name string) (int, error) {
	if j := slices.Index(t.header, name); j >= 0 {
		return j, nil
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= len(t.header) {
			return n - 1, nil
		}
	}
	return 0, fmt.Errorf("%s has no column %q%s", t.file, name, nearest.Hint(name, t.header))
}

// others returns the numbers of all columns but those that are out.
func (t *table) others(out map[int]bool) []int {
	var keep []int
	for j := range t.header {
		if !out[j] {
			keep = append(keep, j)
		}
	}
	return keep
}

// features encodes the columns at keep: numeric columns as they are,
// categorical ones as one 0/1 column a category. Where like is not nil it has
// the training data's columns, which those at keep become.
func (t *table) features(keep []int, like []Column) (x *rows, as []Column, err error) {
	var columns []*column
	size := 0
	for at, j := range keep {
		var c *column
		if like != nil {
			c, err = t.like(j, &like[at])
		} else if c, err = t.column(j); err == nil {
			err = t.checkCategories(j, c)
		}
		if err != nil {
			return nil, nil, err
		}
		columns, as = append(columns, c), append(as, Column{c.name, c.categories})
		if size += as[at].width(); size > maxTableColumns {
			return nil, nil, fmt.Errorf("%s: more than %d columns after encoding categories", t.file, maxTableColumns)
		}
		if size > maxTableValues/len(t.cells) {
			return nil, nil, fmt.Errorf("%s: %d rows of at least %d columns after encoding categories, up to %q: at most %d values are held (leave a column of many texts out)",
				t.file, len(t.cells), size, c.name, maxTableValues)
		}
	}
	x = &rows{size: size, asIs: make([]bool, size), x: make([]float64, size*len(t.cells))}
	at := 0
	for _, c := range columns {
		if c.numeric != nil {
			for i, v := range c.numeric {
				x.x[i*x.size+at] = v
			}
			at++
			continue
		}
		for i, k := range c.category {
			if k >= 0 {
				x.x[i*x.size+at+int(k)] = 1
			}
		}
		for range c.categories {
			x.asIs[at] = true
			at++
		}
	}
	return x, as, nil
}

// checkCategories refuses a column whose texts are too many to be categories.
func (t *table) checkCategories(j int, c *column) error {
	present := 0
	for _, k := range c.category {
		if k >= 0 {
			present++
		}
	}
	if n := len(c.categories); n > 100 && n > present/2 || n > 20 && n == present {
		return fmt.Errorf("%s: column %q has %d different texts in %d rows, which looks like an identifier: leave it out by drop=%s",
			t.file, c.name, n, len(t.cells), escape(t.header[j]))
	}
	return nil
}

// classes reads column j as labels. Classes are in numeric order where all of
// them are numbers, otherwise in that of text; where known is not nil they are
// those, and no others may be there.
func (t *table) classes(j int, known []string) (labels []int32, names []string, err error) {
	var c *column
	if known == nil {
		if c, err = t.column(j); err != nil {
			return nil, nil, err
		}
	}
	if c == nil || c.numeric != nil {
		if c, err = t.categories(j); err != nil {
			return nil, nil, err
		}
	}
	if k := len(c.categories); known == nil && k > 20 && k > len(t.cells)/2 {
		return nil, nil, fmt.Errorf("%s: the target %q has %d different values in %d rows: too many for classes", t.file, c.name, k, len(t.cells))
	}
	if names = known; names == nil {
		names = t.notation.inOrder(c.categories)
	}
	of := t.notation.index(names)
	labels = c.category
	for i, k := range labels {
		if k < 0 {
			return nil, nil, t.missingTarget(i, j)
		}
		var ok bool
		if labels[i], ok = of(c.categories[k]); !ok {
			return nil, nil, t.cellErrorf(i, j, "is not among the training data's classes, %s", humanize.Few(names, 8))
		}
	}
	return labels, names, nil
}

// values reads the columns at targets as those of Regression or MultiLabel, one
// row after another.
func (t *table) values(targets []int, task Task) ([]float32, error) {
	y := make([]float32, len(t.cells)*len(targets))
	for at, j := range targets {
		for i, row := range t.cells {
			if _, ok := t.notation.number(row[j]); !ok && !t.notation.missing(row[j]) {
				return nil, t.cellErrorf(i, j, "is no number, which %s needs in each row", task)
			}
		}
		c, err := t.numbers(j)
		if err != nil {
			return nil, err
		}
		for i, v := range c.numeric {
			switch {
			case math.IsNaN(v):
				return nil, t.missingTarget(i, j)
			case task == MultiLabel && v != 0 && v != 1:
				return nil, t.cellErrorf(i, j, "is neither 0 nor 1, which multilabel needs in each row")
			}
			y[i*len(targets)+at] = float32(v)
		}
	}
	return y, nil
}

func (t *table) missingTarget(i, j int) error {
	return t.errorf(i, "the target %q is missing: take the row out", t.header[j])
}
