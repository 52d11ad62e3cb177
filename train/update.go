package train

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/zoo"
)

// The optimisers are written here because GoMLX's SGD has neither momentum nor
// weight decay, and its Adam computes the bias correction in float32 from a
// learning rate that is a variable. These follow PyTorch's definitions; what
// changes from step to step is an input of the graph.

const (
	modelScope     = "model"
	optimizerScope = "optimizer"

	adamBeta1   = 0.9
	adamBeta2   = 0.999
	adamEpsilon = 1e-8
)

// inputs that change from step to step, in this order, float32.
const (
	inputRate = iota
	inputCorrection1
	inputCorrection2
	stepInputs
)

// stepValues returns the step inputs of a step (from 0) at that learning rate.
func stepValues(rate float64, step int64) []float32 {
	t := float64(step + 1)
	return []float32{
		inputRate:        float32(rate),
		inputCorrection1: float32(1 - math.Pow(adamBeta1, t)),
		inputCorrection2: float32(1 - math.Pow(adamBeta2, t)),
	}
}

// slots names the variables an optimiser keeps for each trainable variable.
func (o Optimizer) slots() []string {
	switch {
	case o.Name != OptimizerSGD:
		return []string{"mean", "square"}
	case o.Momentum > 0:
		return []string{"momentum"}
	default:
		return nil
	}
}

func slotPath(slot, variable string) string {
	return model.JoinPath("/", optimizerScope, slot, variable)
}

// initialize creates the optimiser's variables, all zero.
func (o Optimizer) initialize(store *model.Store, network *zoo.Network) error {
	for _, v := range trainable(store, network) {
		for _, slot := range o.slots() {
			created, err := store.CreateVariable(slotPath(slot, v.Path()), tensors.FromShape(v.Shape()))
			if err != nil {
				return fmt.Errorf("creating the optimizer's variables: %w", err)
			}
			created.SetTrainable(false)
		}
	}
	return nil
}

// update moves one parameter in the graph. inputs is the vector of stepValues.
func (o Optimizer) update(store *model.Store, v parameter, gradient, inputs *graph.Node) {
	weight := v.NodeValue(gradient)
	input := func(i int) *graph.Node {
		return graph.ConvertDType(graph.Reshape(graph.Slice(inputs, graph.AxisElem(i))), weight.DType())
	}
	slot := func(name string) *model.Variable { return store.GetVariable(slotPath(name, v.Path())) }
	rate, decay := input(inputRate), o.decayOf(v)
	if factor := o.factorOf(v); factor != 1 {
		rate = graph.MulScalar(rate, factor)
	}
	if decay > 0 && o.Name != OptimizerAdamW {
		gradient = graph.Add(gradient, graph.MulScalar(weight, decay))
	}
	if o.Name == OptimizerSGD {
		v.SetNodeValue(graph.Sub(weight, graph.Mul(rate, o.direction(slot, gradient))))
		return
	}
	if decay > 0 && o.Name == OptimizerAdamW {
		weight = graph.Sub(weight, graph.Mul(graph.MulScalar(rate, decay), weight))
	}
	mean := average(slot("mean"), gradient, adamBeta1)
	square := average(slot("square"), graph.Square(gradient), adamBeta2)
	deviation := graph.AddScalar(graph.Sqrt(graph.Div(square, input(inputCorrection2))), adamEpsilon)
	step := graph.Div(graph.Div(mean, input(inputCorrection1)), deviation)
	v.SetNodeValue(graph.Sub(weight, graph.Mul(rate, step)))
}

// direction is what SGD takes off the weights, but for the learning rate.
func (o Optimizer) direction(slot func(string) *model.Variable, gradient *graph.Node) *graph.Node {
	if o.Momentum == 0 {
		return gradient
	}
	buffer := slot("momentum")
	velocity := graph.Add(graph.MulScalar(buffer.NodeValue(gradient), o.Momentum), gradient)
	buffer.SetNodeValue(velocity)
	if o.Nesterov {
		return graph.Add(gradient, graph.MulScalar(velocity, o.Momentum))
	}
	return velocity
}

// average moves a running average towards x and returns it.
func average(running *model.Variable, x *graph.Node, keep float64) *graph.Node {
	y := graph.Add(graph.MulScalar(running.NodeValue(x), keep), graph.MulScalar(x, 1-keep))
	running.SetNodeValue(y)
	return y
}
