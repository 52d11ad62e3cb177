package onednn

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"pgregory.net/rapid"
)

// TestPooling compares sums and maxima over windows, and their gradients as GoMLX writes them, with the Go backend over
// random shapes, windows, strides, paddings and channel positions, before and after a convolution whose layout the
// windows then meet.
func TestPooling(t *testing.T) {
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) {
		rapid.Check(t, func(rt *rapid.T) { testPooling(rt, b) })
	})
}

func testPooling(t *rapid.T, b *Backend) {
	spatial := rapid.IntRange(1, 3).Draw(t, "spatial")
	channels := rapid.SampledFrom([]int{1, 3, 16, 32}).Draw(t, "channels")
	rank := spatial + 2
	dims, window, strides, padding := []int{2}, []int{1}, []int{1}, [][2]int{{}}
	for i := range spatial {
		k := rapid.IntRange(1, 3).Draw(t, fmt.Sprint("window", i))
		window, strides = append(window, k), append(strides, rapid.IntRange(1, 3).Draw(t, fmt.Sprint("stride", i)))
		padding = append(padding, [2]int{rapid.IntRange(0, k-1).Draw(t, fmt.Sprint("low", i)), rapid.IntRange(0, k-1).Draw(t, fmt.Sprint("high", i))})
		dims = append(dims, rapid.IntRange(k, 7).Draw(t, fmt.Sprint("size", i)))
	}
	last := rapid.Bool().Draw(t, "channels last")
	at := 1
	if last {
		at = rank - 1
	}
	dims, window, strides = slices.Insert(dims, at, channels), slices.Insert(window, at, 1), slices.Insert(strides, at, 1)
	padding = slices.Insert(padding, at, [2]int{})
	out := make([]int, rank)
	for i := range out {
		out[i] = (dims[i]+padding[i][0]+padding[i][1]-window[i])/strides[i] + 1
	}
	convolved := last && rapid.Bool().Draw(t, "after a convolution")
	x, dy := shapes.Make(dtypes.Float32, dims...), shapes.Make(dtypes.Float32, out...)
	params := []shapes.Shape{x, dy}
	if convolved {
		params = append(params, shapes.Make(dtypes.Float32, append(slices.Repeat([]int{1}, spatial), channels, channels)...))
	}
	compareWithGo(t, b, params, 1e-4, func(f compute.Function, in []compute.Value) []compute.Value {
		x, dy := in[0], in[1]
		if convolved {
			x = must(f.ConvGeneral(x, in[2], convCase{rank: spatial}.axes(), nil, nil, nil, nil, 1, 1))
		}
		sum := must(f.ReduceWindow(x, compute.ReduceOpSum, window, strides, nil, nil, padding))
		maximum := must(f.ReduceWindow(x, compute.ReduceOpMax, window, strides, nil, nil, padding))
		results := []compute.Value{sum, maximum, must(f.SelectAndScatterMax(x, dy, window, strides, padding))}
		// The sum's gradient: dy spread out, summed over windows of stride 1.
		pads := make([]compute.PadAxis, rank)
		around := make([][2]int, rank)
		for i := range pads {
			pads[i].Interior = strides[i] - 1
			low := window[i] - 1 - padding[i][0]
			around[i] = [2]int{low, dims[i] - ((out[i]-1)*strides[i] + 1) - low + window[i] - 1}
			if around[i][1] < 0 {
				return results
			}
		}
		zero := must(f.Constant([]float32{0}))
		spread := must(f.Pad(dy, zero, pads...))
		return append(results, must(f.ReduceWindow(spread, compute.ReduceOpSum, window, slices.Repeat([]int{1}, rank), nil, nil, around)))
	})
}
