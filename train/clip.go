package train

import "github.com/gomlx/gomlx/core/graph"

// clipEpsilon keeps the factor finite, as in PyTorch's clip_grad_norm_.
const clipEpsilon = 1e-6

// clip scales the gradients so that their norm is at most ClipNorm.
func (o Optimizer) clip(gradients []*graph.Node) []*graph.Node {
	if o.ClipNorm == 0 || len(gradients) == 0 {
		return gradients
	}
	var squares *graph.Node
	for _, g := range gradients {
		square := graph.ReduceAllSum(graph.Square(g))
		if squares != nil {
			square = graph.Add(squares, square)
		}
		squares = square
	}
	norm := graph.AddScalar(graph.Sqrt(squares), clipEpsilon)
	limit := graph.Scalar(norm.Graph(), norm.DType(), o.ClipNorm)
	one := graph.ScalarOne(norm.Graph(), norm.DType())
	factor := graph.Min(one, graph.Div(limit, norm))
	clipped := make([]*graph.Node, len(gradients))
	for i, g := range gradients {
		clipped[i] = graph.Mul(g, factor)
	}
	return clipped
}
