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

// convolve returns the convolution of x [N H W in] with kernel [K K in out],
// padded with pad zeros on each side: at stride 1, half of an odd K keeps H and
// W.
func convolve(x, kernel *graph.Node, stride, pad int) *graph.Node {
	if isGo(x.Graph().Backend()) {
		return convolveByProduct(x, kernel, stride, pad)
	}
	return convolveByOp(x, kernel, stride, pad)
}

// convolveByOp extends an even kernel by zeros to an odd one, for GoMLX's
// gradient by the input is wrong where the kernel is even.
func convolveByOp(x, kernel *graph.Node, stride, pad int) *graph.Node {
	after := pad
	if kernel.Shape().Dim(0)%2 == 0 {
		border := graph.PadAxis{End: 1}
		kernel = graph.Pad(kernel, graph.Scalar(x.Graph(), x.DType(), 0), border, border, graph.PadAxis{}, graph.PadAxis{})
		after++
	}
	return graph.Convolve(x, kernel).Strides(stride).PaddingPerDim([][2]int{{pad, after}, {pad, after}}).Done()
}

// convolveByProduct gathers the K K window of each pixel into a row, so that
// the convolution is one matrix product.
func convolveByProduct(x, kernel *graph.Node, stride, pad int) *graph.Node {
	n, height, width, in := dims4(x)
	size, out := kernel.Shape().Dimensions[0], kernel.Shape().Dimensions[3]
	height, width = height+2*pad-size+1, width+2*pad-size+1 // at stride 1
	if pad > 0 {
		border := graph.PadAxis{Start: pad, End: pad}
		x = graph.Pad(x, graph.Scalar(x.Graph(), x.DType(), 0), graph.PadAxis{}, border, border, graph.PadAxis{})
	}
	windows := make([]*graph.Node, 0, size*size)
	for row := range size {
		for column := range size {
			windows = append(windows, graph.Slice(x, graph.AxisRange(),
				graph.AxisRange(row, row+height).Stride(stride),
				graph.AxisRange(column, column+width).Stride(stride), graph.AxisRange()))
		}
	}
	height, width = (height-1)/stride+1, (width-1)/stride+1
	rows := graph.Reshape(graph.Concatenate(windows, -1), n*height*width, size*size*in)
	product := graph.DotProduct(rows, graph.Reshape(kernel, size*size*in, out))
	return graph.Reshape(product, n, height, width, out)
}

func dims4(x *graph.Node) (n, height, width, channels int) {
	d := x.Shape().Dimensions
	return d[0], d[1], d[2], d[3]
}
