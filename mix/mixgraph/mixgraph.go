package mixgraph

import (
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/vicinal-ml/vicinal/mix"
)

// Inputs mixes the inputs of a batch: row i of the result is
//
//	w x_i + (1-w) other_j,    w = weight[i], j = partner[i].
//
// x has shape [N, ...] and a floating-point type, which the result shares.
// other is x itself for partners within the batch, or a second batch of shape
// [M, ...] with the same rest. partner is an integer tensor [N] with values in
// [0, M), weight a floating-point tensor [N] with values in [0, 1]; values
// outside are not noticed in the graph (mix.Plan.Validate does).
func Inputs(x, other, partner, weight *graph.Node) *graph.Node {
	return blend("inputs", x, other, partner, weight)
}

// InputsWithin mixes the inputs of a batch of pictures, [N H W ...], as Inputs
// does but within a region of each alone: outside, the sample stays as it is.
// region is a floating-point tensor [N 4] of top, left, bottom and right in
// fractions of height and width, see [mix.Region].
func InputsWithin(x, other, partner, weight, region *graph.Node) *graph.Node {
	mixed := Inputs(x, other, partner, weight)
	if x.Rank() < 3 {
		exceptions.Panicf("mixgraph: inputs are %s: a region needs pictures [N H W ...]", x.Shape())
	}
	n := x.Shape().Dimensions[0]
	if !region.DType().IsFloat() || region.Rank() != 2 || region.Shape().Dimensions[0] != n || region.Shape().Dimensions[1] != 4 {
		exceptions.Panicf("mixgraph: regions are %s, they must be floating-point of shape [%d 4], one for each of the inputs %s", region.Shape(), n, x.Shape())
	}
	dims := slices.Repeat([]int{1}, x.Rank())
	dims[0] = n
	// edge returns one edge of the regions in pixels, for comparing with pixels' centres.
	edge := func(k, size int) *graph.Node {
		return graph.Reshape(graph.MulScalar(graph.Slice(region, graph.AxisRange(), graph.AxisElem(k)), float64(size)), dims...)
	}
	inside := func(axis, from, to int) *graph.Node {
		size := x.Shape().Dimensions[axis]
		shape := slices.Repeat([]int{1}, x.Rank())
		shape[axis] = size
		centre := graph.AddScalar(graph.Iota(x.Graph(), shapes.Make(region.DType(), shape...), axis), 0.5)
		return graph.LogicalAnd(graph.LessOrEqual(edge(from, size), centre), graph.LessThan(centre, edge(to, size)))
	}
	within := graph.LogicalAnd(inside(1, 0, 2), inside(2, 1, 3))
	return graph.Where(graph.BroadcastToShape(within, shapes.Make(within.DType(), x.Shape().Dimensions...)), mixed, x)
}

// Targets mixes targets that are rows of numbers (one-hot or soft classes,
// several labels, regression values), of shape [N, ...] or [N], as Inputs
// does.
func Targets(rows, other, partner, weight *graph.Node) *graph.Node {
	return blend("targets", rows, other, partner, weight)
}

// ClassTargets mixes class indices into dense rows [N, classes] of the given
// floating-point type: the weight for the sample's own class, the rest for its
// partner's, summed if they are the same. labels and other are integer tensors
// [N] or [N, 1] with values in [0, classes).
func ClassTargets(labels, other *graph.Node, classes int, dtype dtypes.DType, partner, weight *graph.Node) *graph.Node {
	own := oneHot(labels, classes, dtype)
	if other == labels {
		return Targets(own, own, partner, weight)
	}
	return Targets(own, oneHot(other, classes, dtype), partner, weight)
}

// oneHot turns class indices [N] or [N, 1] into rows [N, classes].
func oneHot(labels *graph.Node, classes int, dtype dtypes.DType) *graph.Node {
	if !labels.DType().IsInt() {
		exceptions.Panicf("mixgraph: class labels are %s, they must be integers (mix other targets with Targets or Loss)", labels.Shape())
	}
	switch {
	case labels.Rank() == 2 && labels.Shape().Dimensions[1] == 1:
		labels = graph.Reshape(labels, labels.Shape().Dimensions[0])
	case labels.Rank() != 1:
		exceptions.Panicf("mixgraph: class labels have shape %s, it must be [N] or [N, 1]", labels.Shape())
	}
	return graph.OneHot(labels, classes, dtype)
}

func blend(what string, x, other, partner, weight *graph.Node) *graph.Node {
	checkBlend(what, x, other, partner, weight)
	gathered := graph.Gather(other, graph.InsertAxes(partner, -1))
	dims := make([]int, x.Rank())
	for i := range dims {
		dims[i] = 1
	}
	dims[0] = x.Shape().Dimensions[0]
	w := graph.Reshape(graph.ConvertDType(weight, x.DType()), dims...)
	return graph.Add(graph.Mul(w, x), graph.Mul(graph.OneMinus(w), gathered))
}

func checkBlend(what string, x, other, partner, weight *graph.Node) {
	if !x.DType().IsFloat() || other.DType() != x.DType() {
		exceptions.Panicf("mixgraph: %s are %s and partners' %s: both must be of one floating-point type", what, x.Shape(), other.Shape())
	}
	if x.Rank() < 1 || other.Rank() != x.Rank() {
		exceptions.Panicf("mixgraph: %s are %s and partners' %s: both need a batch axis and the same rest", what, x.Shape(), other.Shape())
	}
	for i, d := range x.Shape().Dimensions[1:] {
		if other.Shape().Dimensions[i+1] != d {
			exceptions.Panicf("mixgraph: %s are %s and partners' %s: all but the first axis must agree", what, x.Shape(), other.Shape())
		}
	}
	n := x.Shape().Dimensions[0]
	if !partner.DType().IsInt() || partner.Rank() != 1 || partner.Shape().Dimensions[0] != n {
		exceptions.Panicf("mixgraph: partners are %s, they must be integers of shape [%d], one for each of the %s %s", partner.Shape(), n, what, x.Shape())
	}
	if !weight.DType().IsFloat() || weight.Rank() != 1 || weight.Shape().Dimensions[0] != n {
		exceptions.Panicf("mixgraph: weights are %s, they must be floating-point of shape [%d], one for each of the %s %s", weight.Shape(), n, what, x.Shape())
	}
}

// Tensors copies a plan into the tensors the graph takes: the partners as
// int32 [N], the weights of inputs and of targets as float32 [N].
func Tensors(p *mix.Plan) (partner, input, target *tensors.Tensor) {
	return tensors.FromFlatDataAndDimensions(p.Partner, p.N),
		tensors.FromFlatDataAndDimensions(p.Input, p.N),
		tensors.FromFlatDataAndDimensions(p.Target, p.N)
}

// RegionTensor copies a plan's regions into the tensor that InputsWithin takes,
// float32 [N 4]: the whole picture for a plan without regions.
func RegionTensor(p *mix.Plan) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(Regions(nil, p), p.N, 4)
}

// Regions appends a plan's regions to dst: top, left, bottom and right of each
// sample, the whole picture for a plan without regions.
func Regions(dst []float32, p *mix.Plan) []float32 {
	for i := range p.N {
		r := mix.Everywhere()
		if len(p.Region) > 0 {
			r = p.Region[i]
		}
		dst = append(dst, r.Top, r.Left, r.Bottom, r.Right)
	}
	return dst
}
