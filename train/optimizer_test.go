package train

import (
	"math"
	"testing"
)

func TestRate(t *testing.T) {
	const perEpoch, epochs = 4, 10
	step := Optimizer{LearningRate: 2, Schedule: ScheduleStep, Drops: []int{3, 7}, DropFactor: 0.1, WarmupEpochs: 1}
	cosine := Optimizer{LearningRate: 2, Schedule: ScheduleCosine, WarmupEpochs: 2}
	line := Optimizer{LearningRate: 2, Schedule: ScheduleLinear, Points: []Point{{0, 0.2}, {0.25, 1}, {1, 0}}}
	tests := []struct {
		optimizer Optimizer
		step      int64
		want      float64
	}{
		{Optimizer{LearningRate: 2, Schedule: ScheduleConstant}, 39, 2},
		{step, 0, 0.5}, {step, 2, 1.5}, {step, 3, 2}, {step, 4, 2}, {step, 11, 2},
		{step, 12, 0.2}, {step, 27, 0.2}, {step, 28, 0.02}, {step, 39, 0.02},
		{cosine, 0, 0.25}, {cosine, 7, 2}, {cosine, 8, 2},
		{cosine, 24, 1}, // half of the 32 steps after the warm-up
		{cosine, 16, 1 + math.Sqrt2/2}, {cosine, 32, 1 - math.Sqrt2/2},
		{Optimizer{LearningRate: 2, Schedule: ScheduleCosine}, 0, 2},
		{Optimizer{LearningRate: 2, Schedule: ScheduleCosine}, 20, 1},
		{line, 0, 0.4}, {line, 5, 1.2}, {line, 10, 2}, {line, 25, 1}, {line, 39, 1. / 15},
	}
	for _, test := range tests {
		if got := test.optimizer.Rate(test.step, perEpoch, epochs); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%+v, step %d: %v, want %v", test.optimizer, test.step, got, test.want)
		}
	}
	// The last step of a cosine still learns.
	if last := cosine.Rate(39, perEpoch, epochs); !(last > 0 && last < 0.02) {
		t.Errorf("last step of the cosine: %v", last)
	}
}
