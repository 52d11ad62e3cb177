package data

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// equalSets fails where two sets do not have the same samples, to the bit.
func equalSets(t testing.TB, got, want *Set) {
	t.Helper()
	if !slices.Equal(got.Shape, want.Shape) || !slices.Equal(got.Classes, want.Classes) || !slices.Equal(got.Features, want.Features) {
		t.Fatalf("shape %v, classes %q, features %q, want %v, %q, %q", got.Shape, got.Classes, got.Features, want.Shape, want.Classes, want.Features)
	}
	x, y := make([]float32, got.Size()), make([]float32, got.Size())
	for part, pair := range map[string][2]Split{"training": {got.Train, want.Train}, "validation": {got.Validation, want.Validation}, "test": {got.Test, want.Test}} {
		a, b := pair[0], pair[1]
		if a.Len() != b.Len() || !slices.Equal(a.Labels(), b.Labels()) || !slices.Equal(Targets(a), Targets(b)) {
			t.Fatalf("%s: %d samples with labels %v, want %d with %v", part, a.Len(), a.Labels(), b.Len(), b.Labels())
		}
		for i := range min(a.Len(), 200) {
			if err := errors.Join(a.Read(context.Background(), i, x), b.Read(context.Background(), i, y)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(x, y) {
				t.Fatalf("%s: sample %d is %v, want %v", part, i, x, y)
			}
		}
	}
}

// throughJSON is what is left of a preparation in a file.
func throughJSON(t testing.TB, p *Preparation) *Preparation {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var read Preparation
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return &read
}

// What prepared a set prepares it again, whatever kind it is.
func TestPreparationOfEverySet(t *testing.T) {
	for name, opt := range smallSets(t) {
		set := mustOpen(t, name, opt)
		if err := set.Preparation.check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		opt.Preparation = throughJSON(t, set.Preparation)
		equalSets(t, mustOpen(t, name, opt), set)
		if strings.HasPrefix(name, "csv:") || strings.HasPrefix(name, "toy:") {
			opt.Classes = []string{set.Classes[1], set.Classes[0]}
			again := opt
			again.Preparation = nil
			some := mustOpen(t, name, again)
			again.Preparation = throughJSON(t, some.Preparation)
			equalSets(t, mustOpen(t, name, again), some)
		}
	}
}

// sheet is a table by columns: the first is the target.
type sheet struct {
	names []string
	cells [][]string // of each column
}

func (s sheet) csv(order []int) string {
	var b strings.Builder
	for i := range len(s.cells[0]) + 1 {
		for k, j := range order {
			if k > 0 {
				b.WriteByte(',')
			}
			if i == 0 {
				b.WriteString(s.names[j])
			} else {
				b.WriteString(s.cells[j][i-1])
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func someSheet() sheet {
	s := sheet{names: []string{"y", "a", "b", "colour", "more"}, cells: make([][]string, 5)}
	for i := range 60 {
		a, b := float64(i*37%60)/7, float64(i*11%60)-30
		row := []string{"no", fmt.Sprint(a), fmt.Sprint(b), []string{"red", "green", "blue"}[i%3], fmt.Sprint(i % 7)}
		if a*7+b > 20 {
			row[0] = "yes"
		}
		if i == 8 {
			row[1], row[3] = "", "NA"
		}
		for j, cell := range row {
			s.cells[j] = append(s.cells[j], cell)
		}
	}
	return s
}

// In whatever order a table has its columns, and whatever others stand between them, its samples are the same.
func TestPreparationFindsColumns(t *testing.T) {
	s := someSheet()
	was := mustOpen(t, "csv:"+writeFile(t, "was.csv", s.csv([]int{1, 2, 3, 0})), Options{})
	prepared := throughJSON(t, was.Preparation)
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		order := rapid.Permutation([]int{0, 1, 2, 3, 4}).Draw(r, "order")
		if rapid.Bool().Draw(r, "without the other column") {
			order = slices.DeleteFunc(order, func(j int) bool { return j == 4 })
		}
		file := filepath.Join(dir, "t.csv")
		if err := os.WriteFile(file, []byte(s.csv(order)), 0o600); err != nil {
			r.Fatal(err)
		}
		set, err := Open(context.Background(), "csv:"+file, Options{Preparation: prepared})
		if err != nil {
			r.Fatal(err)
		}
		if told := slices.ContainsFunc(set.Remarks, func(line string) bool {
			return strings.HasSuffix(line, "left out as no column of the training data: more")
		}); told != (len(order) == 5) {
			r.Fatalf("order %v: remarks %q", order, set.Remarks)
		}
		equalSets(t, set, was)
	})
}

// A table that is moved is not normalised back to where the training data was.
func TestPreparationKeepsMoments(t *testing.T) {
	s := someSheet()
	was := mustOpen(t, "csv:"+writeFile(t, "was.csv", s.csv([]int{1, 2, 3, 0})), Options{})
	for i, cell := range s.cells[2] {
		var v float64
		if _, err := fmt.Sscan(cell, &v); err != nil {
			t.Fatal(err)
		}
		s.cells[2][i] = fmt.Sprint(v + 100)
	}
	now := mustOpen(t, "csv:"+writeFile(t, "now.csv", s.csv([]int{1, 2, 3, 0})), Options{Preparation: was.Preparation})
	x, y := make([]float32, was.Size()), make([]float32, was.Size())
	for i := range was.Test.Len() {
		if err := errors.Join(was.Test.Read(t.Context(), i, x), now.Test.Read(t.Context(), i, y)); err != nil {
			t.Fatal(err)
		}
		if moved, want := float64(y[1]-x[1]), 100/was.Preparation.Std[1]; math.Abs(moved-want) > 1e-5*want || x[0] != y[0] {
			t.Fatalf("sample %d moved by %g, want %g", i, moved, want)
		}
	}
}

// A table without one of the categories or classes has all the columns and labels of the training data.
func TestPreparationKeepsCategories(t *testing.T) {
	was := mustOpen(t, "csv:"+writeFile(t, "was.csv", someSheet().csv([]int{1, 2, 3, 0})), Options{})
	few := "a,b,colour,y\n1,2,red,yes\n2,3,red,yes\n3,4,red,yes\n,5,,yes\n"
	set := mustOpen(t, "csv:"+writeFile(t, "few.csv", few), Options{Preparation: was.Preparation})
	all := set.Train.(*part).base.(*rows)
	if !slices.Equal(set.Features, was.Features) || !slices.Equal(set.Classes, was.Classes) || !slices.Equal(all.labels, []int32{1, 1, 1, 1}) {
		t.Errorf("features %q, classes %q, labels %v", set.Features, set.Classes, all.labels)
	}
	if !slices.Equal(all.x[2:5], []float64{0, 0, 1}) || !slices.Equal(all.x[17:20], []float64{0, 0, 0}) {
		t.Errorf("values %v", all.x)
	}
}

func TestPreparationRefuses(t *testing.T) {
	table := func(t *testing.T) *Preparation {
		return mustOpen(t, "csv:"+writeFile(t, "was.csv", someSheet().csv([]int{1, 2, 3, 0})), Options{}).Preparation
	}
	set := func(name string) func(t *testing.T) *Preparation {
		return func(t *testing.T) *Preparation { return mustOpen(t, name, Options{}).Preparation }
	}
	const head, rest = "a,b,colour,y\n", "2,3,blue,yes\n4,5,green,no\n1,2,blue,yes\n"
	for _, test := range []struct {
		was         func(t *testing.T) *Preparation
		text, query string
		want        string
	}{
		{table, "a,c,colour,y\n" + rest, "", `t.csv has no column "b", which the training data has, did you mean "c"?`},
		{table, "a,b,color,y\n" + rest, "", `t.csv has no column "colour", which the training data has, did you mean "color"?`},
		{table, "a,b,colour,z\n" + rest, "", `t.csv has no column "y", which is the training data's target: say target=`},
		{table, "a,b,colour,z\n" + rest, "?target=a", `column "a" is the target here, and a feature of the training data`},
		{table, head + rest, "?drop=b", `column "b" is left out by drop, and a feature of the training data`},
		{table, head + rest + "1,many,red,no\n", "", `t.csv:5: column "b": "many" is no number`},
		{table, head + rest + "1,2026-01-01,red,no\n", "", `t.csv:5: column "b": "2026-01-01" is a date`},
		{table, head + rest + "1,2,purple,no\n", "", `t.csv:5: column "colour": "purple" is not among the training data's blue, green, red; na=purple takes it as missing`},
		{table, head + rest + "1,2,red,maybe\n", "", `t.csv:5: column "y": "maybe" is not among the training data's classes, no, yes`},
		{table, "1,2,red,no\n3,4,blue,yes\n", "?header=no", `no column "y"`},
		{set("iris"), head + rest, "", `no column "sepal length (cm)"`},
		{set("digits"), head + rest, "", "t.csv: the training data was no table with named columns"},
		{set("toy:swissroll"), "x,y,z,t\n1,2,3,a\n4,5,6,b\n", "", `column "t": "a" is no number, which regression needs`},
	} {
		_, err := Open(context.Background(), "csv:"+writeFile(t, "t.csv", test.text)+test.query, Options{Preparation: test.was(t)})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q%s: error %v, want one line with %q", test.text, test.query, err, test.want)
		}
	}
	narrow := table(t)
	narrow.Std[1] = 1e-30
	if _, err := Open(t.Context(), "csv:"+writeFile(t, "t.csv", head+"1,1e30,red,no\n"+rest), Options{Preparation: narrow}); err == nil || !strings.Contains(err.Error(), `a row has 1e+30 as "b", which is too far`) {
		t.Errorf("a value that cannot be normalised: %v", err)
	}
	// What the error for an unknown category advises.
	mustOpen(t, "csv:"+writeFile(t, "t.csv", head+rest+"1,2,purple,no\n")+"?na=purple", Options{Preparation: table(t)})

	var option *OptionError
	for _, test := range []struct{ was, name, want string }{
		{"digits", "iris", "samples of shape [4], the training data's are [8 8 1]"},
		{"toy:moons", "toy:moons", ""},
		{"csv:testdata/mixed.csv?drop=id,colour&target=kind", "toy:moons", `column 1 is "x", the training data's is "size"`},
		{"synthetic:1x8x8:10", "digits", ""},
	} {
		_, err := Open(context.Background(), test.name, Options{Preparation: set(test.was)(t)})
		if test.want == "" && err != nil || test.want != "" && (!errors.As(err, &option) || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s prepared as %s: error %v, want %q", test.name, test.was, err, test.want)
		}
	}
}

// Images are normalised, and cut out of their files, as those that weights were trained on.
func TestPreparationOfImages(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{}
	for class := range 2 {
		for i := range 12 {
			files[fmt.Sprintf("%c/%d.jpg", 'a'+class, i)] = picture(t, "rgb.jpg")
		}
	}
	writeAll(t, dir, files)
	was := mustOpen(t, "folder:"+dir+"?size=8&resize=20", Options{})
	now := mustOpen(t, "folder:"+dir, Options{Preparation: throughJSON(t, was.Preparation)})
	equalSets(t, now, was)
	if _, err := Open(t.Context(), "folder:"+dir+"?size=8&resize=9", Options{Preparation: was.Preparation}); err == nil || !strings.Contains(err.Error(), "images resized to 9 pixels") {
		t.Errorf("another resizing: %v", err)
	}
	moved := throughJSON(t, was.Preparation)
	for c := range moved.Mean {
		moved.Mean[c] += 0.5
	}
	now = mustOpen(t, "folder:"+dir, Options{Preparation: moved})
	x, y := make([]float32, was.Size()), make([]float32, was.Size())
	if err := errors.Join(was.Test.Read(t.Context(), 0, x), now.Test.Read(t.Context(), 0, y)); err != nil {
		t.Fatal(err)
	}
	if want := x[0] - float32(0.5/was.Preparation.Std[0]); math.Abs(float64(y[0]-want)) > 1e-5 || now.Mean[0] != float32(moved.Mean[0]) {
		t.Errorf("a pixel of %g is %g, want %g", x[0], y[0], want)
	}
}

func TestPreparationOfSounds(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{}
	for class := range 2 {
		for i := range 12 {
			files[fmt.Sprintf("%c/%d.wav", 'a'+class, i)] = wave(8000, 4000+100*i)
		}
	}
	writeAll(t, dir, files)
	was := mustOpen(t, "wav:"+dir+"?rate=4000&seconds=0.5", Options{})
	equalSets(t, mustOpen(t, "wav:"+dir, Options{Preparation: throughJSON(t, was.Preparation)}), was)
	if _, err := Open(t.Context(), "wav:"+dir+"?rate=4000&seconds=1", Options{Preparation: was.Preparation}); err == nil || !strings.Contains(err.Error(), "samples of shape") {
		t.Errorf("another length: %v", err)
	}
	a := &Preparation{Shape: []int{80, 101, 1}, Rate: 8000, Seconds: 1}
	for _, test := range []struct {
		other Preparation
		want  string
	}{
		{Preparation{Shape: a.Shape, Rate: 8000, Seconds: 1}, ""},
		{Preparation{Shape: a.Shape, Rate: 16000, Seconds: 1}, "sounds of 1 s at 16000 samples a second, the training data's are sounds of 1 s at 8000 samples a second"},
		{Preparation{Shape: a.Shape}, "samples that are no sounds, the training data's are sounds of 1 s at 8000"},
	} {
		err := test.other.differs(a)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%+v: %v, want %q", test.other, err, test.want)
		}
	}
}

func TestPreparationCheck(t *testing.T) {
	good := Preparation{Shape: []int{3}, Mean: []float64{0, 0, 0}, Std: []float64{1, 1, 1}, Columns: []Column{{"a", nil}, {"b", []string{"x", "y"}}}}
	if err := good.check(); err != nil {
		t.Error(err)
	}
	for name, edit := range map[string]func(p *Preparation){
		"no shape":      func(p *Preparation) { p.Shape = nil },
		"zero":          func(p *Preparation) { p.Shape = []int{0} },
		"huge":          func(p *Preparation) { p.Shape = []int{1 << 20, 1 << 20, 1 << 30} },
		"few means":     func(p *Preparation) { p.Mean = p.Mean[:2] },
		"no deviation":  func(p *Preparation) { p.Std = []float64{1, 0, 1} },
		"NaN":           func(p *Preparation) { p.Mean = []float64{1, math.NaN(), 1} },
		"few columns":   func(p *Preparation) { p.Columns = p.Columns[:1] },
		"no categories": func(p *Preparation) { p.Columns = []Column{{"a", []string{}}, {"b", []string{"x", "y", "z"}}} },
		"twice":         func(p *Preparation) { p.Columns = []Column{{"b", nil}, {"b", []string{"x", "y"}}} },
	} {
		p := throughJSON(t, &good)
		edit(p)
		if err := p.check(); err == nil {
			t.Errorf("%s is taken", name)
		}
		if _, err := Open(t.Context(), "toy:moons", Options{Preparation: p}); err == nil {
			t.Errorf("%s opens a set", name)
		}
	}
}

// Whatever a file holds as preparation, a table opens with its columns or is refused.
func FuzzPreparation(f *testing.F) {
	dir := f.TempDir()
	file := filepath.Join(dir, "t.csv")
	text := someSheet().csv([]int{1, 2, 3, 0})
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
	set, err := Open(context.Background(), "csv:"+file, Options{})
	if err != nil {
		f.Fatal(err)
	}
	own, err := json.Marshal(set.Preparation)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own, []byte(text))
	f.Add(bytes.ReplaceAll(own, []byte(`"red"`), []byte(`"1.0"`)), []byte("y,b,a,colour\nno,1,2,1\nyes,2,3,green\n"))
	f.Add([]byte(`{"shape":[2],"mean":[0,0],"std":[1,1],"columns":[{"name":"#1"},{"name":"#2"}],"classes":["0","1"]}`), []byte("0,1,1\n2,3,0\n"))
	f.Fuzz(func(t *testing.T, prepared, table []byte) {
		var p Preparation
		if json.Unmarshal(prepared, &p) != nil {
			return
		}
		if err := os.WriteFile(file, table, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{"", "?header=no"} {
			set, err := Open(context.Background(), "csv:"+file+query, Options{Preparation: &p, Validation: -1})
			if err != nil {
				continue
			}
			checkTable(t, set)
			if !slices.Equal(set.Features, featureNames(p.Columns)) || !slices.Equal(set.Shape, p.Shape) || !slices.Equal(set.Classes, p.Classes) {
				t.Fatalf("features %q, shape %v, classes %q of %s", set.Features, set.Shape, set.Classes, prepared)
			}
		}
	})
}
