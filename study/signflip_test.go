package study

import (
	"encoding/json"
	"os"
	"testing"

	"pgregory.net/rapid"
)

func TestSignFlipAgainstSciPy(t *testing.T) {
	text, err := os.ReadFile("testdata/signflip.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Differences []float64
		P           float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("testdata/signflip.json holds no cases")
	}
	for _, c := range cases {
		if p, ok := SignFlip(c.Differences); !ok || !near(p, c.P, 1e-12) {
			t.Errorf("SignFlip(%v) = %v, %t; SciPy says %v", c.Differences, p, ok, c.P)
		}
	}
}

// Differences that are all on one side have the smallest p there is.
func TestSignFlipOfOneSide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SliceOfN(rapid.Float64Range(0.001, 100), 1, 12).Draw(t, "differences")
		want := 2 / float64(int(1)<<len(d))
		if p, ok := SignFlip(d); !ok || p != want {
			t.Fatalf("p is %v, want %v", p, want)
		}
		for i := range d {
			d[i] = -d[i]
		}
		if p, _ := SignFlip(d); p != want {
			t.Fatalf("mirrored, p is %v, want %v", p, want)
		}
	})
}

func TestSignFlipRefuses(t *testing.T) {
	for _, n := range []int{0, 21} {
		if p, ok := SignFlip(make([]float64, n)); ok {
			t.Errorf("%d differences: p is %v", n, p)
		}
	}
}
