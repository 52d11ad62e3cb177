package train

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/mix/mixgraph"
	"github.com/vicinal-ml/vicinal/zoo"
)

// stepper is the compiled training step. All methods share its one graph: the
// plan is an input. A batch of another size is compiled once more.
type stepper struct {
	exec      *model.Exec
	network   *zoo.Network
	optimizer Optimizer
	smoothing float64 // of labels
	second    bool
	own       feed // of the batch
	other     feed // of the second batch
}

func newStepper(backend compute.Backend, store *model.Store, network *zoo.Network, spec Spec, second bool) (*stepper, error) {
	s := &stepper{network: network, optimizer: spec.Optimizer, smoothing: spec.LabelSmoothing, second: second}
	s.own = feed{backend: backend, shape: network.Shape}
	s.other = s.own
	exec, err := model.NewExec(backend, store, s.graph)
	s.exec = exec
	return s, err
}

// graph takes inputs [N ...], labels [N], partners [N], input weights [N],
// target weights [N], the step values, inputs and labels of the second batch
// if there is one, and the states of the dropout layers if there are any. It
// returns the mean loss and the mean of the hits.
func (s *stepper) graph(scope *model.Scope, inputs []*graph.Node) []*graph.Node {
	x, labels, partner, input, target, values := inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5]
	otherX, otherLabels := x, labels
	if s.second {
		otherX, otherLabels = inputs[6], inputs[7]
	}
	scope.SetTraining(x.Graph(), true)
	if len(s.network.Dropouts) > 0 {
		s.network.SetDropoutStates(inputs[len(inputs)-1])
	}
	mixed := mixgraph.Inputs(x, otherX, partner, input)
	targets := mixgraph.ClassTargets(labels, otherLabels, s.network.Classes, x.DType(), partner, target)
	logits := s.network.Logits(scope.At(modelScope), mixed)
	loss := graph.ReduceAllMean(crossEntropy(logits, smooth(targets, s.smoothing)))

	variables := trainable(scope.Store())
	nodes := make([]*graph.Node, len(variables))
	for i, v := range variables {
		nodes[i] = v.NodeValue(x)
	}
	for i, gradient := range s.optimizer.clip(graph.Gradient(loss, nodes...)) {
		s.optimizer.update(scope.Store(), variables[i], gradient, values)
	}
	return []*graph.Node{loss, graph.ReduceAllMean(hits(logits, targets))}
}

// run takes one step. other is the second batch, nil if the method has none;
// states are those of the network's dropout layers at this step. It returns
// the mean loss and the mean of the hits of the batch, before the weights
// moved.
func (s *stepper) run(batch, other *data.Batch, plan *mix.Plan, values []float32, states *tensors.Tensor) (loss, hit float64, err error) {
	partner, input, target := mixgraph.Tensors(plan)
	x, err := s.own.samples(batch)
	if err != nil {
		return 0, 0, err
	}
	args := []any{x, tensors.FromFlatDataAndDimensions(batch.Labels, batch.N), partner, input, target,
		tensors.FromFlatDataAndDimensions(values, stepInputs)}
	if s.second {
		// A plan that leaves its batch alone has its partners in it.
		if !plan.Second {
			other = batch
		} else if x, err = s.other.samples(other); err != nil {
			return 0, 0, err
		}
		args = append(args, x, tensors.FromFlatDataAndDimensions(other.Labels, other.N))
	}
	if len(s.network.Dropouts) > 0 {
		args = append(args, states)
	}
	outputs, err := s.exec.Call(args...)
	if err != nil {
		return 0, 0, fmt.Errorf("computing the step: %w", err)
	}
	return float64(tensors.ToScalar[float32](outputs[0])), float64(tensors.ToScalar[float32](outputs[1])), nil
}

// close frees the graph and the batches.
func (s *stepper) close() {
	s.exec.Finalize()
	s.own.close()
	s.other.close()
}
