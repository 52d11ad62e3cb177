package mix

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"sort"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/vicinal-ml/vicinal/stream"
)

// alphas are the values Beta is tested at: the paper's, both sides of every
// border between algorithms, and the ends of the promised range.
var alphas = []float64{0.001, 0.003, 0.01, 0.1, 0.2, 0.4, math.Nextafter(0.5, 0), 0.5, math.Nextafter(0.5, 1), 0.7, 1, 1.5, 2, 8, 32, 100}

// probabilities draws n numbers of Beta(a, a) and maps each by the closed form
// of Beta(b, b)'s distribution function. Below 1/2 draws are taken as
// logarithms, since most of them are too close to 0 or 1 for a float64.
func probabilities(a, b float64, n int, seed uint64) []float64 {
	r := stream.New(seed, stream.Lambda).At(0, 0)
	u := make([]float64, n)
	for i := range u {
		switch {
		case a >= 0.5:
			u[i] = Beta{b}.CDF(Beta{a}.Rand(&r))
		default:
			if logX, log1mX := (Beta{a}).johnk(&r); logX < log1mX {
				u[i] = Beta{b}.lowerCDF(logX, math.Exp(logX))
			} else {
				u[i] = 1 - Beta{b}.lowerCDF(log1mX, math.Exp(log1mX))
			}
		}
	}
	return u
}

func TestBetaRandFollowsTheDistribution(t *testing.T) {
	for i, a := range alphas {
		if d := uniformDistance(probabilities(a, a, 100_000, uint64(i))); !(d < 2.2) {
			t.Errorf("a = %v: Kolmogorov-Smirnov distance %.2f", a, d)
		}
	}
}

// The test above can fail: a wrong by 10 % is found at both ends of the range.
func TestBetaRandTestHasPower(t *testing.T) {
	for i, a := range []float64{0.001, 0.01, 0.2, 0.4, 1, 8} {
		if d := uniformDistance(probabilities(a, min(1.1*a, 100), 100_000, uint64(i))); d < 2.2 {
			t.Errorf("a = %v taken for %v is not noticed: distance %.2f", a, 1.1*a, d)
		}
	}
}

// Mean 1/2 and the central moments of order 2, 1/(4(2a+1)), and 4,
// 3/(16(2a+1)(2a+3)), within five standard errors.
func TestBetaRandMoments(t *testing.T) {
	for i, a := range alphas {
		r := stream.New(uint64(i), stream.Lambda).At(1, 0)
		const n = 200_000
		var m1, m2, m3, m4 float64
		for range n {
			x := Beta{a}.Rand(&r)
			if !(x >= 0 && x <= 1) {
				t.Fatalf("a = %v: drew %v", a, x)
			}
			d := x - 0.5
			m1, m2, m3, m4 = m1+d, m2+d*d, m3+d*d*d, m4+d*d*d*d
		}
		// Central moments 2, 4, 6 and 8: the ratio of each to the one before
		// is (2k-1)/(4(2a+2k-1)).
		moment := [5]float64{1}
		for k := 1; k < 5; k++ {
			moment[k] = moment[k-1] * float64(2*k-1) / (4 * (2*a + float64(2*k-1)))
		}
		for _, c := range []struct {
			order               int
			got, want, variance float64
		}{
			{1, m1 / n, 0, moment[1]},
			{2, m2 / n, moment[1], moment[2] - moment[1]*moment[1]},
			{3, m3 / n, 0, moment[3]},
			{4, m4 / n, moment[2], moment[4] - moment[2]*moment[2]},
		} {
			if z := (c.got - c.want) / math.Sqrt(c.variance/n); !(math.Abs(z) < 5) {
				t.Errorf("a = %v: central moment %d is %v, want %v (%.1f standard errors)", a, c.order, c.got, c.want, z)
			}
		}
	}
}

func TestBetaExtremes(t *testing.T) {
	for _, a := range []float64{5e-324, 1e-308, 1e-100, 1e-10} {
		r := stream.New(1, stream.Lambda).At(0, 0)
		ones := 0
		const n = 10_000
		for range n {
			switch x := (Beta{a}).Rand(&r); x {
			case 1:
				ones++
			case 0:
			default:
				t.Fatalf("a = %v: drew %v, must be 0 or 1", a, x)
			}
		}
		if z := (float64(ones) - n/2) / math.Sqrt(n/4); math.Abs(z) > 5 {
			t.Errorf("a = %v: %d of %d draws are 1", a, ones, n)
		}
	}
	for _, a := range []float64{1e4, 1e10, 1e100, math.MaxFloat64} {
		r := stream.New(1, stream.Lambda).At(0, 0)
		for range 1000 {
			if x := (Beta{a}).Rand(&r); !(math.Abs(x-0.5) < 5/math.Sqrt(8*a)+1e-9) {
				t.Fatalf("a = %v: drew %v", a, x)
			}
		}
	}
}

