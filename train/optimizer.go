package train

import (
	"fmt"
	"math"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// Names of the optimisers and learning-rate schedules.
const (
	OptimizerSGD   = "sgd"   // with momentum
	OptimizerAdam  = "adam"  // Kingma and Ba, 2015; weight decay is added to the gradient
	OptimizerAdamW = "adamw" // Loshchilov and Hutter, 2019; weight decay is taken off the weights

	ScheduleConstant = "constant"
	ScheduleStep     = "step"   // times DropFactor after each epoch of Drops
	ScheduleCosine   = "cosine" // half a cosine from the learning rate down to 0
)

// Optimizer says how weights follow their gradients.
type Optimizer struct {
	Name         string  `toml:"name" json:"name"`
	LearningRate float64 `toml:"learning_rate" json:"learning_rate"` // 0 is the optimiser's default: 0.05 for sgd, 0.001 for the others
	Momentum     float64 `toml:"momentum,omitempty" json:"momentum,omitempty"`
	Nesterov     bool    `toml:"nesterov,omitempty" json:"nesterov,omitempty"`

	// WeightDecay is the coefficient of the L2 penalty (half of it, times the
	// squared weights) that every trainable variable has, as in the papers.
	WeightDecay float64 `toml:"weight_decay" json:"weight_decay"`

	Schedule     string  `toml:"schedule" json:"schedule"`
	Drops        []int   `toml:"drops,omitempty" json:"drops,omitempty"`                 // schedule step: after how many epochs
	DropFactor   float64 `toml:"drop_factor,omitempty" json:"drop_factor,omitempty"`     // schedule step: 0 is 0.1
	WarmupEpochs int     `toml:"warmup_epochs,omitempty" json:"warmup_epochs,omitempty"` // linear from 0 to the learning rate, before the schedule
}

const defaultMomentum = 0.9

// resolve fills in the defaults and checks every setting.
func (o Optimizer) resolve(epochs int) (Optimizer, error) {
	names := []string{OptimizerSGD, OptimizerAdam, OptimizerAdamW}
	if !slices.Contains(names, o.Name) {
		return o, fmt.Errorf("unknown optimizer %q%s; known are sgd, adam, adamw", o.Name, nearest.Hint(o.Name, names))
	}
	if o.LearningRate == 0 {
		o.LearningRate = 1e-3
		if o.Name == OptimizerSGD {
			o.LearningRate = 0.05
		}
	}
	if o.Name != OptimizerSGD {
		if o.Nesterov || (o.Momentum != 0 && o.Momentum != defaultMomentum) {
			return o, fmt.Errorf("momentum = %v, nesterov = %t: these are settings of sgd, not of %s", o.Momentum, o.Nesterov, o.Name)
		}
		o.Momentum = 0
	}
	switch {
	case !(o.LearningRate > 0 && o.LearningRate <= 1e3):
		return o, fmt.Errorf("learning_rate = %v is not above 0 and at most 1000", o.LearningRate)
	case !(o.Momentum >= 0 && o.Momentum < 1):
		return o, fmt.Errorf("momentum = %v is not in [0, 1)", o.Momentum)
	case o.Nesterov && o.Momentum == 0:
		return o, fmt.Errorf("nesterov needs a momentum above 0")
	case !(o.WeightDecay >= 0 && o.WeightDecay <= 1):
		return o, fmt.Errorf("weight_decay = %v is not in [0, 1]", o.WeightDecay)
	case o.WarmupEpochs < 0 || o.WarmupEpochs >= epochs && o.WarmupEpochs > 0:
		return o, fmt.Errorf("warmup_epochs = %d is not from 0 to %d, less than the epochs of the run", o.WarmupEpochs, epochs-1)
	}
	return o.resolveSchedule(epochs)
}

func (o Optimizer) resolveSchedule(epochs int) (Optimizer, error) {
	names := []string{ScheduleConstant, ScheduleStep, ScheduleCosine}
	if o.Schedule == "" {
		o.Schedule = ScheduleConstant
	}
	if !slices.Contains(names, o.Schedule) {
		return o, fmt.Errorf("unknown learning-rate schedule %q%s; known are constant, step, cosine", o.Schedule, nearest.Hint(o.Schedule, names))
	}
	if o.Schedule != ScheduleStep {
		if len(o.Drops) > 0 || o.DropFactor != 0 {
			return o, fmt.Errorf("drops and drop_factor are settings of schedule step, not of %s", o.Schedule)
		}
		return o, nil
	}
	if o.DropFactor == 0 {
		o.DropFactor = 0.1
	}
	if !(o.DropFactor > 0 && o.DropFactor < 1) {
		return o, fmt.Errorf("drop_factor = %v is not between 0 and 1", o.DropFactor)
	}
	if len(o.Drops) == 0 {
		return o, fmt.Errorf("schedule step needs drops: the epochs after which the learning rate falls")
	}
	for i, d := range o.Drops {
		if d < 1 || d >= epochs || i > 0 && d <= o.Drops[i-1] {
			return o, fmt.Errorf("drops = %v are not rising epochs from 1 to %d", o.Drops, epochs-1)
		}
	}
	return o, nil
}

// Rate returns the learning rate of a step (from 0, over the whole run) in a
// run of epochs of stepsPerEpoch steps. During the warm-up, step s of w has
// (s+1)/w of the learning rate; the cosine runs over the steps after it.
func (o Optimizer) Rate(step int64, stepsPerEpoch, epochs int) float64 {
	warmup := int64(o.WarmupEpochs) * int64(stepsPerEpoch)
	if step < warmup {
		return o.LearningRate * float64(step+1) / float64(warmup)
	}
	switch o.Schedule {
	case ScheduleStep:
		epoch := int(step / int64(stepsPerEpoch))
		rate := o.LearningRate
		for _, d := range o.Drops {
			if epoch >= d {
				rate *= o.DropFactor
			}
		}
		return rate
	case ScheduleCosine:
		total := int64(epochs) * int64(stepsPerEpoch)
		return o.LearningRate * (1 + math.Cos(math.Pi*float64(step-warmup)/float64(total-warmup))) / 2
	default:
		return o.LearningRate
	}
}
