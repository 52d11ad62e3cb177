//go:build goexperiment.simd && amd64

package onednn

import (
	"math"
	"testing"

	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

func flatStart(t *testing.T, x *tensors.Tensor) float32 {
	t.Helper()
	flat, err := tensors.CopyFlatData[float32](x)
	if err != nil {
		t.Fatal(err)
	}
	return flat[0]
}

func TestUpstreamMakesNumbersOfNaN(t *testing.T) {
	x := make([]float32, 16)
	x[0] = float32(math.NaN())
	outs := graph.MustExecOnceN(gobackend.GetBackend(), func(x *graph.Node) []*graph.Node {
		return []*graph.Node{graph.Tanh(x), graph.Sigmoid(x), graph.Softmax(x), graph.ReduceAllMax(x), graph.ReduceAllMin(x)}
	}, x)
	for i, c := range []struct {
		what  string
		fault float32
	}{{"Tanh of NaN", -1}, {"Sigmoid of NaN", 1}, {"Softmax of NaN", 0}, {"the maximum of NaN and 0", 0}, {"the minimum of NaN and 0", 0}} {
		mended(t, 9, c.what, flatStart(t, outs[i]), c.fault)
	}
}

func TestUpstreamExpOfInfinityIsFinite(t *testing.T) {
	x := make([]float32, 16)
	x[0] = float32(math.Inf(1))
	exp := flatStart(t, graph.MustExecOnce(gobackend.GetBackend(), func(x *graph.Node) *graph.Node { return graph.Exp(x) }, x))
	if math.IsInf(float64(exp), 1) {
		t.Error("Exp of infinity is infinite: entry 15 of UPSTREAM.md is mended")
	}
}
