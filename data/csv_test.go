package data

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func writeFile(t testing.TB, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCSVEncoding(t *testing.T) {
	const head = "\ufefflength, colour ,grade\n"
	file := writeFile(t, "t.csv", head+
		"1, red ,b\n"+"2,blue,a\n"+"?,,b\n"+"6,red,a\n"+"3,blue,b\n")
	p, err := openCSV(t.Context(), request{info: Info{Name: "csv:t"}, name: "csv:t", arg: file, params: params{}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"length", "colour=blue", "colour=red"}; !slices.Equal(p.info.Features, want) {
		t.Errorf("features %q, want %q", p.info.Features, want)
	}
	if want := []string{"a", "b"}; !slices.Equal(p.info.Classes, want) {
		t.Errorf("classes %q, want %q", p.info.Classes, want)
	}
	if want := []int32{1, 0, 1, 0, 1}; !slices.Equal(p.train.Labels(), want) {
		t.Errorf("labels %v, want %v", p.train.Labels(), want)
	}
	all := []int32{0, 1, 2, 3, 4}
	mean, std := p.train.(*rows).fit(all)
	p.norm.set(mean, std)
	// Lengths 1, 2, 6, 3: mean 3, population variance (4+1+9+0)/4 = 3.5.
	s := float32(math.Sqrt(3.5))
	want := [][]float32{{-2 / s, 0, 1}, {-1 / s, 1, 0}, {0, 0, 0}, {3 / s, 0, 1}, {0, 1, 0}}
	x := make([]float32, 3)
	for i := range want {
		if err := p.train.Read(t.Context(), i, x); err != nil {
			t.Fatal(err)
		}
		for j := range x {
			if math.Abs(float64(x[j]-want[i][j])) > 1e-6 {
				t.Errorf("row %d is %v, want %v", i, x, want[i])
				break
			}
		}
	}
}

func TestCSVTarget(t *testing.T) {
	many := "x,y\n"
	for i := range 30 {
		many += "0,1" + strings.Repeat("0", i) + "\n"
	}
	for _, test := range []struct {
		text, query string
		task        Task
		classes     []string
		features    []string
	}{
		{"x,y\n1,10\n2,9\n3,10\n", "", Classification, []string{"9", "10"}, []string{"x"}},
		{"x,y\n1,10\n2,9\n3,10\n", "?task=regression", Regression, nil, []string{"x"}},
		{"x,y\n1,0.5\n2,9\n", "", Regression, nil, []string{"x"}},
		{"x,y\n1,0.5\n2,9\n", "?task=classification", Classification, []string{"0.5", "9"}, []string{"x"}},
		{many, "", Regression, nil, []string{"x"}},
		{"x,y,z\n1,a,2\n2,b,3\n", "?target=y", Classification, []string{"a", "b"}, []string{"x", "z"}},
		{"x,y,z\n1,a,2\n2,b,3\n", "?target=y&drop=z", Classification, []string{"a", "b"}, []string{"x"}},
		{"x;y\n1;a\n2;b\n", "?sep=semicolon", Classification, []string{"a", "b"}, []string{"x"}},
		{"x\ty\n1\ta\n2\tb\n", "?sep=tab", Classification, []string{"a", "b"}, []string{"x"}},
		{"\"x, cm\",y\n1,\"a\nb\"\n2,c\n", "", Classification, []string{"a\nb", "c"}, []string{"x, cm"}},
	} {
		set := mustOpen(t, "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{})
		if set.Task != test.task || !slices.Equal(set.Classes, test.classes) || !slices.Equal(set.Features, test.features) {
			t.Errorf("%q%s: %v, classes %q, features %q", test.text, test.query, set.Task, set.Classes, set.Features)
		}
	}
}

// Several targets are of one task: that which fits all of them, or is asked.
func TestCSVTargets(t *testing.T) {
	for _, test := range []struct {
		text, query string
		opt         Options
		task        Task
		targets     []string
		first       []float32 // targets of the first row
		remark      string
	}{
		{"x,a,b\n1,0,1\n2,1.0,+0\n", "?target=a,b", Options{}, MultiLabel, []string{"a", "b"}, []float32{0, 1}, ""},
		{"x,a,b\n1,0,1\n2,1,0\n", "?target=b,a", Options{}, MultiLabel, []string{"b", "a"}, []float32{1, 0}, ""},
		{"x,a,b\n1,0,1\n2,1,0\n", "?target=a,b&task=regression", Options{}, Regression, []string{"a", "b"}, []float32{0, 1}, ""},
		{"x,a,b\n1,0,1\n2,1,2\n", "?target=a,b", Options{}, Regression, []string{"a", "b"}, []float32{0, 1}, ""},
		{"x,a,b\n1,0.5,1\n2,1,2\n", "?target=%23 2,#3", Options{}, Regression, []string{"a", "b"}, []float32{0.5, 1}, ""},
		{"x,a\n1,0\n2,1\n", "?task=multilabel", Options{}, MultiLabel, []string{"a"}, []float32{0}, ""},
		{"x,a\n1,0\n2,1\n", "", Options{Task: "multilabel"}, MultiLabel, []string{"a"}, []float32{0}, ""},
		{"x,a\n1,0\n2,1\n", "?task=regression", Options{Task: "regression"}, Regression, []string{"a"}, []float32{0}, ""},
		{"x,a\n1,0\n2,1\n", "", Options{}, Classification, nil, nil, ""},
		{"x,a\n1,5\n2,6\n3,7\n", "", Options{}, Classification, nil, nil, `the target "a" has 3 different whole numbers, of which each is taken as a class: task=regression`},
		{"x,a\n1,5\n2,6\n3,7\n", "?task=classification", Options{}, Classification, nil, nil, ""},
		{"x,\"a,b\"\n1,0.5\n2,1\n", "?target=a,b", Options{}, Regression, []string{"a,b"}, []float32{0.5}, ""},
		{"x,\"a,b\",c\n1,0.5,2\n2,1,3\n", "?target=a%2Cb,c", Options{}, Regression, []string{"a,b", "c"}, []float32{0.5, 2}, ""},
	} {
		test.query = strings.ReplaceAll(test.query, "%23 ", "#")
		opt := test.opt
		opt.Validation = -1
		set := mustOpen(t, "csv:"+writeFile(t, "t.csv", test.text)+test.query, opt)
		if set.Task != test.task || !slices.Equal(set.Targets, test.targets) || !slices.Equal(set.Features, []string{"x"}) {
			t.Errorf("%q%s: %v, targets %q, features %q", test.text, test.query, set.Task, set.Targets, set.Features)
			continue
		}
		all := set.Train.(*part).base.(*rows)
		if len(test.targets) > 0 && !slices.Equal(all.targets[:len(test.first)], test.first) {
			t.Errorf("%q%s: targets %v, want %v first", test.text, test.query, all.targets, test.first)
		}
		if remarks := strings.Join(set.Remarks, "\n"); !strings.Contains(remarks, test.remark) || test.remark == "" && strings.Contains(remarks, "whole numbers") {
			t.Errorf("%q%s: remarks %q, want %q", test.text, test.query, remarks, test.remark)
		}
		opt.Preparation = throughJSON(t, set.Preparation)
		equalSets(t, mustOpen(t, set.Name+test.query, opt), set)
	}
}

func TestCSVErrors(t *testing.T) {
	long := "x,id,y\n"
	for i := range 300 {
		long += "1,name" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + ",k\n"
	}
	for _, test := range []struct{ text, query, want string }{
		{"", "", "t.csv has no rows"},
		{"x,y\n1,a\n2,a\n", "", `t.csv has one class, "a" (Table t.csv, target "y"): two at least are needed`},
		{"x,y\n", "", "t.csv has no rows"},
		{"x\n1\n", "", "t.csv:1: only one column"},
		{"x;y\n1;2\n", "", "t.csv:1: only one column, \"x;y\": say sep=semicolon"},
		{"1,2\n3,4\n", "", `t.csv:1: "1" is a number above numbers`},
		{"x,x\n1,2\n", "", "t.csv:1: column 2 has the same name"},
		{"x,y\n1,2\n1\n", "", "t.csv:3: 1 cells where the first line has 2"},
		{"x,y\n1,\"2\n", "", "t.csv:2: a cell in quotes"},
		{"x,y\n1,a\n2,\n", "", `t.csv:3: the target "y" is missing`},
		{"x,y\n1,1.5\n2,?\n", "", `t.csv:3: the target "y" is missing`},
		{"x,y\n?,a\nNA,b\n", "", `column "x" has no values`},
		{"x,y\n1,a\ninf,b\n", "", `t.csv:3: column "x": "inf" is not finite`},
		{"x,y\n1,a\n1e99,b\n", "", `t.csv:3: column "x": "1e99" is not finite`},
		{"x,y\n1,a\n1e999,b\n", "", `t.csv:3: column "x": "1e999" is not finite`},
		{"x,yield\n1,a\n", "?target=yeld", `did you mean "yield"?`},
		{"x,y\n1,a\n", "?target=other", `no column "other"`},
		{"x,a,b\n1,0,1\n", "?target=a,c", `option target: `},
		{"x,a,bee\n1,0,1\n", "?target=a,be", `no column "be", did you mean "bee"?`},
		{"x,a,b\n1,0,1\n", "?target=a,a", `option target: column "a" is given twice`},
		{"x,a,b\n1,0,1\n", "?target=a,#2", `option target: column "#2" is given twice`},
		{"x,a,b\n1,0,1\n", "?target=a,,b", `option target: "a,,b" has an empty item`},
		{"x,a,b\n1,0,1\n", "?target=a,b&drop=b", `option drop: names the target "b"`},
		{"x,a,b\n1,0,1\n", "?target=a,b,x", "no column is left beside the target"},
		{"x,a,b\n1,0,1\n2,1,0\n", "?target=a,b&task=classification", "option target: names 2 columns, and classification has one"},
		{"x,a,b\n1,0,yes\n2,1,no\n", "?target=a,b", `the target "b" holds texts: several targets must be numbers, or 0 and 1, each`},
		{"x,a,b\n1,0,1\n2,1,yes\n3,1,0\n", "?target=a,b", `t.csv:3: column "b": "yes" is no number, as the other targets are`},
		{"x,a,b\n1,0,1\n2,1,yes\n", "?target=a,b&task=multilabel", `t.csv:3: column "b": "yes" is no number, which multilabel needs`},
		{"x,a,b\n1,0,1\n2,1,0.5\n", "?target=a,b&task=multilabel", `t.csv:3: column "b": "0.5" is neither 0 nor 1`},
		{"x,a,b\n1,0,1\n2,,1\n", "?target=a,b", `t.csv:3: the target "a" is missing`},
		{"x,a,b\n1,0,1\n2,1,1\n", "?target=a,b&types=b:category", `the target "b" holds texts`},
		{"x,a,b\n1,0,1\n2,1,1\n", "?target=a,b&types=b:category&task=multilabel", `option task: multilabel needs numbers, and types says that "b"`},
		{"x,y\n1,a\n", "?task=regresion", `did you mean "regression"?`},
		{"x,y\n1,a\n", "?drop=x", "no column is left"},
		{"x,y\n1,a\n", "?drop=q", `no column "q"`},
		{"x,y\n1,a\n", "?task=cluster", "is none of classification, regression, multilabel"},
		{"x,y\n1,a\n", "?task=regression", `t.csv:2: column "y": "a" is no number, which regression needs`},
		{"x,y\n1,a\n", "?sep=colon", "none of comma"},
		{"x,y\n1,a\n", "?tagret=y", `did you mean "target"?`},
		{"x,y\n1,a\"b\"\n", "", "t.csv:2: a quotation mark inside a cell"},
		{"x,y\n1,a\n2,\"b\n3,c\n4,d\n", "", "t.csv:3: a cell in quotes that begins in this row does not end as one, up to line 5"},
		{"x,y\n1,a,\n2,b,c\n", "", "t.csv:3: 3 cells where the first line has 2: a comma inside a cell"},
		{"x;y\n1;a;2\n", "?sep=semicolon", "t.csv:2: 3 cells where the first line has 2: a first column without a name"},
		{"x,y\n1,a\n", "?target=x&drop=x", `option drop: names the target "x"`},
		{"x,y\n1,a\n", "?types=x", `"x" is not COLUMN:number or COLUMN:category`},
		{"x,y\n1,a\n", "?types=x:text", `"text" of column "x" is neither number nor category`},
		{"x,y\n1,a\n", "?types=z:number", `option types: `},
		{"x,y\n1,a\n", "?types=x:number,x:category", `column "x" is given twice`},
		{"x,y\n1,a\n", "?types=y:category&task=regression", `types says that "y" holds categories`},
		{"x,y\n1,a\n", "?na=a,,b", "has an empty item"},
		{"x,y\n1,a\n", "?decimal=komma", `"komma" is none of point, comma, did you mean "comma"?`},
		{"x,y\n1,a\n", "?header=maybe", "is none of yes, no"},
		{"x,y\n1,a\n", "?encoding=latin", "is none of utf-8, utf-16, windows-1252"},
		{long, "", `column "id" has 300 different texts`},
		{long, "?target=id", "too many for classes"},
	} {
		_, err := Open(context.Background(), "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q%s: error %v, want one line with %q", test.text, test.query, err, test.want)
		}
	}
	if _, err := Open(context.Background(), "csv:"+t.TempDir(), Options{}); err == nil {
		t.Error("a folder is read as a table")
	}
}

// Categories that would take more memory than there is are an error, not an allocation.
func TestCSVIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("name,other,y\n")
	for i := range 40_000 {
		fmt.Fprintf(&b, "%d-,%d+,%d\n", i%19_000, i%19_000, i%2)
	}
	if _, err := Open(t.Context(), "csv:"+writeFile(t, "wide.csv", b.String()), Options{}); err == nil || !strings.Contains(err.Error(), `wide.csv: 40000 rows of at least 19000 columns`) {
		t.Errorf("%v", err)
	}
}
