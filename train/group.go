package train

import (
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/zoo"
)

// parameter is a variable that the optimiser moves.
type parameter struct {
	*model.Variable
	role zoo.Role
}

// trainable returns the parameters of a network, in order of creation.
func trainable(store *model.Store, network *zoo.Network) []parameter {
	var all []parameter
	for i := range network.Variables {
		if v := &network.Variables[i]; v.Trainable {
			all = append(all, parameter{store.GetVariable(model.JoinPath("/", modelScope, v.Path)), v.Role})
		}
	}
	return all
}

// decayOf returns the weight decay of a parameter.
func (o Optimizer) decayOf(p parameter) float64 {
	if o.DecayKernelsOnly && p.role != zoo.Weight {
		return 0
	}
	return o.WeightDecay / o.factorOf(p)
}

// factorOf returns what the learning rate is multiplied with for a parameter.
func (o Optimizer) factorOf(p parameter) float64 {
	if o.NormBiasFactor != 0 && p.role == zoo.Offset {
		return o.NormBiasFactor
	}
	return 1
}
