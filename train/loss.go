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

// smooth takes the share e in [0, 1) of every target, [N classes], and spreads
// it over all classes alike (Szegedy et al., "Rethinking the Inception
// Architecture", 2016, section 7). A mixed target is smoothed after it is
// mixed, which is the same as mixing smoothed targets.
func smooth(targets *graph.Node, e float64) *graph.Node {
	if e == 0 {
		return targets
	}
	classes := targets.Shape().Dimensions[1]
	return graph.AddScalar(graph.MulScalar(targets, 1-e), e/float64(classes))
}

// hits returns for each sample, [N], the target of the class with the largest
// logit: 1 or 0 for a plain sample, the share of the class for a mixed one.
func hits(logits, targets *graph.Node) *graph.Node {
	classes := logits.Shape().Dimensions[1]
	predicted := graph.OneHot(graph.ArgMax(logits, -1), classes, logits.DType())
	return graph.ReduceSum(graph.Mul(predicted, targets), -1)
}
