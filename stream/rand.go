package stream

import (
	"math"
	"math/bits"
)

// Rand draws the numbers of a Stream at one position, in order. It is a value:
// a copy continues from the same place. *Rand is a math/rand/v2 Source; its
// period is 2^66 numbers. The zero value is not useful: get one from a Stream.
type Rand struct {
	key     [2]uint64
	counter [4]uint64 // draw block, step, epoch, sample
	block   [4]uint64
	left    int // numbers of block not yet given out
}

// Uint64 returns the next number, uniform over all 64-bit values.
func (r *Rand) Uint64() uint64 {
	if r.left == 0 {
		r.block = philox(r.counter, r.key)
		r.counter[0]++
		r.left = len(r.block)
	}
	r.left--
	return r.block[len(r.block)-1-r.left]
}

// Float64 returns a number uniform over the multiples of 2^-53 in [0, 1).
func (r *Rand) Float64() float64 { return float64(r.Uint64()>>11) * 0x1p-53 }

// OpenFloat64 returns a number uniform in (0, 1): the odd multiples of 2^-54.
func (r *Rand) OpenFloat64() float64 { return (float64(r.Uint64()>>12) + 0.5) * 0x1p-52 }

// IntN returns an integer uniform over [0, n), without bias (Lemire, "Fast
// random integer generation in an interval", 2019). It panics if n < 1, as
// math/rand/v2 does.
func (r *Rand) IntN(n int) int {
	if n < 1 {
		panic("stream: Rand.IntN needs n >= 1")
	}
	u := uint64(n)
	hi, lo := bits.Mul64(r.Uint64(), u)
	if lo < u {
		for threshold := -u % u; lo < threshold; {
			hi, lo = bits.Mul64(r.Uint64(), u)
		}
	}
	return int(hi)
}

// NormFloat64 returns a number of the standard normal distribution (Box and
// Muller, 1958).
func (r *Rand) NormFloat64() float64 {
	radius := math.Sqrt(-2 * math.Log(r.OpenFloat64()))
	return radius * math.Cos(2*math.Pi*r.Float64())
}

// NormPair returns two independent numbers of the standard normal distribution,
// both that Box and Muller's method gives: the first is NormFloat64's.
func (r *Rand) NormPair() (x, y float64) {
	radius := math.Sqrt(-2 * math.Log(r.OpenFloat64()))
	sin, cos := math.Sincos(2 * math.Pi * r.Float64())
	return radius * cos, radius * sin
}

// Perm fills dst with a permutation of 0..len(dst)-1, all equally likely
// (Fisher-Yates).
func (r *Rand) Perm(dst []int32) {
	for i := range dst {
		j := r.IntN(i + 1)
		dst[i] = dst[j]
		dst[j] = int32(i)
	}
}

// Derangement fills dst with a permutation that leaves no element in its
// place, all equally likely: permutations are drawn until one has no fixed
// point, e = 2.72 of them on average. len(dst) must not be 1: there is none.
func (r *Rand) Derangement(dst []int32) {
	if len(dst) == 1 {
		panic("stream: one element has no derangement")
	}
	for {
		r.Perm(dst)
		if !fixesAny(dst) {
			return
		}
	}
}

func fixesAny(perm []int32) bool {
	for i, p := range perm {
		if int(p) == i {
			return true
		}
	}
	return false
}
