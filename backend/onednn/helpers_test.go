package onednn

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/dtypes/bfloat16"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// failer is what *testing.T and *rapid.T share.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

func newTestBackend(t testing.TB, config string) *Backend {
	t.Helper()
	b := open(t, config)
	t.Cleanup(b.Finalize)
	return b
}

// open starts a backend. Where the system has no oneDNN the test is skipped; a library that was named must be there.
func open(t testing.TB, config string) *Backend {
	t.Helper()
	b, err := New(config)
	var missing *dnnl.NotFoundError
	if errors.As(err, &missing) && os.Getenv("ONEDNN_LIBRARY") == "" {
		t.Skipf("SKIP: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.(*Backend)
}

// must panics on an error; tests use it to write graphs as expressions.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type graphFunc func(f compute.Function, in []compute.Value) []compute.Value

// compileGraph compiles g over parameters of those shapes.
func compileGraph(b compute.Backend, params []shapes.Shape, g graphFunc) (exec compute.Executable, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("building: %v", p)
		}
	}()
	return recordGraph(b, params, g).Compile()
}

// recordGraph records g over parameters of those shapes; it panics on an error.
func recordGraph(b compute.Backend, params []shapes.Shape, g graphFunc) compute.Builder {
	bld := b.Builder("test")
	f := bld.Main()
	in := make([]compute.Value, len(params))
	for i, s := range params {
		in[i] = must(f.Parameter(fmt.Sprint("p", i), s, nil))
	}
	if err := f.Return(g(f, in), nil); err != nil {
		panic(err)
	}
	return bld
}

// randomFlat is n values of N(0,1), or small integers, from a fixed stream.
func randomFlat(r *rand.Rand, s shapes.Shape) any {
	n := s.Size()
	switch s.DType {
	case dtypes.Float32:
		out := make([]float32, n)
		for i := range out {
			out[i] = float32(r.NormFloat64())
		}
		return out
	case dtypes.Float64:
		out := make([]float64, n)
		for i := range out {
			out[i] = r.NormFloat64()
		}
		return out
	case dtypes.BFloat16:
		out := make([]bfloat16.BFloat16, n)
		for i := range out {
			out[i] = bfloat16.FromFloat32(float32(r.NormFloat64()))
		}
		return out
	case dtypes.Int32:
		out := make([]int32, n)
		for i := range out {
			out[i] = int32(r.IntN(21) - 10)
		}
		return out
	case dtypes.Bool:
		out := make([]bool, n)
		for i := range out {
			out[i] = r.IntN(2) == 1
		}
		return out
	}
	panic("no random values of type " + s.DType.String())
}

// runGraph executes on copies of flats and returns the outputs as float64.
func runGraph(b compute.Backend, exec compute.Executable, params []shapes.Shape, flats []any, donate bool) ([][]float64, error) {
	in := make([]compute.Buffer, len(params))
	donated := make([]bool, len(params))
	for i, s := range params {
		buf, err := b.BufferFromFlatData(0, flats[i], s)
		if err != nil {
			return nil, err
		}
		in[i], donated[i] = buf, donate
	}
	outs, err := exec.Execute(in, donated, 0)
	if err != nil {
		return nil, err
	}
	var results [][]float64
	for _, out := range outs {
		flat, err := out.Data()
		if err != nil {
			return nil, err
		}
		results = append(results, toFloat64(flat))
		if err := out.Finalize(); err != nil {
			return nil, err
		}
	}
	return results, nil
}

func toFloat64(flat any) []float64 {
	var out []float64
	switch v := flat.(type) {
	case []float32:
		for _, x := range v {
			out = append(out, float64(x))
		}
	case []float64:
		out = append(out, v...)
	case []bfloat16.BFloat16:
		for _, x := range v {
			out = append(out, float64(x.Float32()))
		}
	case []int32:
		for _, x := range v {
			out = append(out, float64(x))
		}
	case []int64:
		for _, x := range v {
			out = append(out, float64(x))
		}
	case []bool:
		for _, x := range v {
			if x {
				out = append(out, 1)
			} else {
				out = append(out, 0)
			}
		}
	default:
		panic(fmt.Sprintf("no float64 from %T", flat))
	}
	return out
}

// closeTo fails where got and want differ by more than tol relative to the largest magnitude wanted.
func closeTo(t failer, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	scale := 1.0
	for _, w := range want {
		if !math.IsInf(w, 0) && !math.IsNaN(w) {
			scale = max(scale, math.Abs(w))
		}
	}
	for i := range got {
		if got[i] == want[i] || math.IsNaN(got[i]) && math.IsNaN(want[i]) {
			continue
		}
		if d := math.Abs(got[i] - want[i]); !(d <= tol*scale) {
			t.Errorf("%s: element %d is %g, want %g (largest %g)", what, i, got[i], want[i], scale)
			return
		}
	}
}

// compareWithGo runs g here, with and without donated inputs, and on the Go backend.
func compareWithGo(t failer, b *Backend, params []shapes.Shape, tol float64, g graphFunc) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	flats := make([]any, len(params))
	for i, s := range params {
		flats[i] = randomFlat(r, s)
	}
	reference := must(gobackend.New("ops_sequential"))
	defer reference.Finalize()
	want := runOn(t, reference, params, flats, false, g)
	if want == nil {
		return
	}
	for _, donate := range []bool{false, true} {
		got := runOn(t, b, params, flats, donate, g)
		for i := range got {
			closeTo(t, fmt.Sprintf("output %d (donated inputs: %v)", i, donate), got[i], want[i], tol)
		}
	}
}

func runOn(t failer, b compute.Backend, params []shapes.Shape, flats []any, donate bool, g graphFunc) [][]float64 {
	t.Helper()
	exec, err := compileGraph(b, params, g)
	if err != nil {
		t.Fatalf("compiling for %s: %v", b.Name(), err)
		return nil
	}
	defer exec.Finalize()
	var out [][]float64
	for range 2 { // what an execution leaves behind must not matter
		if out, err = runGraph(b, exec, params, flats, donate); err != nil {
			t.Fatalf("executing on %s: %v", b.Name(), err)
			return nil
		}
	}
	return out
}
