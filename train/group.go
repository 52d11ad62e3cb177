package train

import (
	"path"

	"github.com/gomlx/gomlx/ml/model"
)

// What the last part of a variable's path says it is. All others are kernels.
const (
	nameBias   = "bias"   // of a dense layer or convolution
	nameScale  = "scale"  // of a normalisation
	nameOffset = "offset" // of a normalisation
)

// decayOf returns the weight decay of a variable.
func (o Optimizer) decayOf(v *model.Variable) float64 {
	name := path.Base(v.Path())
	if o.DecayKernelsOnly && (name == nameBias || name == nameScale || name == nameOffset) {
		return 0
	}
	return o.WeightDecay / o.factorOf(v)
}

// factorOf returns what the learning rate is multiplied with for a variable.
func (o Optimizer) factorOf(v *model.Variable) float64 {
	if o.NormBiasFactor != 0 && path.Base(v.Path()) == nameOffset {
		return o.NormBiasFactor
	}
	return 1
}
