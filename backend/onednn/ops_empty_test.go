package onednn

import (
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// TestBroadcastToNothing broadcasts an axis of size 1 to one of size 0.
func TestBroadcastToNothing(t *testing.T) {
	params := []shapes.Shape{shapes.Make(dtypes.Float32, 0, 2), shapes.Make(dtypes.Float32, 1, 2), shapes.Make(dtypes.Bool, 1, 1), shapes.Make(dtypes.Float32)}
	flats := []any{[]float32{}, []float32{1, 2}, []bool{true}, []float32{3}}
	for _, config := range []string{"", "everything", "nothing", "fallback"} {
		t.Run(config, func(t *testing.T) {
			b := newTestBackend(t, config)
			var want []shapes.Shape
			exec, err := compileGraph(b, params, func(f compute.Function, in []compute.Value) []compute.Value {
				out := []compute.Value{
					must(f.Mul(in[0], in[1])), must(f.Sub(in[1], in[0])), must(f.Mul(in[0], in[3])),
					must(f.Where(in[2], in[1], in[0])), must(f.GreaterThan(in[1], in[0])),
				}
				for _, v := range out {
					want = append(want, shapes.Make(must(f.Shape(v)).DType, 0, 2))
				}
				return out
			})
			if err != nil {
				t.Fatal(err)
			}
			defer exec.Finalize()
			for i, s := range exec.Outputs() {
				if !s.Equal(want[i]) {
					t.Errorf("output %d is %s, want %s", i, s, want[i])
				}
			}
			if _, err := runGraph(b, exec, params, flats, false); err != nil {
				t.Error(err)
			}
		})
	}
}
