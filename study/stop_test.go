package study

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestStopResolve(t *testing.T) {
	for _, c := range []struct {
		rule  Stop
		looks []int
		err   string
	}{
		{Stop{}, nil, ""},
		{Stop{MaxSeeds: 50}, []int{10, 20, 30, 40, 50}, ""},
		{Stop{MaxSeeds: 10}, []int{4, 6, 8, 10}, ""},
		{Stop{MaxSeeds: 7}, []int{3, 5, 6, 7}, ""},
		{Stop{MaxSeeds: 2}, []int{2}, ""},
		{Stop{MaxSeeds: 9, Looks: []int{5, 9}, EndedAt: 6}, []int{5, 9}, ""},
		{Stop{MaxSeeds: 1}, nil, "two pairs"},
		{Stop{MaxSeeds: -3}, nil, "two pairs"},
		{Stop{MaxSeeds: 1001}, nil, "at most 1000"},
		{Stop{Looks: []int{3}}, nil, "set max_seeds"},
		{Stop{EndedAt: 3}, nil, "set max_seeds"},
		{Stop{MaxSeeds: 9, Looks: []int{1, 9}}, nil, "from 2 on"},
		{Stop{MaxSeeds: 9, Looks: []int{5, 5, 9}}, nil, "ascending"},
		{Stop{MaxSeeds: 9, Looks: []int{5, 8}}, nil, "end at 8"},
		{Stop{MaxSeeds: 90, Looks: make([]int, 51)}, nil, "looks are 51: at most 50"},
		{Stop{MaxSeeds: 9, EndedAt: 10}, nil, "ended_at = 10"},
		{Stop{MaxSeeds: 9, EndedAt: 1}, nil, "ended_at = 1"},
	} {
		got, err := c.rule.Resolve()
		switch {
		case c.err == "" && err != nil, c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%+v: error %v, want %q", c.rule, err, c.err)
		case err == nil && !slices.Equal(got.Looks, c.looks):
			t.Errorf("%+v: looks %v, want %v", c.rule, got.Looks, c.looks)
		}
	}
}

func TestStopLooks(t *testing.T) {
	rule := Stop{MaxSeeds: 20, Looks: []int{4, 8, 12, 16, 20}}
	for _, c := range []struct {
		ended, seeds int
		reached      []int
		next         int
	}{
		{0, 3, nil, 4}, {0, 4, []int{4}, 8}, {0, 13, []int{4, 8, 12}, 16}, {0, 20, []int{4, 8, 12, 16, 20}, 0},
		{10, 9, []int{4, 8}, 10}, {10, 10, []int{4, 8, 10}, 0}, {12, 12, []int{4, 8, 12}, 0}, {2, 2, []int{2}, 0},
	} {
		rule.EndedAt = c.ended
		if got, next := rule.Reached(c.seeds), rule.Next(c.seeds); !slices.Equal(got, c.reached) || next != c.next {
			t.Errorf("ended at %d, %d seeds: looks %v, next %d; want %v, %d", c.ended, c.seeds, got, next, c.reached, c.next)
		}
	}
}

