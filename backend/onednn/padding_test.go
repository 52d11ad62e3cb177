package onednn

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"pgregory.net/rapid"
)

// same is a convolution of stride 1 in channels-last order whose result has the size of x.
func same(f compute.Function, x, w compute.Value) compute.Value {
	k := must(f.Shape(w)).Dimensions[0]
	pad := [][2]int{{k / 2, k / 2}, {k / 2, k / 2}}
	return must(f.ConvGeneral(x, w, convCase{rank: 2}.axes(), nil, pad, nil, nil, 1, 1))
}

// TestPaddedChannels computes element by element between convolutions of channels that are no multiple of a block:
// functions that are not 0 at 0, which must not leak into the padding, operands along the channels and along other axes,
// and reductions that keep the channels, that keep them after the batch, and over all.
func TestPaddedChannels(t *testing.T) {
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) {
		rapid.Check(t, func(rt *rapid.T) {
			n, size := rapid.IntRange(1, 3).Draw(rt, "batch"), rapid.IntRange(3, 9).Draw(rt, "size")
			in, mid, out := rapid.IntRange(1, 40).Draw(rt, "in"), rapid.IntRange(1, 40).Draw(rt, "mid"), rapid.IntRange(1, 40).Draw(rt, "out")
			functions := rapid.SliceOfN(rapid.SampledFrom([]string{"exp", "vector", "samples", "positions", "scalar", "gelu", "reciprocal"}), 0, 3).Draw(rt, "functions")
			reductions := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"channels", "batch", "all", "max", "min", "product"}), 0, 3, rapid.ID).Draw(rt, "reductions")
			float := func(dims ...int) shapes.Shape { return shapes.Make(dtypes.Float32, dims...) }
			params := []shapes.Shape{float(n, size, size, in), float(3, 3, in, mid), float(3, 3, mid, out), float(1, 1, 1, mid), float(n, 1, 1, 1), float(1, size, size, 1)}
			compareWithGo(rt, b, params, 2e-4, func(f compute.Function, p []compute.Value) []compute.Value {
				x := must(f.Tanh(same(f, p[0], p[1])))
				for _, name := range functions {
					switch name {
					case "exp":
						x = must(f.Exp(must(f.Tanh(x))))
					case "vector":
						x = must(f.Add(x, p[3]))
					case "samples":
						x = must(f.Mul(x, p[4]))
					case "positions":
						x = must(f.Sub(x, p[5]))
					case "scalar":
						x = must(f.Add(x, must(f.Constant([]float32{2}))))
					case "gelu":
						x = must(f.FusedActivation(x, compute.ActivationConfig{Type: compute.ActivationGelu}))
					case "reciprocal":
						x = must(f.Div(must(f.Constant([]float32{1})), must(f.Add(must(f.Abs(x)), must(f.Abs(p[3]))))))
						x = must(f.Tanh(x))
					}
				}
				results := []compute.Value{same(f, x, p[2])}
				for _, name := range reductions {
					var r compute.Value
					switch name {
					case "channels":
						r = must(f.ReduceSum(x, 0, 1, 2))
					case "batch":
						r = must(f.ReduceSum(x, 1, 2))
					case "all":
						r = must(f.ReduceSum(x))
					case "max":
						r = must(f.ReduceMax(x, 0, 1, 2, 3))
					case "min":
						r = must(f.ReduceMin(x, 0, 1, 2))
					case "product":
						r = must(f.ReduceProduct(must(f.Exp(must(f.Mul(must(f.Tanh(x)), must(f.Constant([]float32{1e-3}))))))))
					}
					results = append(results, must(f.Mul(r, must(f.Constant([]float32{1e-2})))))
				}
				return results
			})
		})
	})
}

// TestPaddedChannelsStayBlocked looks for reorders between convolutions of 24 channels.
func TestPaddedChannelsStayBlocked(t *testing.T) {
	b := newTestBackend(t, "deterministic,threads=1")
	params := []shapes.Shape{shapes.Make(dtypes.Float32, 2, 31, 31, 16), shapes.Make(dtypes.Float32, 3, 3, 16, 24), shapes.Make(dtypes.Float32, 24), shapes.Make(dtypes.Float32, 3, 3, 24, 32)}
	exec, err := compileGraph(b, params, func(f compute.Function, p []compute.Value) []compute.Value {
		bias := must(f.Reshape(p[2], 1, 1, 1, 24))
		x := must(f.FusedActivation(must(f.Add(same(f, p[0], p[1]), bias)), compute.ActivationConfig{Type: compute.ActivationGelu}))
		return []compute.Value{same(f, x, p[3])}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	if blocked := slices.ContainsFunc(exec.(*Executable).plan.steps, func(s *step) bool { return strings.Contains(s.detail, "f32[2 16 31 31]aBcd") }); !blocked {
		t.Skip("SKIP: this CPU's convolutions are not blocked")
	}
	for _, s := range exec.(*Executable).plan.steps {
		if s.name == "reorder" && strings.Contains(s.detail, "[2 24 31 31]") || strings.Contains(s.detail, "Add") {
			t.Errorf("step %s %s", s.name, s.detail)
		}
	}
}
