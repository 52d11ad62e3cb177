package data

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/internal/realcopy"
)

func TestUCIRealFiles(t *testing.T) {
	dir := realData(t, "uci")
	for _, test := range []struct {
		name                    string
		train, validation, test int
		features, classes       int
	}{
		{"abalone", 2507, 835, 835, 10, 28},
		{"arcene", 80, 20, 100, 10000, 2},
		{"arrhythmia", 272, 90, 90, 279, 13},
		{"htru2", 10738, 3580, 3580, 8, 2},
		{"phishing", 6633, 2211, 2211, 30, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			set := mustOpen(t, test.name, Options{Dir: dir})
			checkSet(t, set)
			if n := set.Train.Len() + set.Validation.Len() + set.Test.Len(); n != test.train+test.validation+test.test {
				t.Errorf("%d samples in all, want %d", n, test.train+test.validation+test.test)
			}
			if set.Train.Len() != test.train || set.Validation.Len() != test.validation || set.Test.Len() != test.test {
				t.Errorf("%d, %d, %d samples, want %d, %d, %d", set.Train.Len(), set.Validation.Len(), set.Test.Len(), test.train, test.validation, test.test)
			}
			if set.Size() != test.features || len(set.Classes) != test.classes {
				t.Errorf("%d columns, %d classes %q, want %d, %d", set.Size(), len(set.Classes), set.Classes, test.features, test.classes)
			}
		})
	}
}

