package data

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func csvFile() reader {
	return reader{
		info: Info{Name: "csv", Title: "Any table with a header line, for classification or regression", Parts: "none: a fifth of the rows is drawn for testing, a fifth for validation",
			Source: "your file", Licence: "unknown", Input: csvInput()},
		form:   "FILE",
		params: csvParams(),
		open:   openCSV,
	}
}

// csvInput is what "vicinal data show" says a table must look like.
func csvInput() []string {
	return []string{
		"a text file with a line for each row, below a line with the names of the columns",
		"a column is numeric where each of its values is a number, otherwise each text is a category",
		`a value is missing where the cell is empty, ?, NA, N/A, NaN or null`,
	}
}

func csvParams() []Param {
	return []Param{
		{"target", "COLUMN", "what is predicted; the last column by default"},
		{"task", "classification|regression", "classification by default where a target is not a number, or all are whole numbers of at most 20 values"},
		{"drop", "COLUMN,...", "columns to leave out"},
		{"sep", "comma|semicolon|tab", "what stands between two cells; comma by default"},
	}
}

// openCSV reads any table with a header line. Parameters: target is the name
// of the target column, the last by default; task is classification or
// regression, by default classification where a target is not a number or all
// are whole numbers of at most 20 values; drop names columns to leave out; sep
// is comma (default), semicolon or tab.
//
// A fifth of the rows are the test part, a fifth validation. See the package
// comment for missing values and categories.
func openCSV(ctx context.Context, r request) (*parts, error) {
	sep, err := separator(r)
	if err != nil {
		return nil, err
	}
	target, task, drop := r.params["target"], r.params["task"], r.params["drop"]
	file, err := os.Open(r.arg)
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", r.name, err)
	}
	defer file.Close()
	t, err := readCSV(ctx, file, r.arg, sep)
	if err != nil {
		return nil, err
	}
	at := len(t.header) - 1
	if target != "" {
		if at, err = t.find(target); err != nil {
			return nil, err
		}
	}
	keep, err := t.without(at, drop)
	if err != nil {
		return nil, err
	}
	info := r.info
	info.Title = "Table " + filepath.Base(r.arg) + ", target " + strconv.Quote(t.header[at])
	info.Source = r.arg
	x, names, err := t.features(keep, func(int) bool { return false })
	if err != nil {
		return nil, err
	}
	info.Features, info.Shape = names, []int{len(names)}
	if info.Task, err = t.task(at, task); err != nil {
		return nil, err
	}
	if info.Task == Regression {
		x.targets, err = t.values(at)
	} else {
		x.labels, info.Classes, err = t.classes(at)
	}
	if err != nil {
		return nil, err
	}
	n := &norm{}
	x.norm = n
	return &parts{info: info, train: x, norm: n, testShare: 1. / 5, validationShare: 1. / 5}, nil
}

func separator(r request) (rune, error) {
	switch s := r.params["sep"]; s {
	case "", "comma":
		return ',', nil
	case "semicolon":
		return ';', nil
	case "tab":
		return '\t', nil
	default:
		return 0, &OptionError{r.name, "sep", fmt.Sprintf("%q is none of comma, semicolon, tab", s)}
	}
}

// readCSV reads a table with a header line from file, called name in errors.
func readCSV(ctx context.Context, file io.Reader, name string, sep rune) (*table, error) {
	lines := csv.NewReader(file)
	lines.Comma = sep
	lines.TrimLeadingSpace = true
	t := &table{file: name}
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if len(t.cells)%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
		}
		if t.header == nil {
			t.header = record
			// A byte order mark is not part of the first name.
			t.header[0] = strings.TrimPrefix(t.header[0], "\ufeff")
			if err := t.checkHeader(); err != nil {
				return nil, err
			}
			continue
		}
		line, _ := lines.FieldPos(0)
		t.cells, t.lines = append(t.cells, record), append(t.lines, line)
	}
	if len(t.cells) == 0 {
		return nil, fmt.Errorf("%s has no rows: a header line and at least one row are needed", name)
	}
	return t, nil
}

func (t *table) checkHeader() error {
	if len(t.header) < 2 {
		return fmt.Errorf("%s:1: only one column, %q: is the separator right (sep=comma|semicolon|tab)?", t.file, t.header[0])
	}
	if len(t.header) > maxTableColumns {
		return fmt.Errorf("%s:1: %d columns, at most %d are read", t.file, len(t.header), maxTableColumns)
	}
	numbers, seen := 0, make(map[string]bool)
	for j, h := range t.header {
		if seen[h] {
			return fmt.Errorf("%s:1: column %d has the same name as another, %q", t.file, j+1, h)
		}
		seen[h] = true
		if _, err := strconv.ParseFloat(h, 64); err == nil {
			numbers++
		}
	}
	if numbers == len(t.header) {
		return fmt.Errorf("%s:1: only numbers where a header line with the columns' names should be", t.file)
	}
	return nil
}

// without returns all columns but the target and those in drop.
func (t *table) without(target int, drop string) ([]int, error) {
	out := []int{target}
	if drop != "" {
		for name := range strings.SplitSeq(drop, ",") {
			j, err := t.find(name)
			if err != nil {
				return nil, err
			}
			out = append(out, j)
		}
	}
	var keep []int
	for j := range t.header {
		if !slices.Contains(out, j) {
			keep = append(keep, j)
		}
	}
	if len(keep) == 0 {
		return nil, fmt.Errorf("%s: no column is left beside the target %q", t.file, t.header[target])
	}
	return keep, nil
}

// task returns the task that was asked, or the one that fits column j.
func (t *table) task(j int, asked string) (Task, error) {
	switch asked {
	case "classification":
		return Classification, nil
	case "regression":
		return Regression, nil
	case "":
	default:
		return 0, &OptionError{"csv:" + t.file, "task", fmt.Sprintf("%q is neither classification nor regression", asked)}
	}
	c, err := t.column(j, false)
	if err != nil {
		return 0, err
	}
	values := make(map[float64]bool)
	for _, v := range c.numeric {
		if math.IsNaN(v) {
			continue // reported with its line where targets are read
		}
		if values[v] = true; v != math.Trunc(v) || len(values) > 20 {
			return Regression, nil
		}
	}
	return Classification, nil
}