func TestBetaZeroIsERM(t *testing.T) {
	b := Beta{0}
	r := stream.New(1, stream.Lambda).At(0, 0)
	for range 100 {
		if x := b.Rand(&r); x != 1 {
			t.Fatalf("drew %v", x)
		}
	}
	if got := []float64{b.CDF(0), b.CDF(0.5), b.CDF(1), b.Prob(0.5)}; got[0] != 0 || got[1] != 0 || got[2] != 1 || got[3] != 0 {
		t.Errorf("CDF at 0, 1/2, 1 and density at 1/2 are %v", got)
	}
	if !math.IsInf(b.Prob(1), 1) {
		t.Errorf("density at 1 is %v", b.Prob(1))
	}
}

func TestBetaRefuses(t *testing.T) {
	for _, a := range []float64{-1, -5e-324, math.NaN(), math.Inf(1), math.Inf(-1)} {
		b := Beta{a}
		if b.Validate() == nil {
			t.Errorf("a = %v is accepted", a)
		}
		r := stream.New(1, stream.Lambda).At(0, 0)
		for _, got := range []float64{b.Rand(&r), b.CDF(0.5), b.Prob(0.5), b.LogProb(0.5)} {
			if !math.IsNaN(got) {
				t.Errorf("a = %v gives %v, want NaN", a, got)
			}
		}
	}
	for _, a := range append([]float64{0}, alphas...) {
		if err := (Beta{a}).Validate(); err != nil {
			t.Error(err)
		}
	}
}

func floatOf(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

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

// records returns the rows of a fixture below its comment and its head.
func records(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %d rows, %v", path, len(rows), err)
	}
	return rows[1:]
}

// near reports whether got is want within a relative error.
func near(got, want, tolerance float64) bool {
	return got == want || math.Abs(got-want) <= tolerance*math.Abs(want)
}

func TestBetaMatchesMpmath(t *testing.T) {
	for _, row := range records(t, "testdata/beta_mpmath.csv") {
		a, x, logDensity, cdf := floatOf(t, row[0]), floatOf(t, row[1]), floatOf(t, row[2]), floatOf(t, row[3])
		if got := (Beta{a}).LogProb(x); math.Abs(got-logDensity) > 1e-12*max(1, math.Abs(logDensity)) {
			t.Errorf("a = %v: log density at %v is %v, want %v", a, x, got, logDensity)
		}
		if got := (Beta{a}).CDF(x); !near(got, cdf, 1e-12) {
			t.Errorf("a = %v: CDF at %v is %v, want %v", a, x, got, cdf)
		}
	}
}

func TestBetaMatchesGonum(t *testing.T) {
	for _, a := range []float64{0.1, 0.2, 0.5, 0.9, 1, 2, 8, 32, 100} {
		g := distuv.Beta{Alpha: a, Beta: a}
		for x := 0.001; x < 1; x += 0.0173 {
			if got, want := (Beta{a}).CDF(x), g.CDF(x); !near(got, want, 1e-12) {
				t.Errorf("a = %v: CDF at %v is %v, gonum's %v", a, x, got, want)
			}
			if got, want := (Beta{a}).Prob(x), g.Prob(x); !near(got, want, 1e-12) {
				t.Errorf("a = %v: density at %v is %v, gonum's %v", a, x, got, want)
			}
		}
	}
}

func TestBetaEnds(t *testing.T) {
	for _, a := range alphas {
		b := Beta{a}
		if b.CDF(-1) != 0 || b.CDF(0) != 0 || b.CDF(1) != 1 || b.CDF(2) != 1 {
			t.Errorf("a = %v: CDF at -1, 0, 1, 2 is %v, %v, %v, %v", a, b.CDF(-1), b.CDF(0), b.CDF(1), b.CDF(2))
		}
		want := map[bool]float64{true: math.Inf(1), false: 0}[a < 1]
		if a == 1 {
			want = 1
		}
		if b.Prob(0) != want || b.Prob(1) != want || b.Prob(-0.1) != 0 || b.Prob(1.1) != 0 {
			t.Errorf("a = %v: density at 0, 1, -0.1, 1.1 is %v, %v, %v, %v", a, b.Prob(0), b.Prob(1), b.Prob(-0.1), b.Prob(1.1))
		}
	}
}

func BenchmarkBetaRand(b *testing.B) {
	for _, a := range []float64{0.001, 0.2, 1, 32} {
		b.Run(strconv.FormatFloat(a, 'g', -1, 64), func(b *testing.B) {
			r := stream.New(1, stream.Lambda).At(0, 0)
			for b.Loop() {
				Beta{a}.Rand(&r)
			}
		})
	}
}
