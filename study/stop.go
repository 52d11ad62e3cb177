package study

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Stop makes a study sequential: its results are looked at after some of its
// seeds, and it ends at the first look where every comparison is clear. The rule
// is fixed before the first run and part of the study; the levels that the
// looks are judged at follow from it, see [Sequential]. The zero value stops
// nothing: all seeds are trained and looked at once.
type Stop struct {
	MaxSeeds int   `toml:"max_seeds,omitempty" json:"max_seeds,omitempty"` // seeds at most
	Looks    []int `toml:"looks,omitempty" json:"looks,omitempty"`         // numbers of seeds, ascending, the last MaxSeeds; filled in by Resolve

	// EndedAt is the number of seeds at which time ran out, 0 if it did not. What
	// the looks before left of the level is spent there.
	EndedAt int `toml:"ended_at,omitempty" json:"ended_at,omitempty"`
}

const (
	usualLooks = 5  // of a sequential study
	mostLooks  = 50 // each further look takes a tenth of a second to prepare, and shows little
	firstSeeds = 3  // of a study, before anything is looked at
)

// On reports whether there is a rule.
func (s Stop) On() bool { return s.MaxSeeds > 0 }

// Resolve returns the rule with its looks: fifths of MaxSeeds where none are
// given, the first of three seeds at least. The error names what is wrong.
func (s Stop) Resolve() (Stop, error) {
	if s.MaxSeeds == 0 {
		if len(s.Looks) > 0 || s.EndedAt != 0 {
			return s, fmt.Errorf("looks and ended_at belong to a sequential study: set max_seeds")
		}
		return s, nil
	}
	if s.MaxSeeds < 2 {
		return s, fmt.Errorf("max_seeds = %d: a comparison needs two pairs of runs at least", s.MaxSeeds)
	}
	if s.MaxSeeds > MostSeeds {
		return s, fmt.Errorf("max_seeds = %d: at most %d", s.MaxSeeds, MostSeeds)
	}
	if len(s.Looks) == 0 {
		for k := range usualLooks {
			if n := (s.MaxSeeds*(k+1) + usualLooks - 1) / usualLooks; n >= min(firstSeeds, s.MaxSeeds) {
				s.Looks = append(s.Looks, n)
			}
		}
		s.Looks = slices.Compact(s.Looks)
	}
	if len(s.Looks) > mostLooks {
		return s, fmt.Errorf("looks are %d: at most %d", len(s.Looks), mostLooks)
	}
	for k, n := range s.Looks {
		if n < 2 || k > 0 && n <= s.Looks[k-1] {
			return s, fmt.Errorf("looks = %v: numbers of seeds from 2 on, ascending", s.Looks)
		}
	}
	if last := s.Looks[len(s.Looks)-1]; last != s.MaxSeeds {
		return s, fmt.Errorf("looks = %v end at %d seeds, not at max_seeds = %d", s.Looks, last, s.MaxSeeds)
	}
	if s.EndedAt != 0 && (s.EndedAt < 2 || s.EndedAt > s.MaxSeeds) {
		return s, fmt.Errorf("ended_at = %d: a number of seeds from 2 to max_seeds = %d", s.EndedAt, s.MaxSeeds)
	}
	return s, nil
}

// Reached returns the looks that a study with so many seeds at their end has
// reached, with the one at which time ran out.
func (s Stop) Reached(seeds int) []int {
	var looks []int
	for _, n := range s.Looks {
		if n <= seeds && (s.EndedAt == 0 || n < s.EndedAt) {
			looks = append(looks, n)
		}
	}
	if s.EndedAt > 0 && seeds >= s.EndedAt {
		looks = append(looks, s.EndedAt)
	}
	return looks
}

// Next returns the number of seeds at the look after that of so many, or 0 after the last.
func (s Stop) Next(seeds int) int {
	last := s.last()
	for _, n := range s.Looks {
		if n > seeds && n < last {
			return n
		}
	}
	if seeds < last {
		return last
	}
	return 0
}

