package train

import (
	"fmt"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// Names of the optimisers.
const (
	OptimizerSGD   = "sgd"   // with momentum
	OptimizerAdam  = "adam"  // Kingma and Ba, 2015; weight decay is added to the gradient
	OptimizerAdamW = "adamw" // Loshchilov and Hutter, 2019; weight decay is taken off the weights
)

// Optimizer says how weights follow their gradients, which are those of the
// mean loss of the batch. A recipe for the sum of a batch of n samples has its
// learning rate multiplied by n here, and its weight decay divided by n.
type Optimizer struct {
	Name         string  `toml:"name" json:"name"`
	LearningRate float64 `toml:"learning_rate" json:"learning_rate"` // 0 is the optimiser's default: 0.05 for sgd, 0.001 for the others
	Momentum     float64 `toml:"momentum,omitempty" json:"momentum,omitempty"`
	Nesterov     bool    `toml:"nesterov,omitempty" json:"nesterov,omitempty"`

	// WeightDecay is the coefficient of the L2 penalty (half of it, times the
	// squared weights) that every trainable variable has, as in the papers.
	WeightDecay float64 `toml:"weight_decay" json:"weight_decay"`

	// DecayKernelsOnly leaves biases and the scales and offsets of
	// normalisation out of the weight decay.
	DecayKernelsOnly bool `toml:"decay_kernels_only,omitempty" json:"decay_kernels_only,omitempty"`

	// NormBiasFactor multiplies the learning rate of the offsets of
	// normalisation, and divides their weight decay, so that they decay as the
	// others do. 0 is 1.
	NormBiasFactor float64 `toml:"norm_bias_factor,omitempty" json:"norm_bias_factor,omitempty"`

	// ClipNorm scales the gradients of all variables by one factor where their
	// norm, the root of the sum of all their squares, is above it (Pascanu et
	// al., 2013). 0 is never.
	ClipNorm float64 `toml:"clip_norm,omitempty" json:"clip_norm,omitempty"`

	Schedule     string  `toml:"schedule" json:"schedule"`
	Drops        []int   `toml:"drops,omitempty" json:"drops,omitempty"`                 // schedule step: after how many epochs
	DropFactor   float64 `toml:"drop_factor,omitempty" json:"drop_factor,omitempty"`     // schedule step: 0 is 0.1
	WarmupEpochs int     `toml:"warmup_epochs,omitempty" json:"warmup_epochs,omitempty"` // linear from 0 to the learning rate, before the schedule

	PeakAt      float64 `toml:"peak_at,omitempty" json:"peak_at,omitempty"`           // schedule one-cycle: share of the steps before the learning rate is reached; 0 is 0.3
	StartFactor float64 `toml:"start_factor,omitempty" json:"start_factor,omitempty"` // schedule one-cycle: of the learning rate at the first step; 0 is 1/25
	FinalFactor float64 `toml:"final_factor,omitempty" json:"final_factor,omitempty"` // schedule one-cycle: of the learning rate at the last step; 0 is StartFactor/10,000
	Anneal      string  `toml:"anneal,omitempty" json:"anneal,omitempty"`             // schedule one-cycle: cosine, or linear; "" is cosine

	Points []Point `toml:"points,omitempty" json:"points,omitempty"` // schedule linear: its corners
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
	case !(o.NormBiasFactor >= 0 && o.NormBiasFactor <= 1e3):
		return o, fmt.Errorf("norm_bias_factor = %v is not above 0 and at most 1000", o.NormBiasFactor)
	case !(o.ClipNorm >= 0 && o.ClipNorm <= 1e9):
		return o, fmt.Errorf("clip_norm = %v is not in [0, 1e9]", o.ClipNorm)
	case o.WarmupEpochs < 0 || o.WarmupEpochs >= epochs && o.WarmupEpochs > 0:
		return o, fmt.Errorf("warmup_epochs = %d is not from 0 to %d, less than the epochs of the run", o.WarmupEpochs, epochs-1)
	}
	if o.NormBiasFactor == 1 {
		o.NormBiasFactor = 0
	}
	return o.resolveSchedule(epochs)
}
