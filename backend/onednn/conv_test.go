package onednn

import (
	"fmt"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"pgregory.net/rapid"
)

// convCase is a convolution over one to three spatial dimensions in channels-last order.
type convCase struct {
	rank, batch, in, out, groups   int
	size, kernel, stride, dilation []int
	padding                        [][2]int
}

func drawConv(t *rapid.T) convCase {
	c := convCase{rank: rapid.IntRange(1, 3).Draw(t, "rank"), batch: rapid.IntRange(1, 3).Draw(t, "batch"),
		groups: rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "groups")}
	c.in = c.groups * rapid.IntRange(1, 18/c.groups).Draw(t, "in")
	c.out = c.groups * rapid.IntRange(1, 18/c.groups).Draw(t, "out")
	for i := range c.rank {
		k := rapid.IntRange(1, 4).Draw(t, fmt.Sprint("kernel", i))
		d := rapid.IntRange(1, 2).Draw(t, fmt.Sprint("dilation", i))
		low, high := rapid.IntRange(0, k).Draw(t, fmt.Sprint("low", i)), rapid.IntRange(0, k).Draw(t, fmt.Sprint("high", i))
		reach := (k-1)*d + 1
		n := rapid.IntRange(max(1, reach-low-high), 9).Draw(t, fmt.Sprint("size", i))
		c.size, c.kernel, c.dilation = append(c.size, n), append(c.kernel, k), append(c.dilation, d)
		c.stride = append(c.stride, rapid.IntRange(1, 3).Draw(t, fmt.Sprint("stride", i)))
		c.padding = append(c.padding, [2]int{low, high})
	}
	return c
}

func (c convCase) axes() compute.ConvolveAxesConfig {
	a := compute.ConvolveAxesConfig{InputBatch: 0, InputChannels: c.rank + 1, KernelInputChannels: c.rank,
		KernelOutputChannels: c.rank + 1, OutputBatch: 0, OutputChannels: c.rank + 1}
	for i := range c.rank {
		a.InputSpatial, a.KernelSpatial, a.OutputSpatial = append(a.InputSpatial, 1+i), append(a.KernelSpatial, i), append(a.OutputSpatial, 1+i)
	}
	return a
}

// forwardSize is the output's spatial size.
func (c convCase) forwardSize() []int {
	out := make([]int, c.rank)
	for i := range out {
		out[i] = (c.size[i]+c.padding[i][0]+c.padding[i][1]-(c.kernel[i]-1)*c.dilation[i]-1)/c.stride[i] + 1
	}
	return out
}

func channelsLast(dtype dtypes.DType, batch int, size []int, channels int) shapes.Shape {
	return shapes.Make(dtype, append(append([]int{batch}, size...), channels)...)
}

// TestConvolutionsAgainstGo compares forward convolutions and both gradients, as GoMLX writes them, with the Go
// backend over random shapes, strides, paddings, dilations and groups.
func TestConvolutionsAgainstGo(t *testing.T) {
	eachLibrary(t, "deterministic", testConvolutionsAgainstGo)
}

