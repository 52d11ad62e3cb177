package arff

import (
	"reflect"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/internal/realcopy"
)

const example = `% a comment
@RELATION 'two words'

@attribute size numeric
@ATTRIBUTE "the colour"	{red, 'light blue', green}
@attribute note string
@data
1.5, red, 'it\'s, well'
% between

?,'light blue',?
`

func TestRead(t *testing.T) {
	got, err := Read(strings.NewReader(example))
	want := &Relation{
		Name:       "two words",
		Attributes: []Attribute{{Name: "size"}, {"the colour", []string{"red", "light blue", "green"}}, {Name: "note"}},
		Rows:       [][]string{{"1.5", "red", "it's, well"}, {"?", "light blue", "?"}},
		Lines:      []int{8, 11},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Read = %+v, %v; want %+v", got, err, want)
	}
}

func TestReadErrors(t *testing.T) {
	const head = "@relation r\n@attribute a numeric\n@attribute b {x,y}\n"
	for _, test := range []struct{ file, want string }{
		{"", "line 0: the file ends before @data"},
		{head, "line 3: the file ends before @data"},
		{"@data\n", "line 1: @data before any @attribute"},
		{"hello\n", `line 1: "hello" is neither`},
		{head + "@data\n1\n", "line 5: 1 values for 2 attributes"},
		{head + "@data\n1,x,y\n", "line 5: more than 2 values"},
		{head + "@data\n1,z\n", `line 5: attribute "b": "z" is not among`},
		{head + "@data\n{0 1}\n", "line 5: a sparse row"},
		{head + "@data\n1,'x\n", "line 5: \"'x\" has no closing quote"},
		{head + "@data\n1,'x'y\n", `line 5: "y" after a quoted value`},
		{"@attribute a date\n", `type "date" is not read`},
		{"@attribute a {x\n", "closing brace"},
		{"@attribute\n", "without a name"},
		{strings.Repeat("x", maxLine+1), "line 1: bufio.Scanner: token too long"},
	} {
		if _, err := Read(strings.NewReader(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.60q: %v, want %q", test.file, err, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(example)
	f.Add("@attribute a {}\n@data\n?\n")
	if real := realcopy.Head("uci/phishing.arff", 4096); real != nil {
		f.Add(string(real))
	}
	f.Fuzz(func(t *testing.T, file string) {
		rel, err := Read(strings.NewReader(file))
		if err != nil {
			return
		}
		for i, row := range rel.Rows {
			if len(row) != len(rel.Attributes) {
				t.Fatalf("row %d has %d values for %d attributes", i, len(row), len(rel.Attributes))
			}
		}
	})
}
