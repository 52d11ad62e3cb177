package report

import (
	"testing"

	"github.com/vicinal-ml/vicinal/train"
)

func TestOptimizerInWords(t *testing.T) {
	for want, o := range map[string]train.Optimizer{
		"sgd, learning rate 0.1 (times 0.1 after epochs 3, 5), momentum 0.9 (Nesterov), weight decay 0.0001": {
			Name: "sgd", LearningRate: 0.1, Momentum: 0.9, Nesterov: true, WeightDecay: 1e-4, Schedule: train.ScheduleStep, Drops: []int{3, 5}, DropFactor: 0.1},
		"sgd, learning rate 2 (one-cycle, linear: times 0.2 at the start, reached after 23 %, times 0.07 at the end), weight decay 0.001 of kernels only": {
			Name: "sgd", LearningRate: 2, WeightDecay: 1e-3, DecayKernelsOnly: true, Schedule: train.ScheduleOneCycle, PeakAt: 0.23, StartFactor: 0.2, FinalFactor: 0.07, Anneal: "linear"},
		"adam, learning rate 0.001 (linear: times 0.2 at 0 %, times 1 at 100 %), weight decay 0, offsets of normalisation 64 times as fast, gradients clipped to a norm of 2": {
			Name: "adam", LearningRate: 1e-3, Schedule: train.ScheduleLinear, Points: []train.Point{{0, 0.2}, {1, 1}}, NormBiasFactor: 64, ClipNorm: 2},
		"adamw, learning rate 0.001 (cosine), 2 epochs of warm-up, weight decay 0.01": {
			Name: "adamw", LearningRate: 1e-3, WeightDecay: 0.01, Schedule: train.ScheduleCosine, WarmupEpochs: 2},
	} {
		if got := optimizer(o); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAverageInWords(t *testing.T) {
	for want, a := range map[string]train.Average{
		"of the weights, decay 0.999, moved every step; what is evaluated": {Decay: 0.999, Every: 1},
		"of the weights, decay 0.77, moved every 5 steps, the decay rising with the power 3 of the run; training goes on from it (lookahead)": {
			Decay: 0.77, Every: 5, Ramp: 3, Lookahead: true},
	} {
		if got := average(a); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFrozenInWords(t *testing.T) {
	want := "whiten/bias after 3 epochs, stage1 after 1 epoch"
	if got := frozen([]train.Freeze{{Parameters: "whiten/bias", After: 3}, {Parameters: "stage1", After: 1}}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
