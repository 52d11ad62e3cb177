package mixgraph

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/support/exceptions"
)

// ModelFunc is the signatures of model functions that Model wraps, the usual
// ones of those train.NewTrainer takes.
type ModelFunc interface {
	func(*model.Scope, *graph.Node) *graph.Node |
		func(*model.Scope, []*graph.Node) *graph.Node |
		func(*model.Scope, []*graph.Node) []*graph.Node |
		func(*model.Scope, any, []*graph.Node) *graph.Node |
		func(*model.Scope, any, []*graph.Node) []*graph.Node |
		train.ModelFn
}

// Model wraps a model function for batches of a Dataset: fn sees the mixed
// inputs and the source's own spec. All inputs of the source are mixed, and
// must be floating-point tensors with a batch axis. Batches of any other data
// set, as in an evaluation, go to fn as they are.
//
// It belongs with Loss or ClassLoss: a training step whose loss is not wrapped
// panics, since it would learn the unmixed targets.
func Model[F ModelFunc](fn F) train.ModelFn {
	inner := modelFn(fn)
	return func(scope *model.Scope, spec any, inputs []*graph.Node) []*graph.Node {
		s, ok := spec.(Spec)
		if !ok {
			return inner(scope, spec, inputs)
		}
		n := s.split(inputs)
		g := n.partner.Graph()
		model.SetGraphParam(g, planKey, n)
		model.SetGraphParam(g, stepCheckKey, train.ModelGraphFn(checkLossWrapped))
		if s.Depth > 0 {
			outputs := inner(scope, s.Source, n.inputs)
			checkMixed(g)
			return outputs
		}
		mixed := make([]*graph.Node, s.Inputs)
		for i, x := range n.inputs {
			if n.region != nil {
				mixed[i] = InputsWithin(x, n.otherInputs[i], n.partner, n.input, n.region)
				continue
			}
			mixed[i] = Inputs(x, n.otherInputs[i], n.partner, n.input)
		}
		return inner(scope, s.Source, mixed)
	}
}

// checkLossWrapped runs at the end of building a training step.
func checkLossWrapped(_ *model.Scope, g *graph.Graph) {
	if _, ok := model.GetGraphParam(g, lossKey); !ok {
		exceptions.Panicf("mixgraph: the inputs of this step are mixed and its targets are not: wrap the loss with mixgraph.Loss or mixgraph.ClassLoss")
	}
}

func modelFn[F ModelFunc](fn F) train.ModelFn {
	switch f := any(fn).(type) {
	case train.ModelFn:
		return f
	case func(*model.Scope, *graph.Node) *graph.Node:
		return func(scope *model.Scope, _ any, inputs []*graph.Node) []*graph.Node {
			return []*graph.Node{f(scope, inputs[0])}
		}
	case func(*model.Scope, []*graph.Node) *graph.Node:
		return func(scope *model.Scope, _ any, inputs []*graph.Node) []*graph.Node {
			return []*graph.Node{f(scope, inputs)}
		}
	case func(*model.Scope, []*graph.Node) []*graph.Node:
		return func(scope *model.Scope, _ any, inputs []*graph.Node) []*graph.Node { return f(scope, inputs) }
	case func(*model.Scope, any, []*graph.Node) *graph.Node:
		return func(scope *model.Scope, spec any, inputs []*graph.Node) []*graph.Node {
			return []*graph.Node{f(scope, spec, inputs)}
		}
	case func(*model.Scope, any, []*graph.Node) []*graph.Node:
		return f
	default:
		panic("unreachable")
	}
}
