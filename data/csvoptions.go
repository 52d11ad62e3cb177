package data

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// csvOptions are the parameters of a table, read.
type csvOptions struct {
	sep      rune
	encoding string // "" is what the file says
	header   string // "yes", "no", or "" where the first line decides
	notation notation
	target   string   // as given, "" is the last column
	targets  []string // what target names, where it is not one name with a comma
	task     string   // "" is what fits the targets
	drop     []string
	types    []columnType
}

// columnType says what one column holds.
type columnType struct {
	name string
	kind kind
}

// separators are the values of the parameter sep.
var separators = []struct {
	name string
	char rune
}{{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"space", ' '}, {"pipe", '|'}}

func csvParams() []Param {
	return []Param{
		{"target", "COLUMN,...", "what is predicted; the last column by default"},
		{"task", "classification|regression|multilabel", "of one target, regression by default where all are numbers and some are not whole or there are more than 20 different ones, else classification; of several, multilabel where all are 0 or 1, else regression"},
		{"drop", "COLUMN,...", "columns to leave out"},
		{"types", "COLUMN:number|category,...", "what columns hold; by default numbers where each cell is one, categories where none is"},
		{"na", "MARK,...", "the cells that are missing values, beside empty ones, in place of " + strings.Join(defaultMarks, ", ") + "; capitals do not matter"},
		{"sep", "comma|semicolon|tab|space|pipe", "what stands between two cells; comma by default"},
		{"decimal", "point|comma", "what stands before the decimals of a number; point by default"},
		{"header", "yes|no", "whether the first line names the columns; by default a first line that looks like a row is refused"},
		{"encoding", strings.Join(encodings, "|"), "how the text is written; by default as its byte-order mark says, else utf-8"},
	}
}

// csvInput is what "vicinal data show" says a table must look like.
func csvInput() []string {
	return []string{
		"a text file, gzipped or not, with one row a line below a line with the names of the columns, as many cells in each; one column is the target, or several are, all real numbers or all 0 and 1",
		"without a line of names (header=no) the columns are called #1, #2, ... in their order, as is one without a name",
		"a column holds numbers, or texts of which each is a category; where the two are mixed it says which by types, or na lists the marks of missing values",
		"a missing number becomes the training mean, a missing category none of them; a missing target is refused",
		"dates, identifiers and numbers with units, signs of currency or separators of thousands are refused: write plain numbers, or leave the column out by drop",
		"a first column without a name that numbers or names the rows is left out, as are empty columns without a name; both are told",
		"in a parameter, write %2C for a comma in a name or a mark, %3A for a colon, %26 for & and %25 for %",
	}
}

// csvOptionsOf reads the parameters of a request.
func csvOptionsOf(r *request) (o csvOptions, err error) {
	bad := func(key, format string, args ...any) (csvOptions, error) {
		return csvOptions{}, &OptionError{r.name, key, fmt.Sprintf(format, args...)}
	}
	choice := func(key string, of ...string) string {
		v := r.params[key]
		if v != "" && !slices.Contains(of, v) && err == nil {
			_, err = bad(key, "%q is none of %s%s", v, strings.Join(of, ", "), nearest.Hint(v, of))
		}
		return v
	}
	var names []string
	for _, s := range separators {
		names = append(names, s.name)
	}
	at := slices.Index(names, choice("sep", names...))
	o.sep = separators[max(at, 0)].char
	o.encoding = choice("encoding", encodings...)
	o.header = choice("header", "yes", "no")
	o.notation.comma = choice("decimal", "point", "comma") == "comma"
	if err == nil {
		o.task, err = r.task(r.info.tasks())
	}
	if err != nil {
		return csvOptions{}, err
	}
	o.target = unescape(r.params["target"])
	if o.targets, err = list(r, "target"); err != nil {
		return csvOptions{}, err
	}
	if o.drop, err = list(r, "drop"); err != nil {
		return csvOptions{}, err
	}
	marks, err := list(r, "na")
	if err != nil {
		return csvOptions{}, err
	}
	if _, given := r.params["na"]; given {
		o.notation.setMarks(marks)
	}
	for item := range strings.SplitSeq(r.params["types"], ",") {
		if item == "" && r.params["types"] == "" {
			break
		}
		colon := strings.LastIndexByte(item, ':')
		if colon < 1 {
			return bad("types", "%q is not COLUMN:number or COLUMN:category", item)
		}
		name, what := unescape(item[:colon]), item[colon+1:]
		of := map[string]kind{"number": numbersOnly, "category": categoriesOnly}[what]
		if of == anyKind {
			return bad("types", "%q of column %q is neither number nor category", what, name)
		}
		if slices.ContainsFunc(o.types, func(t columnType) bool { return t.name == name }) {
			return bad("types", "column %q is given twice", name)
		}
		o.types = append(o.types, columnType{name, of})
	}
	return o, nil
}

// list returns the items of a parameter that names several, nil where it is
// not given or empty.
func list(r *request, key string) (items []string, err error) {
	if r.params[key] == "" {
		return nil, nil
	}
	for item := range strings.SplitSeq(r.params[key], ",") {
		if item = unescape(item); item == "" {
			return nil, &OptionError{r.name, key, fmt.Sprintf("%q has an empty item", r.params[key])}
		}
		items = append(items, item)
	}
	return items, nil
}

// unescape replaces %XX by the byte of that hexadecimal number; any other % stays.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// escape writes a name or a mark so that unescape gives it back, in any list
// and on one line.
func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || strings.IndexByte("%,:&", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
