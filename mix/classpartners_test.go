package mix

import (
	"math"
	"testing"
)

// Within a class all permutations are equally likely, and outside it every
// sample of another class: chi-squared over many steps.
func TestClassPartnersAreUniform(t *testing.T) {
	labels := []int32{0, 1, 0, 2, 1, 0}
	const steps = 12000
	for _, c := range []struct {
		partners Partners
		fits     func(i, j int) bool
	}{
		{SameClass, func(i, j int) bool { return labels[i] == labels[j] }},
		{OtherClass, func(i, j int) bool { return labels[i] != labels[j] }},
	} {
		var counts [6][6]int
		for step := range steps {
			p, _ := draw(t, SamplePairing{Pairing{Partners: c.partners}}, At{Seed: 5, Step: step, N: len(labels), Labels: labels})
			for i, j := range p.Partner {
				counts[i][j]++
			}
		}
		for i := range labels {
			fitting := 0
			for j := range labels {
				if c.fits(i, j) {
					fitting++
				} else if counts[i][j] > 0 {
					t.Errorf("%s: sample %d of class %d is paired with %d of class %d", c.partners, i, labels[i], j, labels[j])
				}
			}
			share := 1 / float64(fitting)
			for j := range labels {
				if deviation := math.Sqrt(steps * share * (1 - share)); c.fits(i, j) && math.Abs(float64(counts[i][j])-steps*share) > 4.5*deviation {
					t.Errorf("%s: sample %d is paired %d times with %d, expected %v +- %v", c.partners, i, counts[i][j], j, steps*share, deviation)
				}
			}
		}
	}
}
