package stream

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
)

var _ rand.Source = (*Rand)(nil)

// uniformDistance is the Kolmogorov-Smirnov distance of xs to the uniform
// distribution, times the root of their number: above 1.95 once in 1,000
// samples that are uniform, 2.65 once in a million.
func uniformDistance(xs []float64) float64 {
	xs = slices.Clone(xs)
	sort.Float64s(xs)
	n := float64(len(xs))
	d := 0.0
	for i, x := range xs {
		d = max(d, x-float64(i)/n, float64(i+1)/n-x)
	}
	return d * math.Sqrt(n)
}

// chiSquare is Pearson's statistic of equal expected counts, less its mean,
// over its standard deviation.
func chiSquare(counts map[string]int, cells, n int) float64 {
	expected := float64(n) / float64(cells)
	sum := float64(cells-len(counts)) * expected
	for _, c := range counts {
		sum += (float64(c) - expected) * (float64(c) - expected) / expected
	}
	df := float64(cells - 1)
	return (sum - df) / math.Sqrt(2*df)
}

// Pairs begin with what NormFloat64 gives, to the bit, and the second numbers are
// as normal as the first.
func TestNormPair(t *testing.T) {
	a, b := New(1, "test").At(2, 3), New(1, "test").At(2, 3)
	const n = 20000
	sum, squares, product := 0.0, 0.0, 0.0
	for range n {
		x, y := a.NormPair()
		if want := b.NormFloat64(); x != want {
			t.Fatalf("%v, NormFloat64 %v", x, want)
		}
		sum += y
		squares += y * y
		product += x * y
	}
	if math.Abs(sum/n) > 4/math.Sqrt(n) || math.Abs(squares/n-1) > 4*math.Sqrt(2./n) || math.Abs(product/n) > 4/math.Sqrt(n) {
		t.Errorf("second numbers: mean %v, mean square %v, product with the first %v", sum/n, squares/n, product/n)
	}
}

func TestFloat64IsUniform(t *testing.T) {
	r := New(1, "test").At(0, 0)
	xs := make([]float64, 100_000)
	for i := range xs {
		xs[i] = r.Float64()
		if xs[i] < 0 || xs[i] >= 1 {
			t.Fatalf("%v is not in [0, 1)", xs[i])
		}
	}
	if d := uniformDistance(xs); d > 2.65 {
		t.Errorf("Kolmogorov-Smirnov distance %.2f", d)
	}
}

func TestOpenStaysInside(t *testing.T) {
	if lo := (0 + 0.5) * 0x1p-52; lo <= 0 {
		t.Errorf("smallest is %v", lo)
	}
	if hi := (float64(uint64(math.MaxUint64)>>12) + 0.5) * 0x1p-52; hi >= 1 {
		t.Errorf("largest is %v", hi)
	}
}

func TestIntNIsUniform(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 10, 100} {
		r := New(1, "test").At(uint64(n), 0)
		counts := map[string]int{}
		const draws = 100_000
		for range draws {
			x := r.IntN(n)
			if x < 0 || x >= n {
				t.Fatalf("IntN(%d) = %d", n, x)
			}
			counts[fmt.Sprint(x)]++
		}
		if n > 1 {
			if z := chiSquare(counts, n, draws); math.Abs(z) > 5 {
				t.Errorf("IntN(%d): chi-square is %.1f standard deviations off", n, z)
			}
		}
	}
}

// Of 2^64 numbers, scaled to [0, 3 * 2^61) without rejection, three fall on
// each multiple of 3 and the next, two on the third; a remainder would favour
// the lower two thirds.
func TestIntNHasNoBias(t *testing.T) {
	r := New(2, "test").At(0, 0)
	const n, draws = 3 << 61, 30_000
	var third, residue [3]int
	for range draws {
		x := r.IntN(n)
		third[x/(n/3)]++
		residue[x%3]++
	}
	for name, counts := range map[string][3]int{"third": third, "residue": residue} {
		for i, c := range counts {
			if z := (float64(c) - draws/3) / math.Sqrt(draws*2/9.0); math.Abs(z) > 5 {
				t.Errorf("%s %d came %d times of %d", name, i, c, draws)
			}
		}
	}
}

func TestNormFloat64(t *testing.T) {
	r := New(1, "test").At(0, 0)
	xs := make([]float64, 100_000)
	for i := range xs {
		xs[i] = 0.5 * math.Erfc(-r.NormFloat64()/math.Sqrt2)
	}
	if d := uniformDistance(xs); d > 2.65 {
		t.Errorf("Kolmogorov-Smirnov distance %.2f", d)
	}
}

func TestPermIsUniform(t *testing.T) {
	r := New(1, "test").At(0, 0)
	counts := map[string]int{}
	perm := make([]int32, 4)
	const draws = 48_000
	for range draws {
		r.Perm(perm)
		counts[fmt.Sprint(perm)]++
	}
	if z := chiSquare(counts, 24, draws); math.Abs(z) > 5 {
		t.Errorf("chi-square is %.1f standard deviations off; %d permutations of 24", z, len(counts))
	}
}

func TestDerangementIsUniform(t *testing.T) {
	r := New(1, "test").At(0, 0)
	counts := map[string]int{}
	perm := make([]int32, 5)
	const draws = 44_000
	for range draws {
		r.Derangement(perm)
		if fixesAny(perm) {
			t.Fatalf("%v leaves an element in its place", perm)
		}
		counts[fmt.Sprint(perm)]++
	}
	// 5 elements have 44 derangements.
	if z := chiSquare(counts, 44, draws); math.Abs(z) > 5 {
		t.Errorf("chi-square is %.1f standard deviations off; %d derangements of 44", z, len(counts))
	}
}

func TestRandIsASource(t *testing.T) {
	r := New(1, "test").At(0, 0)
	source := rand.New(&r)
	if x := source.Float64(); x < 0 || x >= 1 {
		t.Errorf("rand.New over Rand gave %v", x)
	}
}

// A copy of a Rand continues from the same place.
func TestRandIsAValue(t *testing.T) {
	a := New(1, "test").At(0, 0)
	a.Uint64()
	b := a
	for range 10 {
		if x, y := a.Uint64(), b.Uint64(); x != y {
			t.Fatalf("%d and %d", x, y)
		}
	}
}