func testConvolutionsAgainstGo(t *testing.T, b *Backend) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawConv(rt)
		kernel := shapes.Make(dtypes.Float32, append(append([]int{}, c.kernel...), c.in/c.groups, c.out)...)
		x := channelsLast(dtypes.Float32, c.batch, c.size, c.in)
		compareWithGo(rt, b, []shapes.Shape{x, kernel}, 1e-4, func(f compute.Function, in []compute.Value) []compute.Value {
			return []compute.Value{must(f.ConvGeneral(in[0], in[1], c.axes(), c.stride, c.padding, nil, c.dilation, c.groups, 1))}
		})
		if c.groups != 1 {
			return
		}
		dy := channelsLast(dtypes.Float32, c.batch, c.forwardSize(), c.out)
		// By data: the kernel reversed, its channels exchanged, the strides as dilations of the gradient.
		padding := make([][2]int, c.rank)
		axes := c.axes()
		for i, n := range c.forwardSize() {
			reach := (c.kernel[i]-1)*c.dilation[i] + 1
			low := reach - 1 - c.padding[i][0]
			padding[i] = [2]int{low, c.size[i] - (n-1)*c.stride[i] - 1 - low + reach - 1}
			if low < 0 || padding[i][1] < 0 {
				return
			}
		}
		swapped := axes.Clone()
		swapped.KernelInputChannels, swapped.KernelOutputChannels = axes.KernelOutputChannels, axes.KernelInputChannels
		compareWithGo(rt, b, []shapes.Shape{dy, kernel}, 1e-4, func(f compute.Function, in []compute.Value) []compute.Value {
			k := must(f.Reverse(in[1], axes.KernelSpatial...))
			return []compute.Value{must(f.ConvGeneral(in[0], k, swapped, nil, padding, c.stride, c.dilation, 1, 1))}
		})
		// By weights: batch and channels exchanged, the gradient as kernel.
		w := compute.ConvolveAxesConfig{InputBatch: axes.InputChannels, InputChannels: axes.InputBatch, InputSpatial: axes.InputSpatial,
			KernelInputChannels: axes.OutputBatch, KernelOutputChannels: axes.OutputChannels, KernelSpatial: axes.OutputSpatial,
			OutputBatch: axes.KernelInputChannels, OutputChannels: axes.KernelOutputChannels, OutputSpatial: axes.KernelSpatial}
		for i, n := range c.forwardSize() {
			padding[i] = [2]int{c.padding[i][0], (c.kernel[i]-1)*c.dilation[i] + (n-1)*c.stride[i] + 1 - c.size[i] - c.padding[i][0]}
			if padding[i][1] < 0 {
				return
			}
		}
		compareWithGo(rt, b, []shapes.Shape{x, dy}, 1e-4, func(f compute.Function, in []compute.Value) []compute.Value {
			return []compute.Value{must(f.ConvGeneral(in[0], in[1], w, c.dilation, padding, nil, c.stride, 1, 1))}
		})
	})
}

// TestConvolutionRecognition checks that the shapes of a training step take the operation that they stand for.
func TestConvolutionRecognition(t *testing.T) {
	b := newTestBackend(t, "")
	bld := b.Builder("recognition").(*Builder)
	f := bld.main
	x := must(f.Parameter("x", shapes.Make(dtypes.Float32, 4, 8, 8, 3), nil))
	k := must(f.Parameter("k", shapes.Make(dtypes.Float32, 3, 3, 3, 16), nil))
	dy := must(f.Parameter("dy", shapes.Make(dtypes.Float32, 4, 4, 4, 16), nil))
	axes := convCase{rank: 2}.axes()
	forward := must(f.ConvGeneral(x, k, axes, []int{2, 2}, [][2]int{{1, 1}, {1, 1}}, nil, nil, 1, 1))
	swapped := axes.Clone()
	swapped.KernelInputChannels, swapped.KernelOutputChannels = 3, 2
	data := must(f.ConvGeneral(dy, must(f.Reverse(k, 0, 1)), swapped, nil, [][2]int{{1, 2}, {1, 2}}, []int{2, 2}, nil, 1, 1))
	w := compute.ConvolveAxesConfig{InputBatch: 3, InputChannels: 0, InputSpatial: []int{1, 2}, KernelInputChannels: 0,
		KernelOutputChannels: 3, KernelSpatial: []int{1, 2}, OutputBatch: 2, OutputChannels: 3, OutputSpatial: []int{0, 1}}
	weights := must(f.ConvGeneral(x, dy, w, nil, [][2]int{{1, 0}, {1, 0}}, nil, []int{2, 2}, 1, 1))
	for _, test := range []struct {
		v    compute.Value
		want convKind
	}{{forward, convForward}, {data, convBackwardData}, {weights, convBackwardWeights}} {
		c := newConvolution(test.v.(*value).node)
		if c == nil || c.kind != test.want {
			t.Errorf("recognised as %+v, want %v", c, test.want)
			continue
		}
		if c.strides[0] != 2 || c.low[0] != 1 || c.dilations[0] != 1 {
			t.Errorf("%v: strides %v, dilations %v, low %v; want 2, 1, 1", c.kind, c.strides, c.dilations, c.low)
		}
	}
}
