package data

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/internal/nearest"
	"github.com/vicinal-ml/vicinal/internal/regular"
)

func csvFile() reader {
	return reader{
		info: Info{Name: "csv", Title: "Any table in a text file", Tasks: []Task{Classification, Regression, MultiLabel}, Parts: "none: a fifth of the rows is drawn for testing, a fifth for validation",
			Source: "your file", Licence: "unknown", Input: csvInput()},
		form:   "FILE",
		params: csvParams(),
		open:   openCSV,
	}
}

// openCSV reads any table; csvInput and csvParams say what it may be. A fifth
// of the rows are the test part, a fifth validation.
func openCSV(ctx context.Context, r request) (*parts, error) {
	o, err := csvOptionsOf(&r)
	if err != nil {
		return nil, err
	}
	file, err := regular.Open(r.arg)
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", r.name, err)
	}
	defer file.Close()
	t, err := readCSV(ctx, file, r.arg, &o)
	if err != nil {
		return nil, err
	}
	targets, keep, err := t.chosen(&r, &o)
	if err != nil {
		return nil, err
	}
	p, err := t.parts(&r, targets, keep, o.task)
	if err != nil {
		return nil, err
	}
	p.info.Title = "Table " + filepath.Base(r.arg) + ", target "
	if len(targets) > 1 {
		p.info.Title = "Table " + filepath.Base(r.arg) + ", targets "
	}
	p.info.Title += humanize.Few(quoted(t.targets), 8)
	p.info.Source = r.arg
	return p, nil
}

// parts encodes the columns at keep, and those at targets for the task. Where
// the request has a preparation, keep are the columns of that.
func (t *table) parts(r *request, targets, keep []int, asked string) (*parts, error) {
	for _, j := range targets {
		t.targets = append(t.targets, t.header[j])
	}
	info, was := r.info, r.was()
	task, err := was.task(), error(nil)
	switch {
	case r.opt.Preparation == nil:
		task, err = t.task(targets, asked)
	case asked != "" && asked != task.String():
		err = &OptionError{r.name, "task", fmt.Sprintf("%s is asked, and the training data is a %s set", asked, task)}
	}
	if err != nil {
		return nil, err
	}
	x, columns, err := t.features(keep, was.Columns)
	if err != nil {
		return nil, err
	}
	info.Task, info.Features, info.Shape = task, featureNames(columns), []int{x.size}
	switch {
	case task != Classification:
		info.Targets = t.targets
		x.targets, err = t.values(targets, task)
	case len(targets) > 1:
		err = &OptionError{r.name, "target", fmt.Sprintf("names %d columns, and classification has one", len(targets))}
	default:
		x.labels, info.Classes, err = t.classes(targets[0], was.Classes)
	}
	if err != nil {
		return nil, err
	}
	t.remarkOnCells(keep)
	x.norm = &norm{}
	p := &parts{
		info: info, train: x, norm: x.norm, testShare: 1. / 5, validationShare: 1. / 5,
		columns: columns, remarks: t.remarks,
	}
	if len(targets) == 1 {
		p.target = t.targets[0]
	}
	return p, nil
}

