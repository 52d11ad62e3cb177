package task

import "github.com/gomlx/gomlx/core/graph"

// crossEntropy returns the loss of each row, [...]: minus the sum over the
// classes of target times log-softmax of logit. Both are [... classes]. The
// largest logit is taken off first, so that no exponential overflows.
func crossEntropy(logits, targets *graph.Node) *graph.Node {
	largest := graph.StopGradient(graph.ReduceAndKeep(logits, graph.ReduceMax, -1))
	shifted := graph.Sub(logits, largest)
	logSum := graph.Log(graph.ReduceAndKeep(graph.Exp(shifted), graph.ReduceSum, -1))
	return graph.Neg(graph.ReduceSum(graph.Mul(targets, graph.Sub(shifted, logSum)), -1))
}

// smooth takes the share e in [0, 1) of every target, [... classes], and spreads
// it over all classes alike (Szegedy et al., "Rethinking the Inception
// Architecture", 2016, section 7). A mixed target is smoothed after it is
// mixed, which is the same as mixing smoothed targets.
func smooth(targets *graph.Node, e float64) *graph.Node {
	if e == 0 {
		return targets
	}
	dims := targets.Shape().Dimensions
	return graph.AddScalar(graph.MulScalar(targets, 1-e), e/float64(dims[len(dims)-1]))
}

// weighted returns the mean loss of a batch, logits and targets being [N
// classes], the targets not yet smoothed: sum_ic -w_c q'_ic log p_ic over
// sum_ic w_c q_ic, where q' is q after smoothing and weights nil are all 1. For
// plain labels it is PyTorch's CrossEntropyLoss(weight=w, label_smoothing=e).
func weighted(logits, targets *graph.Node, smoothing float64, weights []float64) *graph.Node {
	smoothed := smooth(targets, smoothing)
	if weights == nil {
		return graph.ReduceAllMean(crossEntropy(logits, smoothed))
	}
	w := graph.Reshape(graph.ConstAsDType(logits.Graph(), logits.DType(), weights), 1, len(weights))
	return graph.Div(
		graph.ReduceAllSum(crossEntropy(logits, graph.Mul(smoothed, w))),
		graph.ReduceAllSum(graph.Mul(targets, w)))
}
