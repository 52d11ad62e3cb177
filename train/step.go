package train

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/mix/mixgraph"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/zoo"
)

// stepper is the compiled training step. All methods that mix inputs share its
// one graph: the plan is an input. A batch of another size is compiled once
// more, and so is each depth of the network that a method mixes at.
type stepper struct {
	execs     []*model.Exec // of each depth of the plan; nil for one that did not come up
	newExec   func(depth int) (*model.Exec, error)
	network   *zoo.Network
	task      task.Task
	optimizer Optimizer
	freeze    freezing
	second    bool
	region    bool // mixes within regions
	own       batchFeed
	other     batchFeed // of the second batch
	partner   feed[int32]
	input     feed[float32]
	target    feed[float32]
	regions   feed[float32]
	values    feed[float32]
	boxes     []float32 // memory of regions
}

func newStepper(backend compute.Backend, store *model.Store, network *zoo.Network, t task.Task, info *data.Info, spec Spec, method mix.Method) (*stepper, error) {
	s := &stepper{network: network, task: t, optimizer: spec.Optimizer, freeze: spec.Freeze, second: mix.UsesSecond(method), region: mix.UsesRegion(method)}
	s.own, s.other = newBatchFeed(backend, info), newBatchFeed(backend, info)
	s.partner.backend, s.input.backend, s.target.backend, s.values.backend = backend, backend, backend, backend
	s.regions = feed[float32]{backend: backend, shape: []int{4}}
	s.execs = make([]*model.Exec, 1+len(network.Blocks))
	s.newExec = func(depth int) (*model.Exec, error) {
		return model.NewExec(backend, store, func(scope *model.Scope, inputs []*graph.Node) []*graph.Node {
			return s.graph(scope, inputs, depth)
		})
	}
	return s, nil
}

// exec returns the compiled step of a plan of that depth.
func (s *stepper) exec(depth int) (*model.Exec, error) {
	if depth >= len(s.execs) {
		return nil, fmt.Errorf("the plan mixes after block %d, and %s has %d", depth, s.network.Spec, len(s.network.Blocks))
	}
	if s.execs[depth] == nil {
		var err error
		if s.execs[depth], err = s.newExec(depth); err != nil {
			return nil, err
		}
	}
	return s.execs[depth], nil
}

// outputs computes the network on a batch that is mixed at a depth.
func (s *stepper) outputs(scope *model.Scope, x *graph.Node, depth int, mixed func(h *graph.Node) *graph.Node) *graph.Node {
	if depth == 0 {
		return s.network.Logits(scope, mixed(x))
	}
	return s.network.LogitsAfter(scope, x, func(block int, h *graph.Node) *graph.Node {
		if block != depth {
			return h
		}
		return mixed(h)
	})
}

// graph takes inputs [N ...], what they are labelled with [N ...], partners [N],
// input weights [N], target weights [N], the step values, inputs and labels of
// the second batch if there is one, the regions [N 4] if the method has any,
// and the states of the dropout layers if there are any. It returns the loss,
// and the accuracy where the task knows one. depth is where inputs mix.
func (s *stepper) graph(scope *model.Scope, inputs []*graph.Node, depth int) []*graph.Node {
	x, given, partner, input, target, values := inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5]
	rest := inputs[6:]
	otherX, otherGiven := x, given
	if s.second {
		otherX, otherGiven, rest = rest[0], rest[1], rest[2:]
	}
	scope.SetTraining(x.Graph(), true)
	if len(s.network.Dropouts) > 0 {
		s.network.SetDropoutStates(inputs[len(inputs)-1])
	}
	mixed := func(h *graph.Node) *graph.Node {
		switch {
		case depth > 0:
			return mixgraph.Inputs(h, h, partner, input)
		case s.region:
			return mixgraph.InputsWithin(h, otherX, partner, input, rest[0])
		default:
			return mixgraph.Inputs(h, otherX, partner, input)
		}
	}
	rows := s.task.Rows(given, x.DType())
	otherRows := rows
	if s.second {
		otherRows = s.task.Rows(otherGiven, x.DType())
	}
	var targets *graph.Node
	if _, pixelwise := s.task.(task.Pixelwise); pixelwise && s.region {
		targets = pixelTargets(rows, otherRows, partner, input, target, rest[0])
	} else {
		targets = mixgraph.Targets(rows, otherRows, partner, target)
	}
	outputs := s.outputs(scope.At(modelScope), x, depth, mixed)
	loss := s.task.Loss(outputs, targets)
	told := []*graph.Node{loss}
	if accuracy := s.task.Accuracy(outputs, targets); accuracy != nil {
		told = append(told, accuracy)
	}

	variables := trainable(scope.Store(), s.network)
	nodes := make([]*graph.Node, len(variables))
	for i, v := range variables {
		nodes[i] = v.NodeValue(x)
	}
	gradients := graph.Gradient(loss, nodes...)
	trained := make([]*graph.Node, len(variables)) // nil for those that always are
	for i, v := range variables {
		if trained[i] = s.freeze.trained(v, values); trained[i] != nil {
			gradients[i] = graph.Where(trained[i], gradients[i], graph.ZerosLike(gradients[i]))
		}
	}
	for i, gradient := range s.optimizer.clip(gradients) {
		s.update(scope.Store(), variables[i], nodes[i], gradient, values, trained[i])
	}
	return told
}