// TestSequentialStudies stops studies by the rule: without a difference at most
// 5 % find one, and whatever the difference is, the interval at the end holds it
// in 95 %. That is so as well where time ends the study before the rule does.
func TestSequentialStudies(t *testing.T) {
	const studies = 40_000
	deviation := math.Sqrt(0.05 * 0.95 / studies)
	for _, rule := range []Stop{{MaxSeeds: 3}, {MaxSeeds: 10}, {MaxSeeds: 50}, {MaxSeeds: 50, EndedAt: 23}} {
		rule, looks, sequential := sequentialOf(t, rule)
		bounds := make([]float64, len(looks))
		for k, level := range sequential.Levels(0.05) {
			bounds[k] = bound(looks[k], level)
		}
		for _, effect := range []float64{0, 0.3, 1} {
			random := rand.New(rand.NewPCG(uint64(rule.MaxSeeds), math.Float64bits(effect)))
			found, covered, pairs := 0, 0, 0
			for range studies {
				n, ok, low, high := sequentialStudy(random, looks, bounds, effect)
				pairs += n
				if ok {
					found++
				}
				if low <= effect && effect <= high {
					covered++
				}
			}
			share := func(n int) float64 { return float64(n) / studies }
			t.Logf("%+v, effect %v: found %.4f, covered %.4f, %.1f pairs", rule, effect, share(found), share(covered), share(pairs))
			if effect == 0 && math.Abs(share(found)-0.05) > 3*deviation {
				t.Errorf("%+v: %v of the studies found a difference that is not there", rule, share(found))
			}
			if share(covered) < 0.95-3*deviation {
				t.Errorf("%+v, effect %v: the interval held it in %v", rule, effect, share(covered))
			}
			if effect == 1 && rule.MaxSeeds == 50 && share(pairs) > 25 {
				t.Errorf("%+v: a large effect took %v pairs on average", rule, share(pairs))
			}
		}
	}
}

// sequentialOf returns a rule with its looks and their test, of complete pairs.
func sequentialOf(t *testing.T, rule Stop) (Stop, []int, *Sequential) {
	t.Helper()
	rule, err := rule.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	looks := rule.Reached(rule.MaxSeeds)
	shares := make([]float64, len(looks))
	for k, n := range looks {
		shares[k] = rule.share(n)
	}
	return rule, looks, NewSequential(looks, shares)
}

// sequentialStudy adds pairs of that effect until a look ends it.
func sequentialStudy(random *rand.Rand, looks []int, bounds []float64, effect float64) (pairs int, found bool, low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	var sample running
	for k, n := range looks {
		for sample.n < n {
			sample.add(effect + random.NormFloat64())
		}
		mean, deviation := sample.mean()
		low, high = max(low, mean-bounds[k]*deviation), min(high, mean+bounds[k]*deviation)
		if math.Abs(mean) > bounds[k]*deviation {
			return n, true, low, high
		}
	}
	return sample.n, false, low, high
}

// TestSequentialFamily stops 10,000 studies of three methods that do not differ
// from the base: at most 5 % find one or more differences after Holm's
// correction, which decides as the levels of the looks do that it leaves to each.
func TestSequentialFamily(t *testing.T) {
	const studies, methods = 10_000, 3
	rule, looks, sequential := sequentialOf(t, Stop{MaxSeeds: 20})
	var bounds [methods + 1][]float64 // at a share of the level
	for m := 1; m <= methods; m++ {
		for k, level := range sequential.Levels(0.05 / float64(m)) {
			bounds[m] = append(bounds[m], bound(looks[k], level))
		}
	}
	random := rand.New(rand.NewPCG(3, 3))
	wrong := 0
	for study := range studies {
		var samples [methods]running
		var ts [methods][]float64
		for _, n := range looks {
			for samples[0].n < n {
				base := random.NormFloat64()
				for m := range samples {
					samples[m].add(random.NormFloat64() - base)
				}
			}
			for m := range samples {
				mean, deviation := samples[m].mean()
				ts[m] = append(ts[m], math.Abs(mean/deviation))
			}
		}
		rejected := rejectedByLevels(ts[:], bounds[:])
		if slices.Contains(rejected, true) {
			wrong++
		} else if study > 20 {
			continue
		}
		if study > 1000 {
			continue
		}
		p := make([]float64, methods)
		for m := range p {
			each := make([]float64, len(looks))
			for k, n := range looks {
				each[k] = 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Survival(ts[m][k])
			}
			p[m] = sequential.P(each)
		}
		for m, corrected := range Holm(p) {
			if (corrected < 0.05) != rejected[m] {
				t.Errorf("study %d, method %d: p %v corrected to %v, by levels %t", study, m, p, corrected, rejected[m])
			}
		}
	}
	share := float64(wrong) / studies
	t.Logf("at most %d seeds: %.4f of the studies found a difference", rule.MaxSeeds, share)
	if share > 0.05+3*math.Sqrt(0.05*0.95/studies) || share < 0.03 {
		t.Errorf("%v of the studies found a difference that is not there", share)
	}
}

