// Package arff reads dense files of Weka's attribute-relation file format
// (https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/):
// a header of @attribute lines, each numeric, nominal or text, then after
// @data one comma-separated row a line. % starts a comment line, ? is a
// missing value. Sparse rows, dates and relational attributes are errors.
package arff

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
)

const (
	maxLine       = 1 << 24
	maxAttributes = 1 << 17
)

// MaxBytes bounds the memory of a file's lines and values.
const MaxBytes = 1 << 30

// What is taken off the budget beside the text, in bytes, with the copy that is
// made as slices grow.
const (
	lineCost  = 256
	valueCost = 48
)

// Attribute is one column.
type Attribute struct {
	Name   string
	Values []string // of a nominal attribute, in the order of the file; nil for the rest
}

// Relation is the contents of a file.
type Relation struct {
	Name       string
	Attributes []Attribute
	Rows       [][]string // unquoted, as long as Attributes
	Lines      []int      // the line of each row
}

// Read returns the contents of a file. Errors name the line.
func Read(r io.Reader) (*Relation, error) { return read(r, MaxBytes) }

// read is Read with a budget of memory.
func read(r io.Reader, budget int64) (*Relation, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	rel, left := &Relation{}, bounded.NewBudget(budget)
	data := false
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '%' {
			continue
		}
		err := left.Take(int64(lineCost + len(lines.Bytes()) + valueCost*(1+strings.Count(line, ","))))
		switch {
		case err != nil:
		case data:
			err = rel.row(line, n)
		case strings.EqualFold(line, "@data"):
			if data = true; len(rel.Attributes) == 0 {
				err = errors.New("@data before any @attribute")
			}
		default:
			err = rel.header(line)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	if !data {
		return nil, fmt.Errorf("line %d: the file ends before @data", n)
	}
	return rel, nil
}

// header reads an @relation or @attribute line.
func (rel *Relation) header(line string) error {
	word, rest := line, ""
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		word, rest = line[:i], strings.TrimSpace(line[i:])
	}
	switch strings.ToLower(word) {
	case "@relation":
		name, _, err := token(rest, " \t")
		rel.Name = name
		return err
	case "@attribute":
		return rel.attribute(rest)
	}
	return fmt.Errorf("%.40q is neither @relation, @attribute nor @data", word)
}

func (rel *Relation) attribute(rest string) error {
	if len(rel.Attributes) == maxAttributes {
		return fmt.Errorf("more than %d attributes", maxAttributes)
	}
	name, kind, err := token(rest, " \t")
	if err != nil {
		return err
	}
	if name == "" {
		return errors.New("an attribute without a name")
	}
	a := Attribute{Name: name}
	kind = strings.TrimSpace(kind)
	switch {
	case strings.HasPrefix(kind, "{"):
		list, ok := strings.CutSuffix(kind[1:], "}")
		if !ok {
			return fmt.Errorf("attribute %q: values without a closing brace", name)
		}
		if a.Values, err = split(list, maxAttributes); err != nil {
			return fmt.Errorf("attribute %q: %w", name, err)
		}
	case slices.Contains([]string{"numeric", "real", "integer", "string"}, strings.ToLower(kind)):
	default:
		return fmt.Errorf("attribute %q: type %.40q is not read", name, kind)
	}
	rel.Attributes = append(rel.Attributes, a)
	return nil
}

func (rel *Relation) row(line string, n int) error {
	if line[0] == '{' {
		return errors.New("a sparse row: only dense rows are read")
	}
	values, err := split(line, len(rel.Attributes))
	if err != nil {
		return err
	}
	if len(values) != len(rel.Attributes) {
		return fmt.Errorf("%d values for %d attributes", len(values), len(rel.Attributes))
	}
	for j, a := range rel.Attributes {
		if a.Values != nil && values[j] != "?" && !slices.Contains(a.Values, values[j]) {
			return fmt.Errorf("attribute %q: %.40q is not among its values", a.Name, values[j])
		}
	}
	rel.Rows, rel.Lines = append(rel.Rows, values), append(rel.Lines, n)
	return nil
}

// split returns the comma-separated values of s, at most limit of them.
func split(s string, limit int) ([]string, error) {
	var values []string
	for {
		if len(values) == limit {
			return nil, fmt.Errorf("more than %d values", limit)
		}
		v, rest, err := token(strings.TrimLeft(s, " \t"), ",")
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" {
			return values, nil
		}
		if rest[0] != ',' {
			return nil, fmt.Errorf("%.40q after a quoted value", rest)
		}
		s = rest[1:]
	}
}

// token cuts a value off s: in quotes, or up to one of the bytes of end.
func token(s, end string) (value, rest string, err error) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		i := strings.IndexAny(s, end)
		if i < 0 {
			i = len(s)
		}
		return strings.TrimRight(s[:i], " \t"), s[i:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", fmt.Errorf("%.40q has no closing quote", s)
}