// last is the number of seeds at the last look.
func (s Stop) last() int {
	if s.EndedAt > 0 {
		return s.EndedAt
	}
	return s.MaxSeeds
}

// Compare compares other with base as [Compare] does, at the last of some looks,
// so that neither the number of looks nor the rule to stop at one makes more of
// a difference than there is: P is that of all looks together, see
// [Sequential.P], and the interval is what the repeated confidence intervals of
// the looks have in common, which all hold the true difference together with
// the probability [Level]. base and other hold pairs, and places the numbers of
// their seeds in the order of the study, from 0 on, ascending; looks are those
// of [Stop.Reached]. There is no test before the first look.
//
// The mean of a study that stopped early is, on average, further from zero than
// the difference is; the interval is not misled by that.
//
// See C. Jennison and B. W. Turnbull, "Interim analyses: the repeated confidence
// interval approach", Journal of the Royal Statistical Society B 51 (1989).
func (s Stop) Compare(places []int, base, other []float64, looks []int) (Paired, error) {
	if len(looks) == 0 {
		so, err := compareByStudent(base, other)
		so.Test, so.Why = nil, fmt.Sprintf("the first look is after %d seeds", s.Next(0))
		return so, err
	}
	var last Paired
	var tests []Paired
	var kept []Look
	pairsBefore := 0
	for _, seeds := range looks {
		pairs, _ := slices.BinarySearch(places, seeds)
		if pairs == pairsBefore {
			continue // what it could spend is left to the looks to come
		}
		pairsBefore = pairs
		var err error
		if last, err = compareByStudent(base[:pairs], other[:pairs]); err != nil {
			return last, err
		}
		if last.Test != nil {
			tests, kept = append(tests, last), append(kept, Look{Seeds: seeds, Pairs: pairs, P: last.Test.P})
		}
	}
	if pairsBefore == 0 {
		return Paired{}, ErrNoPairs
	}
	if last.Test == nil {
		return last, nil
	}
	return s.repeated(tests, kept), nil
}

// repeated makes one comparison of those at each look.
func (s Stop) repeated(tests []Paired, looks []Look) Paired {
	pairs, shares, p := make([]int, len(looks)), make([]float64, len(looks)), make([]float64, len(looks))
	for k, look := range looks {
		pairs[k], shares[k], p[k] = look.Pairs, s.share(look.Seeds), look.P
	}
	sequential := NewSequential(pairs, shares)
	for k, level := range sequential.Levels(1 - Level) {
		looks[k].Level = level
	}
	result := tests[len(tests)-1]
	low, high, bounded := inCommon(tests, looks)
	if !bounded {
		result.Test, result.Why = nil, fmt.Sprintf("nothing is decided as early as after %d of %d seeds", looks[len(looks)-1].Seeds, s.MaxSeeds)
		return result
	}
	test := *result.Test
	test.P, test.Low, test.High, test.Looks = sequential.P(p), low, high, looks
	result.Test = &test
	return result
}

// inCommon returns what the intervals of the looks have in common, or the last
// one where that is nothing. bounded is false where no look has an interval.
func inCommon(tests []Paired, looks []Look) (low, high float64, bounded bool) {
	low, high = math.Inf(-1), math.Inf(1)
	lastLow, lastHigh := low, high
	for k, look := range looks {
		if look.Level == 0 {
			continue
		}
		d := tests[k]
		half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(d.Test.DF)}.Quantile(1-look.Level/2) * d.Test.SD / math.Sqrt(float64(d.N))
		lastLow, lastHigh = d.Mean-half, d.Mean+half
		low, high = max(low, lastLow), min(high, lastHigh)
	}
	if low > high {
		low, high = lastLow, lastHigh
	}
	return low, high, !math.IsInf(low, 0)
}

// share is that of the planned sample at a look; the last has all of it.
func (s Stop) share(seeds int) float64 {
	if seeds == s.EndedAt {
		return 1
	}
	return float64(seeds) / float64(s.MaxSeeds)
}