// Rings are classes, or counted. The sums are those of awk over the file.
func TestAbaloneRegression(t *testing.T) {
	dir := realData(t, "uci")
	for name, opt := range map[string]Options{"abalone?task=regression": {Dir: dir}, "abalone": {Dir: dir, Task: "regression"}} {
		set := mustOpen(t, name, opt)
		checkSet(t, set)
		all := set.Train.(*part).base.(*rows)
		sum, squares := 0., 0.
		for _, y := range all.targets {
			sum += float64(y)
			squares += float64(y) * float64(y)
		}
		if set.Task != Regression || !slices.Equal(set.Targets, []string{"rings"}) || set.Classes != nil || sum != 41493 || squares != 455589 {
			t.Errorf("%s: %v of %q, classes %q, sums %v and %v", name, set.Task, set.Targets, set.Classes, sum, squares)
		}
		opt.Preparation = throughJSON(t, set.Preparation)
		equalSets(t, mustOpen(t, name, opt), set)
	}
	for want, opt := range map[string]Options{
		`option Task: "multilabel" is none of classification, regression`: {Dir: dir, Task: "multilabel"},
	} {
		if _, err := Open(t.Context(), "abalone", opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	was := mustOpen(t, "abalone", Options{Dir: dir}).Preparation
	if _, err := Open(t.Context(), "abalone?task=regression", Options{Dir: dir, Preparation: was}); err == nil || !strings.Contains(err.Error(), "the training data is a classification set") {
		t.Error(err)
	}
}

func TestAbaloneEncoding(t *testing.T) {
	var file strings.Builder
	for i := range 40 {
		fmt.Fprintf(&file, "%s,0.%d,0.365,0.095,0.514,0.2245,0.101,0.15,%d\n", []string{"M", "F", "I"}[i%3], 40+i, 9+i%3)
	}
	dir := t.TempDir()
	writeAll(t, dir, map[string][]byte{"abalone.data": []byte(file.String())})
	set := mustOpen(t, "abalone", Options{Dir: dir})
	if want := []string{"sex=F", "sex=I", "sex=M", "length"}; !slices.Equal(set.Features[:4], want) {
		t.Errorf("features %q, want %q first", set.Features, want)
	}
	if want := []string{"9", "10", "11"}; !slices.Equal(set.Classes, want) {
		t.Errorf("classes %q, want %q", set.Classes, want)
	}
}

func TestArrhythmiaMissingValues(t *testing.T) {
	var file strings.Builder
	for i := range 20 {
		fmt.Fprintf(&file, "%d,?,%s%d\n", i, strings.Repeat("5,", 277), 1+i%2)
	}
	dir := t.TempDir()
	path := "arrhythmia.data"
	writeAll(t, dir, map[string][]byte{path: []byte(file.String())})
	if _, err := Open(context.Background(), "arrhythmia", Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), `column "attribute 2" has no values`) {
		t.Errorf("a column of missing values only: %v", err)
	}
	text := strings.Replace(file.String(), "?", "3", 1)
	writeAll(t, dir, map[string][]byte{path: []byte(text)})
	set := mustOpen(t, "arrhythmia", Options{Dir: dir, TrainPerClass: -1})
	x := make([]float32, set.Size())
	for i := range set.Train.Len() {
		if err := set.Train.Read(t.Context(), i, x); err != nil {
			t.Fatal(err)
		}
		// Missing or the only value: both are the mean.
		if x[1] != 0 || x[2] != 0 || math.IsNaN(float64(x[0])) {
			t.Errorf("sample %d starts with %v", i, x[:3])
		}
	}
}

func TestUCIErrors(t *testing.T) {
	arceneRow := strings.Repeat("7 ", arceneColumns) + "\n"
	for _, test := range []struct {
		name  string
		files map[string][]byte
		want  string
	}{
		{"htru2", map[string][]byte{"HTRU_2.csv": []byte("1,2,3,4,5,6,7,8,0\n1,2\n")}, "HTRU_2.csv: line 2: 2 values where 9"},
		{"htru2", map[string][]byte{"HTRU_2.csv": []byte("1,2,3,4,5,6,7,8,0\n1,2,3,4,5,6,7,8,?\n")}, "HTRU_2.csv:2: the target"},
		{"htru2", map[string][]byte{"HTRU_2.csv": nil}, "has no rows"},
		{"htru2", nil, "no HTRU_2.csv in"},
		{"phishing", map[string][]byte{"phishing.arff": []byte("@attribute a {1}\n@data\n2\n")}, "phishing.arff: line 3"},
		{"phishing", map[string][]byte{"phishing.arff": []byte("@attribute a {1}\n@attribute b {1}\n@data\n1,1\n")}, `has no column "Result"`},
		{"arcene", map[string][]byte{"arcene_train.data": []byte(arceneRow), "arcene_train.labels": []byte("1\n-1\n")}, "2 labels for the 1 rows"},
		{"arcene", map[string][]byte{"arcene_train.data": []byte(arceneRow), "arcene_train.labels": []byte("2\n")}, `arcene_train.labels:1: label "2"`},
		{"arcene", map[string][]byte{"arcene_train.data": []byte("1 2\n"), "arcene_train.labels": []byte("1\n")}, "line 1: 2 values where 10000"},
	} {
		dir := t.TempDir()
		writeAll(t, dir, test.files)
		_, err := Open(context.Background(), test.name, Options{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

func FuzzReadPlain(f *testing.F) {
	f.Add([]byte("1,2,?\n3,x,4\n"), ",")
	f.Add([]byte("1 2 3\n\n4 5  6\n"), "")
	for name, columns := range map[string]int{"abalone.data": 9, "arrhythmia.data": 280, "HTRU_2.csv": 9} {
		if real := realcopy.Head("uci/"+name, 8192); real != nil {
			// The table below has three columns.
			f.Add(lastColumns(real, columns-3), ",")
		}
	}
	f.Fuzz(func(t *testing.T, file []byte, sep string) {
		table := &table{file: "fuzz", header: []string{"a", "b", "c"}}
		if err := readPlain(bytes.NewReader(file), table, sep); err != nil || len(table.cells) == 0 {
			return
		}
		table.kinds = []kind{categoriesOnly, anyKind, anyKind}
		p, err := table.parts(&request{}, []int{2}, []int{0, 1}, "classification")
		if err != nil {
			return
		}
		if x := p.train.(*rows); x.Len() != len(table.cells) || len(x.labels) != x.Len() || len(p.info.Features) != x.size {
			t.Fatalf("%d rows, %d labels, %d names for %d columns", x.Len(), len(x.labels), len(p.info.Features), x.size)
		}
	})
}

// lastColumns cuts the first columns off each line of a table.
func lastColumns(table []byte, skip int) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(table) {
		cells := bytes.Split(line, []byte(","))
		if len(cells) > skip {
			b.Write(bytes.Join(cells[skip:], []byte(",")))
		}
	}
	return b.Bytes()
}
