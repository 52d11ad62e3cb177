package onednn

import (
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// TestCaptureOfOneBranch computes in a branch with a value that only this branch captures, and other values after it:
// whatever memory they take must not be that of the branch's result.
func TestCaptureOfOneBranch(t *testing.T) {
	const n = 16
	vector := shapes.Make(dtypes.Float32, n)
	filled := func(x float32) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = x
		}
		return out
	}
	for _, config := range []string{"", "nothing", "nothing,regions", "fallback"} {
		t.Run(config, func(t *testing.T) {
			b := newTestBackend(t, config)
			for _, nested := range []bool{false, true} {
				for name, later := range map[string]func(f compute.Function, product, x compute.Value) compute.Value{
					"from the result": func(f compute.Function, product, x compute.Value) compute.Value {
						return must(f.Add(must(f.Sub(product, product)), x))
					},
					"from an input": func(f compute.Function, product, x compute.Value) compute.Value { return must(f.Neg(must(f.Neg(x)))) },
					"an input":      func(f compute.Function, product, x compute.Value) compute.Value { return x },
				} {
					branch := func(f compute.Function, pick, x compute.Value) []compute.Value {
						y := must(f.Mul(x, x))
						yes, no := must(f.Closure()), must(f.Closure())
						if err := yes.Return([]compute.Value{must(yes.Mul(x, y))}, nil); err != nil {
							t.Fatal(err)
						}
						if err := no.Return([]compute.Value{must(no.Neg(x))}, nil); err != nil {
							t.Fatal(err)
						}
						product := must(f.If(pick, yes, no))[0]
						return []compute.Value{product, later(f, product, x)}
					}
					g := func(f compute.Function, in []compute.Value) []compute.Value {
						if !nested {
							return branch(f, in[0], in[1])
						}
						yes, no := must(f.Closure()), must(f.Closure())
						if err := yes.Return(branch(yes, in[0], in[1]), nil); err != nil {
							t.Fatal(err)
						}
						if err := no.Return([]compute.Value{in[1], in[1]}, nil); err != nil {
							t.Fatal(err)
						}
						return must(f.If(in[0], yes, no))
					}
					out := runOn(t, b, []shapes.Shape{shapes.Make(dtypes.Bool), vector}, []any{[]bool{true}, filled(3)}, false, g)
					for i, want := range []float64{27, 3} {
						for _, got := range out[i] {
							if got != want {
								t.Fatalf("nested %v, %s: output %d has %v, want %v", nested, name, i, got, want)
							}
						}
					}
				}
			}
		})
	}
}
