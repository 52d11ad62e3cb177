package mixgraph_test

import (
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/stream"
)

func newBackend(t testing.TB) compute.Backend {
	t.Helper()
	backend, err := gobackend.New("ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	return backend
}

// call runs a graph function on values and returns its results.
func call(t testing.TB, backend compute.Backend, fn func(in []*graph.Node) []*graph.Node, args ...any) []*tensors.Tensor {
	t.Helper()
	exec, err := graph.NewExec(backend, fn)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	out, err := exec.Call(args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func flat(t testing.TB, x *tensors.Tensor) []float32 {
	t.Helper()
	data, err := tensors.CopyFlatData[float32](x)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// normals returns n numbers of the standard normal distribution.
func normals(n int, seed uint64) []float32 {
	r := stream.New(seed, "test").At(0, 0)
	xs := make([]float32, n)
	for i := range xs {
		xs[i] = float32(r.NormFloat64())
	}
	return xs
}

func labels(n, classes int, seed uint64) []int32 {
	r := stream.New(seed, "test").At(1, 0)
	xs := make([]int32, n)
	for i := range xs {
		xs[i] = int32(r.IntN(classes))
	}
	return xs
}

func methods(t testing.TB, epochs int) map[string]mix.Method {
	t.Helper()
	all := map[string]mix.Method{}
	for _, spec := range append(mix.Examples(), "mixup:1,p=0.5,warmup=2,on=2,off=1,last=2", "mixup:1,per=sample,second,p=0.5,warmup=2,last=2") {
		m, err := mix.Parse(spec, epochs)
		if err != nil {
			t.Fatal(err)
		}
		if mix.Chooses(m) || mix.UsesDepth(m) || mix.UsesTargets(m) {
			continue // they have tests of their own
		}
		all[spec] = m
	}
	return all
}
