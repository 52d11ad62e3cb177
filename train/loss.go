package train

import "github.com/gomlx/gomlx/core/graph"

// crossEntropy returns the loss of each sample, [N]: minus the sum over the
// classes of target times log-softmax of logit. Both are [N classes]; the rows
// of targets sum to 1. The largest logit is taken off first, so that no
// exponential overflows.
func crossEntropy(logits, targets *graph.Node) *graph.Node {
	largest := graph.StopGradient(graph.ReduceAndKeep(logits, graph.ReduceMax, -1))
	shifted := graph.Sub(logits, largest)
	logSum := graph.Log(graph.ReduceAndKeep(graph.Exp(shifted), graph.ReduceSum, -1))
	return graph.Neg(graph.ReduceSum(graph.Mul(targets, graph.Sub(shifted, logSum)), -1))
}

// hits returns for each sample, [N], the target of the class with the largest
// logit: 1 or 0 for a plain sample, the share of the class for a mixed one.
func hits(logits, targets *graph.Node) *graph.Node {
	classes := logits.Shape().Dimensions[1]
	predicted := graph.OneHot(graph.ArgMax(logits, -1), classes, logits.DType())
	return graph.ReduceSum(graph.Mul(predicted, targets), -1)
}
