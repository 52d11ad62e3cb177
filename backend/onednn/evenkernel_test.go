package onednn_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// TestEvenKernelGradient compares the gradient by the input of convolutions with finite differences: GoMLX writes it
// wrongly for kernels of even size.
func TestEvenKernelGradient(t *testing.T) {
	for _, test := range []struct{ kernel, stride, low, high, dilation int }{
		{2, 1, 0, 0, 1}, {2, 2, 0, 0, 1}, {4, 2, 1, 1, 1}, {2, 1, 0, 1, 1}, {4, 1, 2, 1, 1}, {2, 1, 1, 1, 3}, {3, 1, 1, 1, 1}, {3, 2, 1, 1, 1}, {5, 1, 2, 2, 1},
	} {
		b := newBackend(t, "")
		g := NewGraph(b, "even kernel")
		x := Parameter(g, "x", shapes.Make(dtypes.Float32, 1, 8, 8, 2))
		k := Parameter(g, "k", shapes.Make(dtypes.Float32, test.kernel, test.kernel, 2, 3))
		pad := [][2]int{{test.low, test.high}, {test.low, test.high}}
		conv := Convolve(x, k).PaddingPerDim(pad)
		if test.stride > 1 {
			conv = conv.Strides(test.stride)
		}
		if test.dilation > 1 {
			conv = conv.Dilations(test.dilation)
		}
		y := conv.Done()
		loss := ReduceAllSum(Mul(y, y))
		if err := g.Compile(loss, Gradient(loss, x)[0]); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 2))
		random := func(n int) []float32 {
			out := make([]float32, n)
			for i := range out {
				out[i] = float32(r.NormFloat64())
			}
			return out
		}
		xs, ks := random(128), random(k.Shape().Size())
		run := func() (float64, *tensors.Tensor) {
			outs := g.Run(tensors.FromFlatDataAndDimensions(xs, 1, 8, 8, 2), tensors.FromFlatDataAndDimensions(ks, k.Shape().Dimensions...))
			return float64(tensors.ToScalar[float32](outs[0])), outs[1]
		}
		_, grad := run()
		var analytic []float32
		tensors.MustConstFlatData(grad, func(flat []float32) { analytic = append(analytic, flat...) })
		const h = 1e-2 // the loss is quadratic: central differences are exact but for rounding
		worst := 0.0
		for i := range xs {
			old := xs[i]
			xs[i] = old + h
			up, _ := run()
			xs[i] = old - h
			down, _ := run()
			xs[i] = old
			worst = max(worst, math.Abs((up-down)/(2*h)-float64(analytic[i])))
		}
		if worst > 0.1 { // gradients are around 50, the loss around 1000 with 7 digits
			t.Errorf("%+v: gradient wrong by %g", test, worst)
		}
		g.Finalize()
	}
}

// TestEvenKernelRefused checks that a gradient which cannot be corrected is an error.
func TestEvenKernelRefused(t *testing.T) {
	for config, dtype := range map[string]dtypes.DType{"fallback": dtypes.Float32, "nothing": dtypes.Float32, "": dtypes.Float64} {
		g := NewGraph(newBackend(t, config), "even kernel")
		x := Parameter(g, "x", shapes.Make(dtype, 1, 8, 8, 2))
		k := Parameter(g, "k", shapes.Make(dtype, 2, 2, 2, 3))
		loss := ReduceAllSum(Convolve(x, k).NoPadding().Done())
		if err := g.Compile(loss, Gradient(loss, x)[0]); err == nil || !strings.Contains(err.Error(), "even size") {
			t.Errorf("config %q: %v", config, err)
		}
	}
}
