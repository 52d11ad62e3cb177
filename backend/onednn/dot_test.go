package onednn

import (
	"fmt"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"pgregory.net/rapid"
)

// TestDotGeneral compares products with random batch, contracting and free axes in random order, and transposed, with the
// Go backend.
func TestDotGeneral(t *testing.T) {
	eachLibrary(t, "everything", func(t *testing.T, b *Backend) {
		rapid.Check(t, func(rt *rapid.T) {
			size := func(name string) int { return rapid.IntRange(1, 7).Draw(rt, name) }
			// Each operand has its axes in an order of its own.
			var lhs, rhs []int
			var lhsAxes, rhsAxes [3][]int // batch, contracting, free
			place := func(dims *[]int, axes *[3][]int, kind, n int) {
				axes[kind] = append(axes[kind], len(*dims))
				*dims = append(*dims, n)
			}
			counts := [3]int{rapid.IntRange(0, 2).Draw(rt, "batch"), rapid.IntRange(0, 2).Draw(rt, "contracting"), rapid.IntRange(0, 2).Draw(rt, "free")}
			var shared [2][]int
			for kind := range 2 {
				for i := range counts[kind] {
					shared[kind] = append(shared[kind], size(fmt.Sprint("shared", kind, i)))
				}
			}
			for side, dims := range []*[]int{&lhs, &rhs} {
				axes := []*[3][]int{&lhsAxes, &rhsAxes}[side]
				order := rapid.Permutation([]int{0, 1, 2}).Draw(rt, fmt.Sprint("order", side))
				for _, kind := range order {
					for i := range counts[kind] {
						if kind == 2 {
							place(dims, axes, kind, size(fmt.Sprint("free", side, i)))
						} else {
							place(dims, axes, kind, shared[kind][i])
						}
					}
				}
			}
			permutation := rapid.Permutation(axesFrom(0, counts[0]+2*counts[2])).Draw(rt, "permutation")
			both := rapid.Bool().Draw(rt, "both")
			compareWithGo(rt, b, []shapes.Shape{shapes.Make(dtypes.Float32, lhs...), shapes.Make(dtypes.Float32, rhs...)}, 1e-5,
				func(f compute.Function, in []compute.Value) []compute.Value {
					dot := must(f.DotGeneral(in[0], lhsAxes[1], lhsAxes[0], in[1], rhsAxes[1], rhsAxes[0], compute.DotGeneralConfig{}))
					if len(permutation) == 0 {
						return []compute.Value{dot}
					}
					transposed := must(f.Transpose(dot, permutation...))
					if both {
						return []compute.Value{dot, transposed}
					}
					return []compute.Value{must(f.Neg(transposed))}
				})
		})
	})
}

// TestDense compares FusedDense and its gradient with the Go backend for every activation, weight layout and type.
func TestDense(t *testing.T) {
	eachLibrary(t, "everything", func(t *testing.T, b *Backend) {
		for _, dtype := range []dtypes.DType{dtypes.Float32, dtypes.BFloat16, dtypes.Float64} {
			for activation := compute.ActivationNone; activation < compute.ActivationSwiGLU; activation++ {
				for _, layout := range []compute.DenseLayout{compute.DenseLayoutInputOutputs, compute.DenseLayoutOutputsInput} {
					for _, withBias := range []bool{true, false} {
						t.Run(fmt.Sprint(dtype, activation, layout, withBias), func(t *testing.T) { testDense(t, b, dtype, activation, layout, withBias) })
					}
				}
			}
		}
	})
}

func testDense(t *testing.T, b *Backend, dtype dtypes.DType, activation compute.ActivationType, layout compute.DenseLayout, withBias bool) {
	config := compute.DenseConfig{Activation: compute.ActivationConfig{Type: activation}, WeightLayout: layout}
	x, w, bias := shapes.Make(dtype, 3, 5, 8), shapes.Make(dtype, 8, 4, 6), shapes.Make(dtype, 4, 6)
	if layout == compute.DenseLayoutOutputsInput {
		w = shapes.Make(dtype, 4, 6, 8)
	}
	tol := 1e-5
	if dtype == dtypes.BFloat16 {
		tol = 0.03 // the Go backend rounds to 8 bits at other places
	}
	compareWithGo(t, b, []shapes.Shape{x, w, bias, shapes.Make(dtype, 3, 5, 4, 6)}, tol, func(f compute.Function, in []compute.Value) []compute.Value {
		var given compute.Value
		if withBias {
			given = in[2]
		}
		y := must(f.FusedDense(in[0], in[1], given, config))
		out := []compute.Value{y}
		if activation.VJPRequiresInput() {
			return out
		}
		dx, dw, db, err := f.FusedDenseVJP(in[0], in[1], given, y, in[3], config)
		if err != nil {
			panic(err)
		}
		out = append(out, dx, dw)
		if withBias {
			out = append(out, db)
		}
		return out
	})
}
