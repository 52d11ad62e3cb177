package study

import "math"

// signFlipLimit is the most pairs for which SignFlip looks at every sign.
const signFlipLimit = 20

// SignFlip returns the two-sided p-value of the exact permutation test of
// paired differences: the share of the 2^n ways to give their absolute values
// signs whose sum is at least as far from zero as the sum seen. It takes for
// granted only that, without an effect, a difference is as likely to be the
// other way round; no distribution. Its smallest value is 2/2^n.
//
// false is returned for no differences and for more than 20.
//
// See R. A. Fisher, "The Design of Experiments" (1935), section 21.
func SignFlip(differences []float64) (p float64, ok bool) {
	n := len(differences)
	if n == 0 || n > signFlipLimit {
		return 0, false
	}
	sum, scale := 0.0, 0.0
	for _, d := range differences {
		sum += d
		scale += math.Abs(d)
	}
	// Sums that are equal but for rounding count as equal.
	least := math.Abs(sum) - 16*float64(n)*epsilon*scale
	// The first difference keeps its sign: each choice and its mirror image are equally far.
	extreme, choices := 0, 1<<(n-1)
	for signs := range choices {
		flipped := differences[0]
		for i, d := range differences[1:] {
			if signs>>i&1 == 1 {
				d = -d
			}
			flipped += d
		}
		if math.Abs(flipped) >= least {
			extreme++
		}
	}
	return float64(extreme) / float64(choices), true
}
