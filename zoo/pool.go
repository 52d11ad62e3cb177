package zoo

import (
	"math"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// window is a square pooling window, its stride, the padding on each side, and
// whether a last window may reach over the end (PyTorch's ceil_mode: it must
// start on a pixel or the padding before it).
type window struct {
	size, stride, pad int
	ceil              bool
}

// count returns how many windows there are on n pixels.
func (w window) count(n int) int {
	n += 2 * w.pad
	spare := n - w.size
	if w.ceil {
		spare += w.stride - 1
	}
	if spare < 0 {
		return 0
	}
	windows := spare/w.stride + 1
	if w.ceil && (windows-1)*w.stride >= n-w.pad {
		windows--
	}
	return windows
}

// end returns the padding after n pixels that the windows need.
func (w window) end(n int) int { return max(w.pad, (w.count(n)-1)*w.stride+w.size-n-w.pad) }

// maxPool takes the largest value of each window. Rows and columns at the end
// that fill no window are dropped.
func (b *builder) maxPool(w window) {
	b.pool(w, func(x *graph.Node) *graph.Node { return maxPool(x, w) })
}

// meanPool averages over windows of size by size pixels without overlap. Rows
// and columns at the end that fill no window are dropped.
func (b *builder) meanPool(size int) {
	w := window{size: size, stride: size}
	b.pool(w, func(x *graph.Node) *graph.Node {
		return graph.MulScalar(poolBySlices(x, w, graph.Add), 1/float64(size*size))
	})
}

func (b *builder) pool(w window, compute func(x *graph.Node) *graph.Node) {
	if b.err != nil {
		return
	}
	if !b.image() {
		b.fail("it takes images [height width channels], not samples of shape %v", b.shape)
		return
	}
	height, width := w.count(b.shape[0]), w.count(b.shape[1])
	if height < 1 || width < 1 {
		b.fail("the images are too small: nothing is left of %d x %d pixels to pool", b.shape[0], b.shape[1])
		return
	}
	b.shape = []int{height, width, b.shape[2]}
	b.layers = append(b.layers, func(_ *model.Scope, x *graph.Node) *graph.Node { return compute(x) })
}

// maxPool returns the largest value of each window of x [N H W C].
func maxPool(x *graph.Node, w window) *graph.Node {
	if isGo(x.Graph().Backend()) {
		return poolBySlices(x, w, graph.Max)
	}
	return maxPoolByOp(x, w)
}

func maxPoolByOp(x *graph.Node, w window) *graph.Node {
	_, height, width, _ := dims4(x)
	pool := graph.MaxPool(x).Window(w.size).Strides(w.stride)
	if w.end(height) == 0 && w.end(width) == 0 {
		return pool.NoPadding().Done()
	}
	return pool.PaddingPerDim([][2]int{{w.pad, w.end(height)}, {w.pad, w.end(width)}}).Done()
}

// poolBySlices combines the values of each window. Padding is the lowest value
// there is.
func poolBySlices(x *graph.Node, w window, combine func(a, b *graph.Node) *graph.Node) *graph.Node {
	_, height, width, _ := dims4(x)
	if w.end(height) > 0 || w.end(width) > 0 {
		lowest := graph.Scalar(x.Graph(), x.DType(), math.Inf(-1))
		x = graph.Pad(x, lowest, graph.PadAxis{}, graph.PadAxis{Start: w.pad, End: w.end(height)},
			graph.PadAxis{Start: w.pad, End: w.end(width)}, graph.PadAxis{})
	}
	spanned := func(n int) int { return (w.count(n)-1)*w.stride + 1 }
	var all *graph.Node
	for row := range w.size {
		for column := range w.size {
			corner := graph.Slice(x, graph.AxisRange(),
				graph.AxisRange(row, row+spanned(height)).Stride(w.stride),
				graph.AxisRange(column, column+spanned(width)).Stride(w.stride), graph.AxisRange())
			if all == nil {
				all = corner
				continue
			}
			all = combine(all, corner)
		}
	}
	return all
}
