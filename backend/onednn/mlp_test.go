package onednn_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/nn"

	"github.com/vicinal-ml/vicinal/backend/onednn"
)

// BenchmarkMLP trains two layers of 128 in batches of 16: its arithmetic takes some microseconds, so what is measured is
// the cost of a step. Set GOMLX_BACKEND to measure another backend.
func BenchmarkMLP(b *testing.B) {
	backend, err := compute.NewWithConfig(cmp.Or(os.Getenv(compute.ConfigEnvVar), onednn.BackendName))
	if err != nil {
		b.Skip(err)
	}
	defer backend.Finalize()
	g := NewGraph(backend, "mlp step")
	x := Parameter(g, "x", shapes.Make(dtypes.Float32, 16, 128))
	labels := Parameter(g, "labels", shapes.Make(dtypes.Float32, 16, 10))
	var params []*Node
	h := x
	for i, width := range []int{128, 128, 10} {
		w := Parameter(g, fmt.Sprint("w", i), shapes.Make(dtypes.Float32, h.Shape().Dimensions[1], width))
		bias := Parameter(g, fmt.Sprint("b", i), shapes.Make(dtypes.Float32, width))
		params = append(params, w, bias)
		h = nn.Dense(h, w, bias, compute.DenseLayoutInputOutputs)
		if width == 128 {
			h = activation.Relu(h)
		}
	}
	loss := MulScalar(ReduceAllSum(Mul(labels, LogSoftmax(h))), -1.0/16)
	outs := []*Node{loss}
	for i, grad := range Gradient(loss, params...) {
		outs = append(outs, Sub(params[i], MulScalar(grad, 0.1)))
	}
	if err := g.Compile(outs...); err != nil {
		b.Fatal(err)
	}
	defer g.Finalize()
	r := rand.New(rand.NewPCG(1, 1))
	inputs, donate := make([]compute.Buffer, g.NumParameters()), make([]bool, g.NumParameters())
	for i, n := range append([]*Node{x, labels}, params...) {
		flat := make([]float32, n.Shape().Size())
		for j := range flat {
			flat[j] = float32(r.NormFloat64()) / 10
		}
		if inputs[i], err = backend.BufferFromFlatData(0, flat, n.Shape()); err != nil {
			b.Fatal(err)
		}
		donate[i] = i >= 2
	}
	b.ReportAllocs()
	for b.Loop() {
		results := g.RunWithBuffers(inputs, donate, 0)
		for i := range params {
			if inputs[2+i], err = results[1+i].DonateBuffer(backend, 0); err != nil {
				b.Fatal(err)
			}
		}
		results[0].MustFinalizeAll()
	}
}
