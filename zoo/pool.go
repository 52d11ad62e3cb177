package zoo

import (
	"math"

	"github.com/gomlx/gomlx/core/graph"
)

// window is a square pooling window, its stride, and the padding on each side.
type window struct{ size, stride, pad int }

// count returns how many windows fit on n pixels.
func (w window) count(n int) int {
	if n += 2 * w.pad; n < w.size {
		return 0
	}
	return (n-w.size)/w.stride + 1
}

// maxPool returns the largest value of each window of x [N H W C].
func maxPool(x *graph.Node, w window) *graph.Node {
	if isGo(x.Graph().Backend()) {
		return maxPoolBySlices(x, w)
	}
	return maxPoolByOp(x, w)
}

func maxPoolByOp(x *graph.Node, w window) *graph.Node {
	pool := graph.MaxPool(x).Window(w.size).Strides(w.stride)
	if w.pad == 0 {
		return pool.NoPadding().Done()
	}
	return pool.PaddingPerDim([][2]int{{w.pad, w.pad}, {w.pad, w.pad}}).Done()
}

func maxPoolBySlices(x *graph.Node, w window) *graph.Node {
	if w.pad > 0 {
		border := graph.PadAxis{Start: w.pad, End: w.pad}
		x = graph.Pad(x, graph.Scalar(x.Graph(), x.DType(), math.Inf(-1)), graph.PadAxis{}, border, border, graph.PadAxis{})
	}
	_, height, width, _ := dims4(x)
	spanned := func(n int) int { return ((n-w.size)/w.stride)*w.stride + 1 }
	var largest *graph.Node
	for row := range w.size {
		for column := range w.size {
			corner := graph.Slice(x, graph.AxisRange(),
				graph.AxisRange(row, row+spanned(height)).Stride(w.stride),
				graph.AxisRange(column, column+spanned(width)).Stride(w.stride), graph.AxisRange())
			if largest == nil {
				largest = corner
				continue
			}
			largest = graph.Max(largest, corner)
		}
	}
	return largest
}