// rejectedByLevels finds differences one after another: each at the share of the
// level among those that are not found yet. bounds[m] are for a share of m.
func rejectedByLevels(ts, bounds [][]float64) []bool {
	rejected, left := make([]bool, len(ts)), len(ts)
	for again := true; again; {
		again = false
		for m := range ts {
			for k := range ts[m] {
				if !rejected[m] && ts[m][k] > bounds[left][k] {
					rejected[m], again = true, true
					left--
					break
				}
			}
		}
	}
	return rejected
}

// Compare makes of the looks what the levels say, with pairs that are missing,
// and is the plain comparison where there is one look.
func TestStopCompare(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	rule, err := Stop{MaxSeeds: 20}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		effect := 3 * random.Float64()
		var places []int
		var base, other []float64
		for seed := range rule.MaxSeeds {
			if random.IntN(6) == 0 {
				continue // did not finish
			}
			places, base, other = append(places, seed), append(base, 10), append(other, 10+effect+random.NormFloat64())
		}
		got, err := rule.Compare(places, base, other, rule.Looks)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, look := range got.Test.Looks {
			found = found || look.P <= look.Level
			if n, _ := slices.BinarySearch(places, look.Seeds); n != look.Pairs {
				t.Errorf("look after %d seeds: %d pairs, want %d", look.Seeds, look.Pairs, n)
			}
		}
		if found != (got.Test.P < 0.05) || got.Test.Exact != nil {
			t.Errorf("found %t, and %+v", found, *got.Test)
		}
		if excludes := got.Test.Low > 0 || got.Test.High < 0; excludes != found {
			t.Errorf("found %t, interval %v to %v", found, got.Test.Low, got.Test.High)
		}
		if got.N != len(places) || !near(got.Mean, mean(other)-10, 1e-12) {
			t.Errorf("n %d, mean %v", got.N, got.Mean)
		}
	}
	one, err := Stop{MaxSeeds: 4, Looks: []int{4}}.Compare([]int{0, 1, 2, 3}, []float64{1, 2, 3, 4}, []float64{2, 2, 5, 4.5}, []int{4})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Compare([]float64{1, 2, 3, 4}, []float64{2, 2, 5, 4.5})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := one.Test, plain.Test; math.Abs(a.P-b.P) > 1e-3*b.P || !near(a.Low, b.Low, 1e-3) || !near(a.High, b.High, 1e-3) {
		t.Errorf("one look: %+v, plain %+v", *a, *b)
	}
}

// There is no test where nothing can be decided.
func TestStopCompareWithoutTest(t *testing.T) {
	rule, err := Stop{MaxSeeds: 20}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		rule   Stop
		places []int
		other  []float64
		looks  []int
		why    string
	}{
		{"before the first look", rule, []int{0, 1, 2}, []float64{1, 2, 3}, nil, "the first look is after 4 seeds"},
		{"one pair", rule, []int{2}, []float64{1}, []int{4}, "one pair"},
		{"no spread", rule, []int{0, 1, 2, 3}, []float64{1, 1, 1, 1}, []int{4}, "all 4 differences are equal"},
		{"too early", Stop{MaxSeeds: 1000, Looks: []int{3, 1000}}, []int{0, 1, 2}, []float64{1, 2, 4}, []int{3}, "nothing is decided as early as after 3 of 1000 seeds"},
	} {
		got, err := c.rule.Compare(c.places, make([]float64, len(c.other)), c.other, c.looks)
		if err != nil || got.Test != nil || !strings.Contains(got.Why, c.why) {
			t.Errorf("%s: %+v, %v; want %q", c.name, got, err, c.why)
		}
	}
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
