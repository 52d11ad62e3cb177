package zoo

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
)

// goBackend is the name GoMLX's Go backend goes by. Its matrix products are
// fast, its convolutions and pooling windows are not (2 GFLOP/s): there, both
// are written as the operations it is fast at.
const goBackend = "go"

func isGo(b compute.Backend) bool { return b.String() == goBackend }

// geometry is how a kernel moves over an image: its stride, the zeros on each
// side, and the groups of channels it keeps apart.
type geometry struct{ stride, pad, groups int }

// count returns how many kernels of that size fit on n pixels.
func (g geometry) count(n, size int) int {
	return window{size: size, stride: g.stride, pad: g.pad}.count(n)
}

// convolve returns the convolution of x [N H W in] with kernel [K K in/groups
// out].
func convolve(x, kernel *graph.Node, g geometry) *graph.Node {
	if isGo(x.Graph().Backend()) {
		return convolveByProduct(x, kernel, g)
	}
	return convolveByOp(x, kernel, g)
}

// convolveByOp extends an even kernel by zeros to an odd one, for GoMLX's
// gradient by the input is wrong where the kernel is even.
func convolveByOp(x, kernel *graph.Node, g geometry) *graph.Node {
	after := g.pad
	if kernel.Shape().Dim(0)%2 == 0 {
		border := graph.PadAxis{End: 1}
		kernel = graph.Pad(kernel, graph.Scalar(x.Graph(), x.DType(), 0), border, border, graph.PadAxis{}, graph.PadAxis{})
		after++
	}
	conv := graph.Convolve(x, kernel).Strides(g.stride).PaddingPerDim([][2]int{{g.pad, after}, {g.pad, after}})
	if g.groups > 1 {
		conv = conv.ChannelGroupCount(g.groups)
	}
	return conv.Done()
}

// convolveByProduct gathers the K K window of each pixel into a row, so that
// the convolution is one matrix product for each group.
func convolveByProduct(x, kernel *graph.Node, g geometry) *graph.Node {
	n, height, width, channels := dims4(x)
	size, in, out := kernel.Shape().Dimensions[0], kernel.Shape().Dimensions[2], kernel.Shape().Dimensions[3]
	high, wide := g.count(height, size), g.count(width, size)
	if g.pad > 0 {
		border := graph.PadAxis{Start: g.pad, End: g.pad}
		x = graph.Pad(x, graph.Scalar(x.Graph(), x.DType(), 0), graph.PadAxis{}, border, border, graph.PadAxis{})
	}
	windows := make([]*graph.Node, 0, size*size)
	for row := range size {
		for column := range size {
			windows = append(windows, graph.Slice(x, graph.AxisRange(),
				graph.AxisRange(row, row+(high-1)*g.stride+1).Stride(g.stride),
				graph.AxisRange(column, column+(wide-1)*g.stride+1).Stride(g.stride), graph.AxisRange()))
		}
	}
	all := graph.Concatenate(windows, -1)
	var product *graph.Node
	if g.groups > 1 {
		// [rows taps groups in] and [taps in groups out] to [groups rows out].
		rows := graph.Reshape(all, n*high*wide, size*size, g.groups, channels/g.groups)
		kernels := graph.Reshape(kernel, size*size, in, g.groups, out/g.groups)
		product = graph.DotGeneral(rows, []int{1, 3}, []int{2}, kernels, []int{0, 1}, []int{2})
		product = graph.TransposeAllAxes(product, 1, 0, 2)
	} else {
		rows := graph.Reshape(all, n*high*wide, size*size*in)
		product = graph.DotProduct(rows, graph.Reshape(kernel, size*size*in, out))
	}
	return graph.Reshape(product, n, high, wide, out)
}

func dims4(x *graph.Node) (n, height, width, channels int) {
	d := x.Shape().Dimensions
	return d[0], d[1], d[2], d[3]
}
