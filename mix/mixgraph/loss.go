package mixgraph

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Loss wraps a loss of dense targets or regression values for batches that
// Model mixed: fn sees the first label mixed by the plan; further labels
// (GoMLX's weights and masks of samples) go to it as they are. For any other
// batch it is fn itself.
func Loss(fn train.LossFn) train.LossFn {
	return func(labels, predictions []*graph.Node) *graph.Node {
		n, ok := takePlan(labels, predictions)
		if !ok {
			return fn(labels, predictions)
		}
		return fn(withFirst(labels, Targets(labels[0], n.otherLabel(labels[0]), n.partner, n.target)), predictions)
	}
}

// ClassLoss wraps a loss of dense class probabilities, such as GoMLX's
// loss.CategoricalCrossEntropyLogits, for data sets whose first label is a
// class index, [N] or [N, 1]: fn sees dense rows [N, classes] in the type of
// the first prediction, mixed by the plan for batches that Model mixed and
// one-hot for any other. Further labels go to it as they are.
func ClassLoss(fn train.LossFn, classes int) train.LossFn {
	return func(labels, predictions []*graph.Node) *graph.Node {
		dtype := predictions[0].DType()
		n, ok := takePlan(labels, predictions)
		if !ok {
			return fn(withFirst(labels, oneHot(labels[0], classes, dtype)), predictions)
		}
		return fn(withFirst(labels, ClassTargets(labels[0], n.otherLabel(labels[0]), classes, dtype, n.partner, n.target)), predictions)
	}
}

// takePlan returns the plan of the graph and notes that its loss is wrapped.
func takePlan(labels, predictions []*graph.Node) (nodes, bool) {
	if len(labels) == 0 || len(predictions) == 0 {
		exceptions.Panicf("mixgraph: the loss got %d labels and %d predictions, it needs one of each at least", len(labels), len(predictions))
	}
	g := labels[0].Graph()
	model.SetGraphParam(g, lossKey, true)
	return planOf(g)
}

// otherLabel returns where the partners' first label comes from.
func (n nodes) otherLabel(own *graph.Node) *graph.Node {
	if n.otherLabels == nil {
		return own
	}
	return n.otherLabels[0]
}

func withFirst(labels []*graph.Node, first *graph.Node) []*graph.Node {
	return append([]*graph.Node{first}, labels[1:]...)
}
