package onednn

import (
	"fmt"
	"math"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// TestArgMinMax pins what counts among equal values, signed zeros, infinities and NaNs: what counts on the Go backend.
func TestArgMinMax(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	negative := float32(math.Copysign(0, -1))
	x := []float32{
		1, 3, 3, 2,
		-1, -1, -1, -1,
		nan, 1, nan, 2,
		5, nan, 6, 4,
		negative, 0, negative, 0,
		inf, -inf, inf, -inf,
	}
	b := newTestBackend(t, "")
	for _, test := range []struct {
		isMin bool
		want  []float64
	}{
		{false, []float64{1, 0, 2, 1, 0, 0}},
		{true, []float64{0, 0, 2, 1, 0, 1}},
	} {
		params := []shapes.Shape{shapes.Make(dtypes.Float32, 6, 4)}
		g := func(f compute.Function, in []compute.Value) []compute.Value {
			return []compute.Value{must(f.ArgMinMax(in[0], 1, dtypes.Int32, test.isMin))}
		}
		for _, backend := range []compute.Backend{b, b.goBackend} {
			got := runOn(t, backend, params, []any{x}, false, g)
			closeTo(t, fmt.Sprintf("%s, least: %v", backend.Name(), test.isMin), got[0], test.want, 0)
		}
	}
	for _, dims := range [][]int{{7}, {3, 5, 4}, {4, 1}, {1000}} {
		for axis := range dims {
			for _, isMin := range []bool{false, true} {
				compareWithGo(t, b, []shapes.Shape{shapes.Make(dtypes.Float32, dims...)}, 0, func(f compute.Function, in []compute.Value) []compute.Value {
					return []compute.Value{must(f.ArgMinMax(in[0], axis, dtypes.Int32, isMin))}
				})
			}
		}
	}
}
