package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// Bounds of a table after encoding: its columns, and its values, which take 8 bytes each.
const (
	maxTableColumns = 1 << 17
	maxTableValues  = 1 << 28
)

// table is a table of text, as read from file.
type table struct {
	file   string
	header []string
	cells  [][]string // one row each, as long as header
	lines  []int      // the line of the file of each row
}

// missing are the ways in which files write a missing value.
func missing(cell string) bool {
	switch strings.ToLower(cell) {
	case "", "?", "na", "n/a", "nan", "null":
		return true
	}
	return false
}

// column is one column of a table: values (NaN where missing) if it is
// numeric, otherwise the number of the category (-1 where missing).
type column struct {
	name       string
	numeric    []float64
	category   []int32
	categories []string // sorted
}

// column reads column j; categorical forces categories even of numbers.
func (t *table) column(j int, categorical bool) (*column, error) {
	c := &column{name: t.header[j]}
	if !categorical {
		c.numeric = make([]float64, len(t.cells))
	}
	present := false
	for i, row := range t.cells {
		if missing(row[j]) {
			if !categorical {
				c.numeric[i] = math.NaN()
			}
			continue
		}
		present = true
		if categorical {
			c.categories = append(c.categories, row[j])
			continue
		}
		v, err := strconv.ParseFloat(row[j], 64)
		if err != nil && !math.IsInf(v, 0) {
			return t.column(j, true)
		}
		if math.IsInf(v, 0) || math.IsInf(float64(float32(v)), 0) {
			return nil, t.errorf(i, "column %q: %q is not finite as a 32-bit number", c.name, row[j])
		}
		c.numeric[i] = v
	}
	if !present {
		return nil, fmt.Errorf("%s: column %q has no values at all", t.file, c.name)
	}
	if categorical {
		slices.Sort(c.categories)
		c.categories = slices.Compact(c.categories)
		c.category = make([]int32, len(t.cells))
		for i, row := range t.cells {
			c.category[i] = -1
			if k, ok := slices.BinarySearch(c.categories, row[j]); ok {
				c.category[i] = int32(k)
			}
		}
	}
	return c, nil
}

func (t *table) errorf(row int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", t.file, t.lines[row], fmt.Errorf(format, args...))
}

// find returns the number of the column called name.
func (t *table) find(name string) (int, error) {
	if j := slices.Index(t.header, name); j >= 0 {
		return j, nil
	}
	if near := nearest.Name(name, t.header); near != "" {
		return 0, fmt.Errorf("%s has no column %q: did you mean %q?", t.file, name, near)
	}
	return 0, fmt.Errorf("%s has no column %q", t.file, name)
}

// features encodes the columns at keep: numeric columns as they are,
// categorical ones as one 0/1 column a category. categorical forces the kind.
func (t *table) features(keep []int, categorical func(j int) bool) (x *rows, names []string, err error) {
	var columns []*column
	for _, j := range keep {
		c, err := t.column(j, categorical(j))
		if err != nil {
			return nil, nil, err
		}
		if len(c.categories) > 100 && len(c.categories) > len(t.cells)/2 {
			return nil, nil, fmt.Errorf("%s: column %q has %d different texts in %d rows, which looks like an identifier: leave it out",
				t.file, c.name, len(c.categories), len(t.cells))
		}
		if c.numeric != nil {
			names = append(names, c.name)
		}
		for _, k := range c.categories {
			names = append(names, c.name+"="+k)
		}
		if len(names) > maxTableColumns {
			return nil, nil, fmt.Errorf("%s: more than %d columns after encoding categories", t.file, maxTableColumns)
		}
		if len(names) > maxTableValues/len(t.cells) {
			return nil, nil, fmt.Errorf("%s: %d rows of at least %d columns after encoding categories, up to %q: at most %d values are held (leave a column of many texts out)",
				t.file, len(t.cells), len(names), c.name, maxTableValues)
		}
		columns = append(columns, c)
	}
	x = &rows{size: len(names), asIs: make([]bool, len(names)), x: make([]float64, len(names)*len(t.cells))}
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
	return x, names, nil
}

// classes reads column j as labels. Classes are in numeric order where all of
// them are numbers, otherwise in that of text.
func (t *table) classes(j int) (labels []int32, names []string, err error) {
	c, err := t.column(j, true)
	if err != nil {
		return nil, nil, err
	}
	if k := len(c.categories); k > 20 && k > len(t.cells)/2 {
		return nil, nil, fmt.Errorf("%s: the target %q has %d different values in %d rows: too many for classes", t.file, c.name, k, len(t.cells))
	}
	names = slices.Clone(c.categories)
	value := make(map[string]float64)
	for _, k := range names {
		if v, err := strconv.ParseFloat(k, 64); err == nil {
			value[k] = v
		}
	}
	if len(value) == len(names) {
		slices.SortStableFunc(names, func(a, b string) int {
			if value[a] < value[b] {
				return -1
			}
			if value[a] > value[b] {
				return 1
			}
			return 0
		})
	}
	to := make([]int32, len(names))
	for k, n := range c.categories {
		to[k] = int32(slices.Index(names, n))
	}
	labels = c.category
	for i, k := range labels {
		if k < 0 {
			return nil, nil, t.errorf(i, "the target %q is missing", c.name)
		}
		labels[i] = to[k]
	}
	return labels, names, nil
}

// values reads column j as regression targets.
func (t *table) values(j int) ([]float32, error) {
	c, err := t.column(j, false)
	if err != nil {
		return nil, err
	}
	if c.numeric == nil {
		return nil, fmt.Errorf("%s: the target %q has values that are not numbers, such as %q", t.file, c.name, c.categories[len(c.categories)-1])
	}
	targets := make([]float32, len(c.numeric))
	for i, v := range c.numeric {
		if math.IsNaN(v) {
			return nil, t.errorf(i, "the target %q is missing", c.name)
		}
		targets[i] = float32(v)
	}
	return targets, nil
}
