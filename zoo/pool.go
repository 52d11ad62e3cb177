package zoo

import "github.com/gomlx/gomlx/core/graph"

// maxPool returns the largest value of each 2x2 window of x [N H W C], at
// stride 2, as [N H/2 W/2 C] rounded down.
func maxPool(x *graph.Node) *graph.Node {
	if isGo(x.Graph().Backend()) {
		return maxPoolBySlices(x)
	}
	return maxPoolByOp(x)
}

func maxPoolByOp(x *graph.Node) *graph.Node { return graph.MaxPool(x).Window(2).NoPadding().Done() }

func maxPoolBySlices(x *graph.Node) *graph.Node {
	_, height, width, _ := dims4(x)
	height, width = height/2*2, width/2*2
	corner := func(row, column int) *graph.Node {
		return graph.Slice(x, graph.AxisRange(),
			graph.AxisRange(row, height).Stride(2), graph.AxisRange(column, width).Stride(2), graph.AxisRange())
	}
	return graph.Max(graph.Max(corner(0, 0), corner(0, 1)), graph.Max(corner(1, 0), corner(1, 1)))
}