// chosen returns the numbers of the targets' columns and of those that are
// features, and sets the kinds of columns.
func (t *table) chosen(r *request, o *csvOptions) (targets, keep []int, err error) {
	column := func(key, name string) int {
		j, missing := t.find(name)
		if missing != nil && err == nil {
			err = &OptionError{r.name, key, missing.Error()}
		}
		return j
	}
	t.kinds = make([]kind, len(t.header))
	named := make(map[int]bool)
	for _, of := range o.types {
		j := column("types", of.name)
		t.kinds[j], named[j] = of.kind, true
	}
	out := make(map[int]bool)
	for _, name := range o.drop {
		out[column("drop", name)] = true
	}
	if slices.Contains(t.header, o.target) {
		o.targets = []string{o.target}
	}
	for _, name := range o.targets {
		j := column("target", name)
		if err == nil && slices.Contains(targets, j) {
			err = &OptionError{r.name, "target", fmt.Sprintf("column %q is given twice", name)}
		}
		targets, named[j] = append(targets, j), true
	}
	if err != nil {
		return nil, nil, err
	}
	if o.targets == nil {
		for _, name := range r.was().targets() {
			j := slices.Index(t.header, name)
			if j < 0 {
				return nil, nil, fmt.Errorf("%s has no column %q, which is the training data's target: say target=%s", t.file, name, nearest.Hint(name, t.header))
			}
			targets = append(targets, j)
		}
	}
	for _, j := range targets {
		if out[j] {
			return nil, nil, &OptionError{r.name, "drop", fmt.Sprintf("names the target %q", t.header[j])}
		}
	}
	last := func(of []int) error {
		if targets == nil && len(of) > 0 {
			targets = of[len(of)-1:]
		}
		if targets == nil {
			return fmt.Errorf("%s: no column is left", t.file)
		}
		return nil
	}
	if r.opt.Preparation != nil {
		if err := last(t.others(out)); err != nil {
			return nil, nil, err
		}
		keep, err = t.fit(r.opt.Preparation, targets, out)
		return targets, keep, err
	}
	t.leaveOut(out, named)
	keep = t.others(out)
	if err := last(keep); err != nil {
		return nil, nil, err
	}
	keep = slices.DeleteFunc(slices.Clone(keep), func(j int) bool { return slices.Contains(targets, j) })
	if len(keep) == 0 {
		return nil, nil, fmt.Errorf("%s: no column is left beside the target", t.file)
	}
	for _, j := range targets {
		if numeric := o.task == Regression.String() || o.task == MultiLabel.String(); numeric && t.kinds[j] == categoriesOnly {
			return nil, nil, &OptionError{r.name, "task", fmt.Sprintf("%s needs numbers, and types says that %q holds categories", o.task, t.header[j])}
		}
	}
	return targets, keep, nil
}

