package study

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Sequential is a paired Student t test that is made several times, at looks at
// a growing sample of differences, so that the chance of one or more false
// "differences" over all looks is the level it is judged at.
//
// The level is spent by the function of Lan and DeMets that resembles the
// boundary of O'Brien and Fleming, on each side half of it:
//
//	spent(share) = 2 - 2 Phi(z / sqrt(share)),    Phi(z) = 1 - level/4,
//
// which asks for much early and leaves nearly the whole level to the end; share
// is that of the planned sample. The levels of the looks hold for few pairs too,
// where those for a known variance let through more than they say: without a
// difference the direction of the vector of differences is uniform on the
// sphere, whatever their variance is, so that the t statistics of the looks are
// a Markov chain of known transitions (see scoreStep), over which the chance
// is summed look by look. Like Student's test it takes the differences as
// independent draws from one normal distribution.
//
// See K. K. G. Lan and D. L. DeMets, "Discrete sequential boundaries for
// clinical trials", Biometrika 70 (1983); P. Armitage, C. K. McPherson and
// B. C. Rowe, "Repeated significance tests on accumulating data", Journal of
// the Royal Statistical Society A 132 (1969), for the summing; C. Jennison and
// B. W. Turnbull, "Exact calculations for sequential t, chi-square and F
// tests", Biometrika 78 (1991), for a variance that is not known.
type Sequential struct {
	shares []float64
	steps  []scoreStep // between the looks
}

// NewSequential returns the test whose looks are at those numbers of pairs, 2
// or more and ascending, after those shares of the planned sample, ascending in
// (0, 1]. A look with the share 1 spends all that is left.
func NewSequential(pairs []int, shares []float64) *Sequential {
	s := &Sequential{shares: shares}
	for k := 1; k < len(pairs); k++ {
		s.steps = append(s.steps, scoreStepOf(pairs[k-1], pairs[k]))
	}
	return s
}

// Levels returns the two-sided level that Student's test is to be judged at at
// each look by itself, for a level of all looks together in (0, 1). A look that
// has next to nothing to spend has the level 0: nothing is decided there.
func (s *Sequential) Levels(level float64) []float64 {
	levels := make([]float64, len(s.shares))
	before := 0.0
	chance := firstLook()
	for k, share := range s.shares {
		if k > 0 {
			chance = s.steps[k-1].next(chance)
		}
		now := spent(level, share)
		levels[k] = chance.cut(now - before)
		before = now
	}
	return levels
}

// P returns the p-value of all looks together: the smallest level at which one
// of them finds a difference. p are the two-sided p-values of Student's test at
// each look by itself. It is valid whenever the study ends and whyever, so that
// Holm's correction applies to it as to any other p-value.
//
// See W. Maurer and F. Bretz, "Multiple testing in group sequential trials
// using graphical approaches", Statistics in Biopharmaceutical Research 5
// (2013); Y. Ye, A. Li, L. Liu and B. Yao, "A group sequential Holm procedure
// with multiple primary endpoints", Statistics in Medicine 32 (2013).
func (s *Sequential) P(p []float64) float64 {
	found := func(level float64) bool {
		for k, l := range s.Levels(level) {
			if p[k] <= l {
				return true
			}
		}
		return false
	}
	low, high := math.Log(leastLevel), 0.0
	if !found(1 - 1e-9) {
		return 1
	}
	for range 40 {
		if middle := (low + high) / 2; found(math.Exp(middle)) {
			high = middle
		} else {
			low = middle
		}
	}
	return math.Exp(high)
}

// spent is the level that is used up, on both sides, when share of the planned
// sample has been seen.
func spent(level, share float64) float64 {
	if share >= 1 {
		return level
	}
	return 4 * normal.CDF(normal.Quantile(level/4)/math.Sqrt(share))
}

var normal = distuv.UnitNormal
