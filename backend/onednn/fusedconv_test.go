package onednn

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"pgregory.net/rapid"
)

// TestBiasAgainstGo adds a bias to convolutions of random shapes: as a row, as a vector that is broadcast, on either side,
// with the sum before it needed or not, and with numbers along another axis, which are no bias.
func TestBiasAgainstGo(t *testing.T) {
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) { testBiasAgainstGo(t, b, dtypes.Float32, 1e-5) })
	eachLibrary(t, "deterministic,mixed", func(t *testing.T, b *Backend) { testBiasAgainstGo(t, b, dtypes.Float32, 1./128) })
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) { testBiasAgainstGo(t, b, dtypes.BFloat16, 1./64) })
}

// testBiasAgainstGo allows an error of rounding times the root of the number of products in a sum.
func testBiasAgainstGo(t *testing.T, b *Backend, dtype dtypes.DType, rounding float64) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawConv(rt)
		size := c.forwardSize()
		kernel := shapes.Make(dtype, append(slices.Clone(c.kernel), c.in/c.groups, c.out)...)
		form := rapid.SampledFrom([]string{"row", "vector", "positions", "samples", "scalar"}).Draw(rt, "form")
		first, relu, needed := rapid.Bool().Draw(rt, "first"), rapid.Bool().Draw(rt, "relu"), rapid.Bool().Draw(rt, "needed")
		var bias shapes.Shape
		ones := slices.Repeat([]int{1}, c.rank)
		switch form {
		case "row":
			bias = channelsLast(dtype, 1, ones, c.out)
		case "vector":
			bias = shapes.Make(dtype, c.out)
		case "positions":
			bias = channelsLast(dtype, 1, size, 1)
		case "samples":
			bias = channelsLast(dtype, c.batch, ones, 1)
		case "scalar":
			bias = channelsLast(dtype, 1, ones, 1)
		}
		params := []shapes.Shape{channelsLast(dtype, c.batch, c.size, c.in), kernel, bias}
		tol := rounding * math.Sqrt(float64(kernel.Size()/c.out))
		compareWithGo(rt, b, params, tol, func(f compute.Function, in []compute.Value) []compute.Value {
			y := must(f.ConvGeneral(in[0], in[1], c.axes(), c.stride, c.padding, nil, c.dilation, c.groups, 1))
			bias := in[2]
			if form == "vector" {
				bias = must(f.BroadcastInDim(bias, channelsLast(dtype, c.batch, size, c.out), []int{c.rank + 1}))
			}
			operands := []compute.Value{y, bias}
			if first {
				slices.Reverse(operands)
			}
			out := []compute.Value{must(f.Add(operands[0], operands[1]))}
			if relu {
				out = append(out, must(f.FusedActivation(out[0], compute.ActivationConfig{Type: compute.ActivationRelu})))
			}
			if needed {
				out = append(out, must(f.Neg(y)))
			}
			return out
		})
	})
}

// biased is a convolution with bias and ReLU, compiled.
func biased(t *testing.T, b *Backend) (compute.Executable, []shapes.Shape) {
	t.Helper()
	params := []shapes.Shape{shapes.Make(dtypes.Float32, 2, 9, 9, 16), shapes.Make(dtypes.Float32, 3, 3, 16, 32), shapes.Make(dtypes.Float32, 1, 1, 1, 32)}
	exec, err := compileGraph(b, params, func(f compute.Function, in []compute.Value) []compute.Value {
		return []compute.Value{must(f.FusedActivation(must(f.Add(same(f, in[0], in[1]), in[2])), compute.ActivationConfig{Type: compute.ActivationRelu}))}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(exec.Finalize)
	return exec, params
}

// TestBiasShowsNaN puts a NaN into the image, into the weights and into the bias: it must come through the ReLU.
func TestBiasShowsNaN(t *testing.T) {
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) {
		exec, params := biased(t, b)
		for at, shape := range params {
			flats := make([]any, len(params))
			for i, s := range params {
				flats[i] = make([]float32, s.Size())
			}
			flats[at].([]float32)[shape.Size()/2] = float32(math.NaN())
			out, err := runGraph(b, exec, params, flats, false)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(out[0], math.IsNaN) {
				t.Errorf("a NaN in parameter %d is gone", at)
			}
		}
	})
}

// TestBiasIsFused counts the steps of a convolution with bias.
func TestBiasIsFused(t *testing.T) {
	for config, want := range map[string]bool{"deterministic": false, "deterministic,nofusion": true} {
		exec, _ := biased(t, newTestBackend(t, config))
		adds := slices.ContainsFunc(exec.(*Executable).plan.steps, func(s *step) bool { return slices.Contains([]string{"Add", "Add FusedActivation"}, s.detail) })
		if adds != want {
			t.Errorf("%s: added in a step of its own: %v, want %v", config, adds, want)
		}
	}
}
