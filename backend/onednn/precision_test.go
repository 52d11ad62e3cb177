package onednn

import (
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// trainConv is a 3x3 convolution with its two gradients, as GoMLX writes them.
func trainConv(f compute.Function, in []compute.Value) []compute.Value {
	x, k := in[0], in[1]
	pad := [][2]int{{1, 1}, {1, 1}}
	axes := convCase{rank: 2}.axes()
	y := must(f.ConvGeneral(x, k, axes, nil, pad, nil, nil, 1, 1))
	swapped := axes.Clone()
	swapped.KernelInputChannels, swapped.KernelOutputChannels = 3, 2
	w := compute.ConvolveAxesConfig{InputBatch: 3, InputChannels: 0, InputSpatial: []int{1, 2}, KernelInputChannels: 0,
		KernelOutputChannels: 3, KernelSpatial: []int{1, 2}, OutputBatch: 2, OutputChannels: 3, OutputSpatial: []int{0, 1}}
	return []compute.Value{y,
		must(f.ConvGeneral(in[2], must(f.Reverse(k, 0, 1)), swapped, nil, pad, nil, nil, 1, 1)),
		must(f.ConvGeneral(x, in[2], w, nil, pad, nil, nil, 1, 1))}
}

func trainConvShapes(t dtypes.DType) []shapes.Shape {
	x := shapes.Make(t, 2, 12, 12, 64)
	return []shapes.Shape{x, shapes.Make(t, 3, 3, 64, 64), x}
}

// TestWinogradError bounds the error of float32 convolutions, by Winograd's algorithm where the library and the CPU have
// it, relative to the largest value: 1e-5, against sums in float32 by the Go backend.
func TestWinogradError(t *testing.T) {
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) {
		exec, err := compileGraph(b, trainConvShapes(dtypes.Float32), trainConv)
		if err != nil {
			t.Fatal(err)
		}
		winograd := 0
		for _, s := range exec.(*Executable).plan.steps {
			if strings.Contains(s.detail, "wino") {
				winograd++
			}
		}
		exec.Finalize()
		t.Logf("%v: %d of 3 by Winograd's algorithm", b.lib.Info(), winograd)
		compareWithGo(t, b, trainConvShapes(dtypes.Float32), 1e-5, trainConv)
	})
}

// TestHalfPrecision bounds the error of bfloat16 graphs, and of float32 graphs with the option mixed, relative to the
// largest value: 1 %, some three units in the last of bfloat16's 8 bits.
func TestHalfPrecision(t *testing.T) {
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) {
		compareWithGo(t, b, trainConvShapes(dtypes.BFloat16), 0.01, trainConv)
	})
	eachLibrary(t, "deterministic,mixed", func(t *testing.T, b *Backend) {
		compareWithGo(t, b, trainConvShapes(dtypes.Float32), 0.01, trainConv)
	})
}
