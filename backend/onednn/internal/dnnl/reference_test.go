package dnnl_test

import (
	"math"

	"pgregory.net/rapid"
)

// unit is the rounding error of f32, relative, and unitBF16 that of bfloat16.
const (
	unit     = 0x1p-24
	unitBF16 = 0x1p-8
)

// sums accumulates Σ terms in f64 for each element of a result, with what bounds its rounding error in f32.
type sums struct {
	value, abs []float64
	terms      []int
}

func newSums(n int) *sums { return &sums{make([]float64, n), make([]float64, n), make([]int, n)} }

func (s *sums) add(i int, term float64) {
	s.value[i] += term
	s.abs[i] += math.Abs(term)
	s.terms[i]++
}

// check compares a result with the sums: rounding errors of n terms of random signs grow like √n, and every term's
// product and sum is rounded. The result itself may be stored with a relative error of resultUnit.
func (s *sums) check(t tb, what string, got []float32, resultUnit float64) {
	t.Helper()
	if len(got) != len(s.value) {
		t.Fatalf("%s: %d elements, wanted %d", what, len(got), len(s.value))
	}
	for i, want := range s.value {
		bound := (4+2*math.Sqrt(float64(s.terms[i])))*unit*s.abs[i] + resultUnit*math.Abs(want)
		if d := math.Abs(float64(got[i]) - want); !(d <= bound) {
			t.Fatalf("%s: element %d is %g, wanted %g within %.2g", what, i, got[i], want, bound)
		}
	}
}

// roundBF16 rounds to the nearest bfloat16, ties to even.
func roundBF16(x float32) float32 {
	bits := math.Float32bits(x)
	bits += 0x7fff + bits>>16&1
	return math.Float32frombits(bits &^ 0xffff)
}

func (d *dense) rounded() *dense {
	out := newDense(d.dims...)
	for i, x := range d.data {
		out.data[i] = roundBF16(x)
	}
	return out
}

// drawInts draws n values in [low, high].
func drawInts(t *rapid.T, name string, n, low, high int) []int {
	return rapid.SliceOfN(rapid.IntRange(low, high), n, n).Draw(t, name)
}

func drawDense(t *rapid.T, name string, dims ...int) *dense {
	seed := rapid.Uint64().Draw(t, name)
	return random(newRand(seed), dims...)
}

// channelsLast are the strides of a tensor [N, C, …] whose channels are innermost.
func channelsLast(dims []int) []int {
	strides := make([]int, len(dims))
	strides[1] = 1
	n := dims[1]
	for d := len(dims) - 1; d >= 2; d-- {
		strides[d] = n
		n *= dims[d]
	}
	strides[0] = n
	return strides
}

// permutedStrides are those of a dense tensor with its dimensions in the given order, outermost first.
func permutedStrides(dims, order []int) []int {
	strides, n := make([]int, len(dims)), 1
	for i := len(order) - 1; i >= 0; i-- {
		strides[order[i]] = n
		n *= max(dims[order[i]], 1)
	}
	return strides
}
