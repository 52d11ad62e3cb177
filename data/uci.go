package data

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/vicinal-ml/vicinal/data/internal/arff"
	"github.com/vicinal-ml/vicinal/data/internal/bounded"
)

// uci is a table of the UCI repository.
type uci struct {
	names       []string // of the columns, in order; nil to number them
	columns     int      // where names is nil
	target      string   // name of the target's column
	categorical []string // columns whose numbers are names of categories
	files       []string // names the file may have
}

// open reads a table without a header line. A fifth of the rows are the test
// part, a fifth validation.
func (u uci) open(ctx context.Context, r request) (*parts, error) {
	return u.openWith(ctx, r, func(file io.Reader, t *table) error { return readPlain(file, t, ",") })
}

// openARFF reads a table of the attribute-relation file format.
func (u uci) openARFF(ctx context.Context, r request) (*parts, error) {
	return u.openWith(ctx, r, func(file io.Reader, t *table) error {
		rel, err := arff.Read(file)
		if err != nil {
			return err
		}
		t.header = nil
		for _, a := range rel.Attributes {
			t.header = append(t.header, a.Name)
		}
		t.cells, t.lines = rel.Rows, rel.Lines
		return nil
	})
}

func (u uci) openWith(ctx context.Context, r request, read func(io.Reader, *table) error) (*parts, error) {
	f, err := r.find()
	if err != nil {
		return nil, err
	}
	path, err := f.path(u.files...)
	if err != nil {
		return nil, err
	}
	t := &table{file: path, header: u.names}
	if t.header == nil {
		for j := range u.columns {
			t.header = append(t.header, fmt.Sprintf("attribute %d", j+1))
		}
		t.header[u.columns-1] = u.target
	}
	if err := readFile(path, func(file io.Reader) error { return read(withContext(ctx, file), t) }); err != nil {
		return nil, err
	}
	if len(t.cells) == 0 {
		return nil, fmt.Errorf("%s has no rows", path)
	}
	target, err := t.find(u.target)
	if err != nil {
		return nil, err
	}
	t.kinds = make([]kind, len(t.header))
	for _, name := range u.categorical {
		j, err := t.find(name)
		if err != nil {
			return nil, err
		}
		t.kinds[j] = categoriesOnly
	}
	keep := t.others(map[int]bool{target: true})
	if r.opt.Preparation != nil {
		if keep, err = t.fit(r.opt.Preparation, []int{target}, nil); err != nil {
			return nil, err
		}
	}
	task, err := r.task(r.info.tasks())
	if err != nil {
		return nil, err
	}
	if task == "" && r.opt.Preparation == nil {
		task = r.info.Task.String()
	}
	return t.parts(&r, []int{target}, keep, task)
}

// readPlain appends the rows of a file without a header line, whose values
// are separated by sep, or by spaces where sep is empty.
func readPlain(file io.Reader, t *table, sep string) error {
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	budget := bounded.NewBudget(maxTableText)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if err := budget.Take(tableCost(len(lines.Bytes()), len(t.header))); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		var cells []string
		if sep == "" {
			cells = strings.Fields(line)
		} else {
			cells = strings.Split(line, sep)
		}
		if len(cells) != len(t.header) {
			return fmt.Errorf("line %d: %d values where %d should be", n, len(cells), len(t.header))
		}
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		t.cells, t.lines = append(t.cells, cells), append(t.lines, n)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	return nil
}

func uciInfo(name, title, number, citation string) Info {
	return Info{
		Name:     name,
		Title:    title,
		Parts:    "none: a fifth is drawn for testing, a fifth for validation",
		Source:   "https://archive.ics.uci.edu/dataset/" + number,
		Licence:  "CC BY 4.0",
		Citation: citation,
	}
}
