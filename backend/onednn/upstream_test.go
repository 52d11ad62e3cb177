package onednn

import (
	"math"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// mended fails where a fault of UPSTREAM.md is no more: its entry, and what this package does about it, can go.
func mended(t *testing.T, entry int, what string, got, fault float32) {
	t.Helper()
	if math.Float32bits(got) != math.Float32bits(fault) {
		t.Errorf("%s is %v and not %v: see whether entry %d of UPSTREAM.md is mended", what, got, fault, entry)
	}
}

func TestUpstreamArgMaxFindsTheLastNaN(t *testing.T) {
	nan := float32(math.NaN())
	outs := graph.MustExecOnceN(gobackend.GetBackend(), func(x *graph.Node) []*graph.Node {
		return []*graph.Node{graph.ArgMax(x, 0, dtypes.Int32), graph.ArgMin(x, 0, dtypes.Int32)}
	}, []float32{1, nan, 2, nan})
	mended(t, 16, "ArgMax of 1, NaN, 2, NaN", float32(tensors.ToScalar[int32](outs[0])), 3)
	mended(t, 16, "ArgMin of 1, NaN, 2, NaN", float32(tensors.ToScalar[int32](outs[1])), 3)
}
