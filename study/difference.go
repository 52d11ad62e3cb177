package study

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/vicinal-ml/vicinal/task"
)

// Difference is what one seed's run of a method has beside that of the base,
// other - base, where test sample j counts times[j] times. It is called by
// several goroutines at once.
type Difference func(seed int, times []int32) float64

// MeanDifference is that of a measure that is a mean over the samples, such as
// an error or a squared error: base[i][j] and other[i][j] are what seed i has
// for sample j.
func MeanDifference(base, other [][]float64) Difference {
	return func(seed int, times []int32) float64 {
		sum, n := 0.0, 0.0
		for j, count := range times {
			sum += float64(count) * (other[seed][j] - base[seed][j])
			n += float64(count)
		}
		return sum / n
	}
}

// MeasureDifference is that of any measure of a task: base[i] and other[i] are
// what the runs of seed i judged the same test samples to be.
func MeasureDifference(of func(*task.Judged) float64, base, other []*task.Judged) Difference {
	if a, b := each(of, base), each(of, other); a != nil && b != nil {
		return MeanDifference(a, b) // far faster, and the same
	}
	return func(seed int, times []int32) float64 {
		var sample []int
		for j, count := range times {
			for range count {
				sample = append(sample, j)
			}
		}
		return of(other[seed].Sample(sample)) - of(base[seed].Sample(sample))
	}
}

// each returns what a measure is of each sample by itself, nil for one that is
// no mean of that.
func each(of func(*task.Judged) float64, judged []*task.Judged) [][]float64 {
	values := make([][]float64, len(judged))
	for i, j := range judged {
		values[i] = make([]float64, j.N)
		all := make([]int, j.N)
		for k := range all {
			all[k] = k
			values[i][k] = of(j.Sample(all[k : k+1]))
		}
		// All of the samples, and the first half alone.
		for _, n := range []int{j.N, (j.N + 1) / 2} {
			if want, got := of(j.Sample(all[:n])), stat.Mean(values[i][:n], nil); !(math.Abs(got-want) <= 1e-9*math.Abs(want)) {
				return nil
			}
		}
	}
	return values
}

// over returns the mean over seeds, and the variance of the mean of a resample
// of them.
func (d Difference) over(seeds int, times []int32) (mean, variance float64, err error) {
	bySeed := make([]float64, seeds)
	for i := range bySeed {
		bySeed[i] = d(i, times)
		if math.IsNaN(bySeed[i]) || math.IsInf(bySeed[i], 0) {
			return 0, 0, fmt.Errorf("the difference of seed %d is %g on the test samples, or on a resample of them: the measure is not defined there", i, bySeed[i])
		}
	}
	mean, variance = stat.PopMeanVariance(bySeed, nil)
	return mean, variance / float64(seeds), nil
}
