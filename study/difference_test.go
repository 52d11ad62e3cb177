package study

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/vicinal-ml/vicinal/task"
)

// A measure that is a mean is taken for one, and any other is measured anew on
// every resample: both are what the measure says of a sample drawn like it.
func TestMeasureDifference(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	judged := func() (all []*task.Judged) {
		for range 3 {
			j := &task.Judged{N: 40, Width: 2}
			for range j.N {
				j.Values = append(j.Values, random.Float32(), float32(random.IntN(2)))
			}
			all = append(all, j)
		}
		return all
	}
	base, other := judged(), judged()
	mean := func(column int) func(*task.Judged) float64 {
		return func(j *task.Judged) float64 {
			sum := 0.0
			for i := range j.N {
				sum += float64(j.Row(i)[column])
			}
			return 100 * sum / float64(j.N)
		}
	}
	root := func(j *task.Judged) float64 { return math.Sqrt(mean(0)(j)) }
	for _, c := range []struct {
		name   string
		of     func(*task.Judged) float64
		isMean bool
	}{{"mean", mean(0), true}, {"share", mean(1), true}, {"root", root, false}} {
		if got := each(c.of, base) != nil; got != c.isMean {
			t.Errorf("%s: taken for a mean: %t", c.name, got)
		}
		d := MeasureDifference(c.of, base, other)
		for range 20 {
			times, sample := make([]int32, 40), []int(nil)
			for range times {
				j := random.IntN(40)
				times[j]++
				sample = append(sample, j)
			}
			for seed := range base {
				if want, got := c.of(other[seed].Sample(sample))-c.of(base[seed].Sample(sample)), d(seed, times); !near(got, want, 1e-9) {
					t.Errorf("%s: %v, want %v", c.name, got, want)
				}
			}
		}
	}
}
