package study

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Level is the confidence level of every interval this package gives.
const Level = 0.95

// ErrNoPairs is returned by [Compare] for two empty samples.
var ErrNoPairs = errors.New("no pairs to compare")

// Paired is the comparison of two methods over the same seeds.
type Paired struct {
	N    int     `json:"n"`              // pairs
	Mean float64 `json:"mean"`           // mean of other - base
	Test *TTest  `json:"test,omitempty"` // nil when the pairs allow none; Why says the reason
	Why  string  `json:"why,omitempty"`  // why there is no test, in words
}

// TTest is a two-sided paired Student t test of "the mean difference is zero"
// and the interval that belongs to it. It takes the differences as independent
// draws from one normal distribution.
type TTest struct {
	SD   float64 `json:"sd"`            // sample standard deviation of the differences
	DF   int     `json:"df"`            // degrees of freedom, N-1
	T    float64 `json:"t"`             // Mean / (SD / sqrt(N))
	P    float64 `json:"p"`             // two-sided; in a sequential study that of all its looks, see [Stop.Compare]
	Low  float64 `json:"low"`           // interval at Level around Mean,
	High float64 `json:"high"`          // for this comparison alone
	Holm float64 `json:"holm,omitzero"` // P after Holm's correction; set by the table, see [Holm]

	// Exact is the p-value of the exact test that takes no distribution for
	// granted, see [SignFlip]; nil for more pairs than it can look at.
	Exact *float64 `json:"exact,omitempty"`

	Looks []Look `json:"looks,omitempty"` // of a sequential study, those so far
}

// Disagree reports whether the exact test and Student's are on different sides
// of the level.
func (t *TTest) Disagree() bool {
	return t.Exact != nil && (t.P < 1-Level) != (*t.Exact < 1-Level)
}

// Compare compares other with base, pair by pair: base[i] and other[i] belong
// to the same seed. The difference is other - base, so that a negative mean is
// a lower error than the base.
//
// There is no test, and Paired.Why says so, for one pair, and where all
// differences are equal within rounding: the sample then holds no spread that
// an interval could be made from, however large the difference is.
//
// An error is returned for samples of unequal length, for empty ones
// ([ErrNoPairs]), and for values that are not finite.
//
// See W. S. Gosset ("Student"), "The probable error of a mean", Biometrika 6 (1908).
func Compare(base, other []float64) (Paired, error) {
	result, err := compareByStudent(base, other)
	if err != nil || result.Test == nil {
		return result, err
	}
	differences := make([]float64, len(base))
	for i := range base {
		differences[i] = other[i] - base[i]
	}
	if p, ok := SignFlip(differences); ok {
		result.Test.Exact = &p
	}
	return result, nil
}

// compareByStudent is Compare without the exact test.
func compareByStudent(base, other []float64) (Paired, error) {
	if len(base) != len(other) {
		return Paired{}, fmt.Errorf("comparing %d values with %d: pairs need as many of both", len(other), len(base))
	}
	n := len(base)
	if n == 0 {
		return Paired{}, ErrNoPairs
	}
	differences := make([]float64, n)
	scale := 0.0
	low, high := math.Inf(1), math.Inf(-1)
	for i := range base {
		for _, v := range []float64{base[i], other[i]} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return Paired{}, fmt.Errorf("comparing pair %d: the value %g is not finite", i, v)
			}
			scale = max(scale, math.Abs(v))
		}
		d := other[i] - base[i]
		differences[i] = d
		low, high = min(low, d), max(high, d)
	}
	mean, variance := stat.MeanVariance(differences, nil)
	result := Paired{N: n, Mean: mean}
	switch {
	case n == 1:
		result.Mean = differences[0]
		result.Why = "one pair of seeds has no interval"
		return result, nil
	case high-low <= 8*epsilon*scale:
		result.Mean = differences[0]
		result.Why = fmt.Sprintf("all %d differences are equal, so they show no spread to make an interval from", n)
		return result, nil
	}
	sd := math.Sqrt(variance)
	result.Test = student(mean, sd, sd/math.Sqrt(float64(n)), n-1)
	return result, nil
}

// student returns the test of a mean of that standard error.
func student(mean, sd, standardError float64, df int) *TTest {
	t := mean / standardError
	distribution := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(df)}
	half := distribution.Quantile(0.5+Level/2) * standardError
	return &TTest{
		SD: sd, DF: df, T: t,
		P:   min(1, 2*distribution.CDF(-math.Abs(t))),
		Low: mean - half, High: mean + half,
	}
}

// epsilon is the spacing of float64 at 1.
const epsilon = 0x1p-52