// readCSV reads a table from file, called name in errors.
func readCSV(ctx context.Context, file io.Reader, name string, o *csvOptions) (*table, error) {
	text, err := plainText(file, o.encoding)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	row := &rowReader{r: text}
	lines := csv.NewReader(row)
	lines.Comma = o.sep
	lines.FieldsPerRecord = -1
	// A leading tab is an empty cell where tabs part the cells.
	lines.TrimLeadingSpace = o.sep != '\t'
	t := &table{file: name, notation: o.notation}
	w := &widths{}
	budget := bounded.NewBudget(maxTableText)
	for {
		begin := lines.InputOffset()
		row.left = maxRow
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, lineError(name, err)
		}
		if err := budget.Take(tableCost(int(lines.InputOffset()-begin), len(record))); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(t.cells)%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		line, _ := lines.FieldPos(0)
		for i := range record {
			if record[i], err = cleanCell(record[i]); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, line, err)
			}
		}
		if len(record) == 1 && record[0] == "" {
			continue // a blank line
		}
		if t.header == nil {
			if t.header, err = columnNames(record, o.header == "no"); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, line, err)
			}
			if o.header != "no" {
				t.headerLine = line
				continue
			}
		}
		if record, err = w.fit(record, t, line, o.sep); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		t.cells, t.lines = append(t.cells, record), append(t.lines, line)
	}
	if len(t.cells) == 0 {
		return nil, fmt.Errorf("%s has no rows: a line with the columns' names and at least one row are needed", name)
	}
	if w.surplus > 0 {
		t.remarkf("%d rows end in empty cells beyond the last column, which are left out (line %d is the first)", w.surplus, w.first)
	}
	if o.header == "" {
		if err := t.checkFirstLine(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// lineError says at which line encoding/csv gave up.
func lineError(name string, err error) error {
	var parse *csv.ParseError
	switch {
	case !errors.As(err, &parse):
		return fmt.Errorf("%s: %w", name, err)
	case errors.Is(err, csv.ErrQuote) && parse.Line > parse.StartLine:
		return fmt.Errorf("%s:%d: a cell in quotes that begins in this row does not end as one, up to line %d", name, parse.StartLine, parse.Line)
	case errors.Is(err, csv.ErrQuote):
		return fmt.Errorf("%s:%d: a cell in quotes does not end as one: a quotation mark inside it is written twice", name, parse.Line)
	case errors.Is(err, csv.ErrBareQuote):
		return fmt.Errorf("%s:%d: a quotation mark inside a cell without quotes: write the cell in quotes, and the mark twice", name, parse.Line)
	}
	return fmt.Errorf("%s:%d: %w", name, parse.Line, parse.Err)
}

// cleanCell takes the space around a cell off, and refuses what is no text.
func cleanCell(cell string) (string, error) {
	switch {
	case strings.IndexByte(cell, 0) >= 0:
		return "", errors.New("a zero byte: this is no text, or in an encoding that encoding= has to say")
	case !utf8.ValidString(cell):
		return "", fmt.Errorf("%.60q is not UTF-8: save the file as such, or say encoding=windows-1252 where a program for Windows wrote it", cell)
	}
	return strings.TrimSpace(cell), nil
}

// widths makes rows as long as the header.
type widths struct {
	surplus int // rows with empty cells beyond the header's
	first   int // the line of the first of them
}

func (w *widths) fit(record []string, t *table, line int, sep rune) ([]string, error) {
	have, want := len(record), len(t.header)
	for len(record) > want && record[len(record)-1] == "" {
		record = record[:len(record)-1]
	}
	if len(record) > want {
		return nil, fmt.Errorf("%d cells where the first line has %d%s", have, want, extraCell(have-want, sep))
	}
	if len(record) < have {
		if w.surplus++; w.surplus == 1 {
			w.first = line
		}
	}
	for len(record) < want && t.unnamed(len(record)) {
		record = append(record, "")
	}
	if len(record) < want {
		return nil, fmt.Errorf("%d cells where the first line has %d", have, want)
	}
	return record, nil
}

// extraCell is what may have made cells too many.
func extraCell(n int, sep rune) string {
	switch {
	case sep == ',':
		return ": a comma inside a cell, also one before decimals, needs quotes around the cell or another separator (sep=)"
	case n == 1:
		return ": a first column without a name needs an empty name"
	}
	return ""
}

// task returns the task that was asked, or the one that fits the columns at
// targets.
func (t *table) task(targets []int, asked string) (Task, error) {
	switch {
	case asked != "":
		return ParseTask(asked)
	case len(targets) > 1:
		return t.taskOfSeveral(targets)
	}
	j := targets[0]
	if t.kind(j) == categoriesOnly {
		return Classification, nil
	}
	c, err := t.column(j)
	if err != nil {
		return 0, err
	}
	values := make(map[float64]bool)
	for _, v := range c.numeric {
		if math.IsNaN(v) {
			continue // reported with its line where targets are read
		}
		if values[v] = true; v != math.Trunc(v) {
			return Regression, nil
		}
	}
	switch n := len(values); {
	case n > maxCountedClasses:
		return Regression, nil
	case n > 2: // 0 and 1, or 1 and 2, are hardly counts
		t.remarkf("the target %q has %d different whole numbers, of which each is taken as a class: task=regression takes them as numbers", t.header[j], n)
	}
	return Classification, nil
}

// maxCountedClasses is up to how many whole numbers are taken as classes.
const maxCountedClasses = 20

// taskOfSeveral returns MultiLabel where all targets are 0 or 1, Regression
// where all are numbers.
func (t *table) taskOfSeveral(targets []int) (Task, error) {
	task := MultiLabel
	for _, j := range targets {
		c, err := t.column(j)
		if err != nil {
			return 0, err
		}
		if c.numeric == nil {
			return 0, fmt.Errorf("%s: the target %q holds texts: several targets must be numbers, or 0 and 1, each", t.file, c.name)
		}
		for _, v := range c.numeric {
			if !math.IsNaN(v) && v != 0 && v != 1 {
				task = Regression
			}
		}
	}
	return task, nil
}
