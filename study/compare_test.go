package study

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type fixture struct {
	Compare []struct {
		Base, Other               []float64
		Mean, SD, T, P, Low, High float64
	}
	Holm []struct{ P, Holm []float64 }
}

// readFixture reads testdata/compare.json, written by testdata/compare.py.
func readFixture(t *testing.T) fixture {
	t.Helper()
	text, err := os.ReadFile("testdata/compare.json")
	if err != nil {
		t.Fatal(err)
	}
	var f fixture
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Compare) == 0 || len(f.Holm) == 0 {
		t.Fatal("testdata/compare.json holds no cases")
	}
	return f
}

func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*max(1, math.Abs(a), math.Abs(b))
}

func TestCompareAgainstSciPy(t *testing.T) {
	for _, c := range readFixture(t).Compare {
		got, err := Compare(c.Base, c.Other)
		if err != nil {
			t.Fatal(err)
		}
		if got.Test == nil {
			t.Fatalf("n=%d: no test: %s", len(c.Base), got.Why)
		}
		for _, v := range []struct {
			name      string
			got, want float64
		}{
			{"mean", got.Mean, c.Mean}, {"sd", got.Test.SD, c.SD}, {"t", got.Test.T, c.T},
			{"p", got.Test.P, c.P}, {"low", got.Test.Low, c.Low}, {"high", got.Test.High, c.High},
		} {
			if !near(v.got, v.want, 1e-9) {
				t.Errorf("n=%d: %s = %.15g, SciPy says %.15g", len(c.Base), v.name, v.got, v.want)
			}
		}
		if got.Test.DF != len(c.Base)-1 || got.N != len(c.Base) {
			t.Errorf("n=%d: N=%d DF=%d", len(c.Base), got.N, got.Test.DF)
		}
	}
}

func TestCompareWithoutTest(t *testing.T) {
	for _, c := range []struct {
		name        string
		base, other []float64
		mean        float64
		why         string
	}{
		{"one pair", []float64{10}, []float64{8}, -2, "one pair"},
		{"identical", []float64{10, 11}, []float64{10, 11}, 0, "all 2 differences are equal"},
		{"equal differences", []float64{10, 11, 12}, []float64{9, 10, 11}, -1, "all 3 differences are equal"},
		// 9.9-9.8 and 10.1-10.0 differ in the last bits only.
		{"equal within rounding", []float64{9.8, 10.0, 3.3}, []float64{9.9, 10.1, 3.4}, 0.1, "all 3 differences are equal"},
	} {
		got, err := Compare(c.base, c.other)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got.Test != nil {
			t.Errorf("%s: a test was made: %+v", c.name, *got.Test)
		}
		if !near(got.Mean, c.mean, 1e-12) || !strings.Contains(got.Why, c.why) {
			t.Errorf("%s: mean %g, %q", c.name, got.Mean, got.Why)
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	if _, err := Compare(nil, nil); !errors.Is(err, ErrNoPairs) {
		t.Errorf("empty samples: %v", err)
	}
	for _, c := range []struct {
		base, other []float64
		want        string
	}{
		{[]float64{1}, []float64{1, 2}, "as many of both"},
		{[]float64{1, math.NaN()}, []float64{1, 2}, "pair 1"},
		{[]float64{1, 2}, []float64{math.Inf(1), 2}, "pair 0"},
	} {
		if _, err := Compare(c.base, c.other); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Compare(%v, %v): %v, want %q in it", c.base, c.other, err, c.want)
		}
	}
}

// Swapping the two methods mirrors the comparison, and shifting both by the
// same amount leaves it as it is.
func TestCompareSymmetry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "n")
		value := rapid.Float64Range(0, 100)
		base := rapid.SliceOfN(value, n, n).Draw(t, "base")
		other := rapid.SliceOfN(value, n, n).Draw(t, "other")
		a, err := Compare(base, other)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Compare(other, base)
		if err != nil {
			t.Fatal(err)
		}
		if (a.Test == nil) != (b.Test == nil) || a.Mean != -b.Mean {
			t.Fatalf("%+v and %+v are no mirror images", a, b)
		}
		if a.Test == nil {
			return
		}
		if a.Test.P != b.Test.P || !near(a.Test.Low, -b.Test.High, 1e-12) {
			t.Fatalf("%+v and %+v are no mirror images", *a.Test, *b.Test)
		}
		if excludesZero := a.Test.Low > 0 || a.Test.High < 0; excludesZero != (a.Test.P < 1-Level) && !near(a.Test.P, 1-Level, 1e-6) {
			t.Fatalf("interval and p-value disagree: %+v", *a.Test)
		}
	})
}

func TestSummarize(t *testing.T) {
	if s := Summarize(nil); s.N != 0 || s.SD != nil {
		t.Errorf("of nothing: %+v", s)
	}
	if s := Summarize([]float64{3}); s.N != 1 || s.Mean != 3 || s.SD != nil {
		t.Errorf("of one value: %+v", s)
	}
	// Mean 5, squares of deviations 9+1+1+1+0+0+4+16 = 32, over n-1 = 7.
	s := Summarize([]float64{2, 4, 4, 4, 5, 5, 7, 9})
	if s.N != 8 || s.Mean != 5 || !near(*s.SD, math.Sqrt(32.0/7), 1e-14) {
		t.Errorf("%+v, sd %g", s, *s.SD)
	}
}

func TestHolm(t *testing.T) {
	for _, c := range readFixture(t).Holm {
		got := Holm(c.P)
		for i := range got {
			if !near(got[i], c.Holm[i], 1e-12) {
				t.Errorf("Holm(%v) = %v, want %v", c.P, got, c.Holm)
				break
			}
		}
	}
	if got := Holm(nil); len(got) != 0 {
		t.Errorf("Holm(nil) = %v", got)
	}
}
