package study

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Summary describes one method's results over its seeds.
type Summary struct {
	N    int      `json:"n"`            // number of values
	Mean float64  `json:"mean"`         // 0 when N is 0
	SD   *float64 `json:"sd,omitempty"` // sample standard deviation (divisor N-1); nil when N < 2
}

// Summarize returns the number, mean and sample standard deviation of x.
// One value has no spread that could be estimated: SD is nil.
func Summarize(x []float64) Summary {
	switch len(x) {
	case 0:
		return Summary{}
	case 1:
		return Summary{N: 1, Mean: x[0]}
	}
	mean, variance := stat.MeanVariance(x, nil)
	sd := math.Sqrt(variance)
	return Summary{N: len(x), Mean: mean, SD: &sd}
}