// update moves one variable in the graph, whose value is before, and what the
// optimiser keeps for it, where it is trained.
func (s *stepper) update(store *model.Store, v parameter, before, gradient, values, trained *graph.Node) {
	if trained == nil {
		s.optimizer.update(store, v, gradient, values)
		return
	}
	slots := s.optimizer.slots()
	kept := make([]*graph.Node, len(slots))
	for i, slot := range slots {
		kept[i] = store.GetVariable(slotPath(slot, v.Path())).NodeValue(before)
	}
	s.optimizer.update(store, v, gradient, values)
	hold(trained, v.Variable, before)
	for i, slot := range slots {
		hold(trained, store.GetVariable(slotPath(slot, v.Path())), kept[i])
	}
}

// run takes one step. other is the second batch, nil if the method has none;
// states are those of the network's dropout layers at this step. It returns
// the loss and the accuracy of the batch, before the weights moved; NaN where
// the task knows none.
func (s *stepper) run(batch, other *data.Batch, plan *mix.Plan, values []float32, states *tensors.Tensor) (loss, accuracy float64, err error) {
	x, given, err := s.own.fill(batch)
	if err != nil {
		return 0, 0, err
	}
	partner, err := s.partner.fill(plan.N, plan.Partner)
	if err != nil {
		return 0, 0, err
	}
	input, err := s.input.fill(plan.N, plan.Input)
	if err != nil {
		return 0, 0, err
	}
	target, err := s.target.fill(plan.N, plan.Target)
	if err != nil {
		return 0, 0, err
	}
	v, err := s.values.fill(len(values), values)
	if err != nil {
		return 0, 0, err
	}
	args := []any{x, given, partner, input, target, v}
	if s.second {
		// A plan that leaves its batch alone has its partners in it.
		if plan.Second {
			if x, given, err = s.other.fill(other); err != nil {
				return 0, 0, err
			}
		}
		args = append(args, x, given)
	}
	if s.region {
		s.boxes = mixgraph.Regions(s.boxes[:0], plan)
		regions, err := s.regions.fill(plan.N, s.boxes)
		if err != nil {
			return 0, 0, err
		}
		args = append(args, regions)
	}
	if len(s.network.Dropouts) > 0 {
		args = append(args, states)
	}
	exec, err := s.exec(plan.Depth)
	if err != nil {
		return 0, 0, err
	}
	outputs, err := exec.Call(args...)
	if err != nil {
		return 0, 0, fmt.Errorf("computing the step: %w", err)
	}
	accuracy = math.NaN()
	if len(outputs) > 1 {
		accuracy = float64(tensors.ToScalar[float32](outputs[1]))
	}
	return float64(tensors.ToScalar[float32](outputs[0])), accuracy, nil
}

// close frees the graph and the batches.
func (s *stepper) close() {
	for _, exec := range s.execs {
		if exec != nil {
			exec.Finalize()
		}
	}
	s.own.close()
	s.other.close()
	s.partner.close()
	s.input.close()
	s.target.close()
	s.values.close()
	s.regions.close()
}
