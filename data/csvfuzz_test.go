package data

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data/internal/realcopy"
)

// Any file with any parameters opens or is refused in one line that names it;
// what opens is whole, and opens the same again as it was prepared.
func FuzzCSVOptions(f *testing.F) {
	mixed, err := os.ReadFile("testdata/mixed.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(mixed, "")
	f.Add(mixed, "target=price&drop=id,kind&types=size:number&na=?,")
	f.Add([]byte("\xef\xbb\xbf\"a\",\"b\",\"y\"\n1,2,0\n2,3,1\n"), "")
	f.Add([]byte("\xff\xfea\x00;\x00y\x00\r\x001\x00;\x002\x00\r\x003\x00;\x004\x00"), "sep=semicolon&task=regression")
	f.Add(mixed, "target=price,size,id")
	f.Add([]byte("x,a,b\n1,0,1\n2,1.0,1\n3,1,0\n"), "target=b,a")
	f.Add([]byte("x,a,b\n1,0,1\n2,,1\n"), "target=a,b&task=multilabel&types=x:number,a:category")
	f.Add([]byte("a\tb\ty\n1\t\tx\n\t5\tz\n"), "sep=tab")
	f.Add([]byte("a|b\r0,5|x\r1,5|z\r"), "sep=pipe&decimal=comma&encoding=windows-1252")
	f.Add([]byte(" 1  2 a\n 3  4 b\n"), "sep=space&header=no&types=#3:category")
	f.Add([]byte(",a,y,\n0,1,1,\n1,2,1.0,\n2,None,0,,\n"), "na=None&types=y:category")
	f.Add([]byte("day,y\n2026-01-01,a\n2026-01-02,b\n"), "header=yes&types=day:category")
	f.Add([]byte("x,y\n,0x1p-2\n\"a\nb\",b\n"), "task=classification&encoding=utf-8")
	for _, name := range []string{"tables/winequality-red.csv", "tables/california-housing.csv"} {
		if real := realcopy.Head(name, 4096); real != nil {
			f.Add(real[:bytes.LastIndexByte(real, '\n')+1], "sep=semicolon")
			f.Add(real[:bytes.LastIndexByte(real, '\n')+1], "target=median_house_value")
		}
	}
	file := filepath.Join(f.TempDir(), "t.csv")
	f.Fuzz(func(t *testing.T, content []byte, query string) {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		name := "csv:" + file
		if query != "" {
			name += "?" + query
		}
		set, err := Open(context.Background(), name, Options{Validation: -1})
		if err != nil {
			if !strings.Contains(err.Error(), file) {
				t.Fatalf("the error does not name its file: %v", err)
			}
			return
		}
		checkTable(t, set)
		again, err := Open(context.Background(), name, Options{Validation: -1, Preparation: set.Preparation})
		if err != nil {
			t.Fatalf("as it was prepared: %v", err)
		}
		equalSets(t, again, set)
	})
}

// checkTable is what every table that opens must satisfy.
func checkTable(t *testing.T, set *Set) {
	t.Helper()
	names := slices.Clone(set.Features)
	slices.Sort(names)
	if len(set.Features) != set.Size() || len(set.Mean) != set.Size() || set.Size() < 1 {
		t.Fatalf("%d features, %d means of %d values", len(set.Features), len(set.Mean), set.Size())
	}
	x := make([]float32, set.Size())
	for _, s := range []Split{set.Train, set.Validation, set.Test} {
		for i := range s.Len() {
			if set.Task == Classification {
				if k := s.Labels()[i]; k < 0 || int(k) >= len(set.Classes) {
					t.Fatalf("label %d of %d classes", k, len(set.Classes))
				}
			}
			targets, each := targetsOf(s)
			if each != len(set.Targets) {
				t.Fatalf("%d targets a sample, %d names", each, len(set.Targets))
			}
			for _, y := range targets[i*each:][:each] {
				if math.IsNaN(float64(y)) || math.IsInf(float64(y), 0) || set.Task == MultiLabel && y != 0 && y != 1 {
					t.Fatalf("%s: target %g", set.Task, y)
				}
			}
			if err := s.Read(context.Background(), i, x); err != nil {
				t.Fatal(err)
			}
			for j, v := range x {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Fatalf("sample %d: %q is %v", i, set.Features[j], v)
				}
			}
		}
	}
	for _, remark := range set.Remarks {
		if strings.Contains(remark, "\n") {
			t.Fatalf("a remark of two lines: %q", remark)
		}
	}
}
