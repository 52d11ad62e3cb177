package study

import "testing"

// A comparison that has shown nothing, or was not made, counts in the family.
func TestCorrect(t *testing.T) {
	test := func(p float64) *Paired { return &Paired{N: 5, Test: &TTest{P: p}} }
	family := []*Paired{test(0.01), nil, {N: 1, Why: "one pair"}, test(0.02), test(0.5)}
	correct(family)
	for i, want := range map[int]float64{0: 0.05, 3: 0.08, 4: 1} {
		if got := family[i].Test.Holm; !near(got, want, 1e-12) {
			t.Errorf("comparison %d: corrected to %v, want %v", i, got, want)
		}
	}
	correct(nil)
}
