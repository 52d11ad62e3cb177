package zoo

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// normEpsilon is PyTorch's default.
const normEpsilon = 1e-5

// norm is a kind of batch normalisation.
type norm struct {
	scaled  bool    // with a trainable scale beside the offset
	share   float64 // of the batch in the running statistics
	epsilon float64 // added to variances
}

// usualNorm is PyTorch's default.
var usualNorm = norm{scaled: true, share: 0.1, epsilon: normEpsilon}

// batchNorm is batch normalisation (Ioffe and Szegedy, 2015, algorithm 1 and
// 2) over all axes but the last. Training normalises with the mean and the
// biased variance of the batch and moves the running statistics a share of the
// way to its mean and unbiased variance, as PyTorch and Chainer do; inference
// normalises with the running statistics.
type batchNorm struct {
	scale                  *model.Variable // nil for ones
	offset, mean, variance *model.Variable
	share, epsilon         float64
}

func (b batchNorm) apply(x *graph.Node, training bool) *graph.Node {
	useOps := hasBatchNormOps(x.Graph().Backend())
	if !training {
		if useOps {
			return graph.InternalBatchNormForInference(x, b.scaleOf(x), b.offset.NodeValue(x),
				b.mean.NodeValue(x), b.variance.NodeValue(x), float32(b.epsilon), -1)
		}
		return b.normalize(graph.Sub(x, alongLast(b.mean.NodeValue(x), x)), alongLast(b.variance.NodeValue(x), x))
	}
	var y, mean, variance *graph.Node
	if useOps {
		y, mean, variance = graph.InternalBatchNormForTraining(x, b.scaleOf(x), b.offset.NodeValue(x), float32(b.epsilon), -1)
	} else {
		axes := allButLast(x)
		mean = graph.ReduceMean(x, axes...)
		centred := graph.Sub(x, alongLast(mean, x))
		variance = graph.ReduceMean(graph.Square(centred), axes...)
		y = b.normalize(centred, alongLast(variance, x))
	}
	follow(b.mean, mean, b.share)
	follow(b.variance, unbiased(variance, x), b.share)
	return y
}

func (b batchNorm) scaleOf(x *graph.Node) *graph.Node {
	if b.scale == nil {
		return graph.Ones(x.Graph(), shapes.Make(x.DType(), x.Shape().Dim(-1)))
	}
	return b.scale.NodeValue(x)
}

// normalize divides by Sqrt, for GoMLX has no gradient of Rsqrt.
func (b batchNorm) normalize(centred, variance *graph.Node) *graph.Node {
	deviation := graph.Sqrt(graph.AddScalar(variance, b.epsilon))
	scale := graph.Div(alongLast(b.scaleOf(centred), centred), deviation)
	return graph.Add(graph.Mul(centred, scale), alongLast(b.offset.NodeValue(centred), centred))
}

// unbiased returns the unbiased estimate for a biased variance over all axes of
// x but the last. That of a single value stays 0.
func unbiased(variance, x *graph.Node) *graph.Node {
	n := x.Shape().Size() / variance.Shape().Size()
	return graph.MulScalar(variance, float64(n)/float64(max(n-1, 1)))
}

// follow moves a running statistic towards that of the batch.
func follow(running *model.Variable, batch *graph.Node, share float64) {
	old := graph.MulScalar(running.NodeValue(batch), 1-share)
	running.SetNodeValue(graph.Add(old, graph.MulScalar(graph.StopGradient(batch), share)))
}

func hasBatchNormOps(b compute.Backend) bool {
	ops := b.Capabilities().Operations
	return ops[compute.OpTypeBatchNormForTraining] && ops[compute.OpTypeBatchNormForInference] && ops[compute.OpTypeBatchNormGradient]
}

// alongLast reshapes the vector v to broadcast along the last axis of x.
func alongLast(v, x *graph.Node) *graph.Node {
	dims := make([]int, x.Rank())
	for i := range dims {
		dims[i] = 1
	}
	dims[len(dims)-1] = v.Shape().Dimensions[0]
	return graph.Reshape(v, dims...)
}

func allButLast(x *graph.Node) []int {
	axes := make([]int, x.Rank()-1)
	for i := range axes {
		axes[i] = i
	}
	return axes
}
