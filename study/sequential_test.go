package study

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// equalLooks are that many, after equal shares of a sample.
func equalLooks(looks, pairsEach int) *Sequential {
	var pairs []int
	var shares []float64
	for k := range looks {
		pairs, shares = append(pairs, (k+1)*pairsEach), append(shares, float64(k+1)/float64(looks))
	}
	return NewSequential(pairs, shares)
}

// The bounds that Reboussin, DeMets, Kim and Lan print for this spending
// function ("Computations for group sequential boundaries using the Lan-DeMets
// spending function method", Controlled Clinical Trials 21, 2000) and the R
// package ldbounds gives, five equal looks, 2.5 % on each side, are for a known
// variance: they are the limit of many pairs.
func TestSequentialAgainstPublished(t *testing.T) {
	for k, level := range equalLooks(5, 5000).Levels(0.05) {
		want := []float64{4.8769, 3.3569, 2.6803, 2.2898, 2.0310}[k]
		if got := normal.Quantile(1 - level/2); math.Abs(got-want) > 1e-3 {
			t.Errorf("look %d: bound %.4f, published %.4f", k+1, got, want)
		}
	}
}

// One look at the whole sample is Student's test.
func TestSequentialOfOneLook(t *testing.T) {
	for _, share := range []float64{1, 0.3} {
		s := NewSequential([]int{7}, []float64{share})
		for _, level := range []float64{0.9, 0.05, 1e-4, 1e-8} {
			want := spent(level, share)
			if want < leastLevel {
				want = 0
			}
			if got := s.Levels(level)[0]; math.Abs(got-want) > 2e-3*want {
				t.Errorf("share %v, level %v: %v, want %v", share, level, got, want)
			}
		}
	}
	for _, p := range []float64{0.8, 0.03, 1e-6} {
		if got := NewSequential([]int{7}, []float64{1}).P([]float64{p}); math.Abs(got-p) > 2e-3*p {
			t.Errorf("p of one look: %v, want %v", got, p)
		}
	}
}

// The looks of simulated samples without a difference end as many as are to be
// spent at each, for few pairs and steps of one pair too.
func TestSequentialAgainstSimulation(t *testing.T) {
	const studies = 200_000
	for _, pairs := range [][]int{{2, 3}, {3, 4, 5, 6}, {4, 6, 8, 10}, {3, 10, 12, 20}} {
		last := pairs[len(pairs)-1]
		shares, bounds := make([]float64, len(pairs)), make([]float64, len(pairs))
		for k, n := range pairs {
			shares[k] = float64(n) / float64(last)
		}
		for k, level := range NewSequential(pairs, shares).Levels(0.05) {
			bounds[k] = bound(pairs[k], level)
		}
		random := rand.New(rand.NewPCG(1, uint64(last)))
		ended := make([]int, len(pairs))
		for range studies {
			var sample running
			for k, n := range pairs {
				for sample.n < n {
					sample.add(random.NormFloat64())
				}
				if mean, deviation := sample.mean(); math.Abs(mean) > bounds[k]*deviation {
					ended[k]++
					break
				}
			}
		}
		before := 0.0
		for k, share := range shares {
			want := spent(0.05, share) - before
			before += want
			got := float64(ended[k]) / studies
			if math.Abs(got-want) > 4*math.Sqrt(want/studies) {
				t.Errorf("looks at %v pairs: %.5f ended at look %d, want %.5f", pairs, got, k+1, want)
			}
		}
	}
}

// bound is the |t| of that many pairs at a two-sided level.
func bound(pairs int, level float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(pairs - 1)}.Quantile(1 - level/2)
}

// running is a growing sample.
type running struct {
	n            int
	sum, squares float64
}

func (r *running) add(x float64) { r.n, r.sum, r.squares = r.n+1, r.sum+x, r.squares+x*x }

// mean returns the mean and its standard error.
func (r *running) mean() (mean, deviation float64) {
	mean = r.sum / float64(r.n)
	return mean, math.Sqrt((r.squares - mean*r.sum) / float64(r.n-1) / float64(r.n))
}

// A higher level asks for less at every look, and P is the level at which the
// looks begin to find a difference.
func TestSequentialP(t *testing.T) {
	tests := []*Sequential{equalLooks(5, 2), equalLooks(5, 10), equalLooks(3, 7)}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(tests).Draw(t, "looks")
		level := math.Exp(rapid.Float64Range(-12, -0.2).Draw(t, "log level"))
		lower, higher := s.Levels(level), s.Levels(1.1*level)
		for k := range lower {
			if higher[k] < lower[k] {
				t.Fatalf("level %v: look %d asks for %v, at 1.1 of it for %v", level, k+1, lower[k], higher[k])
			}
		}
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), len(lower), len(lower)).Draw(t, "p")
		of := s.P(p)
		found := false
		for k := range p {
			found = found || p[k] <= lower[k]
		}
		if found != (of <= level) && !near(of, level, 1e-6) {
			t.Fatalf("p %v: P is %v, and at level %v found is %t", p, of, level, found)
		}
	})
}
