package onednn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"go.uber.org/goleak"
)

// smallConvNet is a convolution, a normalisation and a product: all that runs on oneDNN.
func smallConvNet(f compute.Function, in []compute.Value) []compute.Value {
	h := must(f.ConvGeneral(in[0], in[1], convCase{rank: 2}.axes(), nil, [][2]int{{1, 1}, {1, 1}}, nil, nil, 1, 1))
	y, _, _, err := f.BatchNormForTraining(h, in[2], in[2], 1e-3, 3)
	if err != nil {
		panic(err)
	}
	y = must(f.FusedActivation(y, compute.ActivationConfig{Type: compute.ActivationRelu}))
	return []compute.Value{must(f.ReduceSum(must(f.Mul(y, y)), 1, 2))}
}

func smallConvShapes(batch int) []shapes.Shape {
	return []shapes.Shape{shapes.Make(dtypes.Float32, batch, 8, 8, 16), shapes.Make(dtypes.Float32, 3, 3, 16, 32), shapes.Make(dtypes.Float32, 32)}
}

// TestFinalizeLeavesNothing checks goroutines, threads and native objects after a backend's life, executables and
// buffers that nobody finalized included.
func TestFinalizeLeavesNothing(t *testing.T) {
	before := goleak.IgnoreCurrent()
	const threads = 3
	for range 5 {
		// By the fixed table its convolutions are the library's, which wake its threads.
		b := open(t, fmt.Sprint("deterministic,threads=", threads))
		shape := smallConvShapes(4)
		exec, err := compileGraph(b, shape, smallConvNet)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 1))
		if _, err := runGraph(b, exec, shape, []any{randomFlat(r, shape[0]), randomFlat(r, shape[1]), randomFlat(r, shape[2])}, false); err != nil {
			t.Fatal(err)
		}
		if n := ownThreads(t); n != threads && n >= 0 {
			t.Errorf("%d threads at work, want %d", n, threads)
		}
		b.Finalize()
		b.Finalize()
		if live := b.lib.Live(); live.Total() != 0 {
			t.Errorf("native objects left: %v", live)
		}
		if !b.IsFinalized() {
			t.Error("not finalized")
		}
		if _, err := exec.Execute(nil, nil, 0); err == nil {
			t.Error("executing on a finalized backend did not fail")
		}
		if _, _, err := b.NewSharedBuffer(0, shape[0]); err == nil {
			t.Error("a finalized backend made a buffer")
		}
		// Threads end a moment after the goroutine that they belong to.
		for i := 0; ownThreads(t) > 0; i++ {
			if i == 500 {
				t.Fatalf("%d threads left", ownThreads(t))
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	goleak.VerifyNone(t, before)
}

// TestNewFailsCleanly checks that a backend which does not start leaves no goroutine.
func TestNewFailsCleanly(t *testing.T) {
	before := goleak.IgnoreCurrent()
	for _, config := range []string{"library=/none.so", "library=/dev/null", "threads=0", "help"} {
		if b, err := New(config); err == nil {
			b.Finalize()
			t.Errorf("config %q: no error", config)
		}
	}
	goleak.VerifyNone(t, before)
}

// ownThreads is the number of operating-system threads that backends started, -1 where it cannot be told.
func ownThreads(t *testing.T) int {
	t.Helper()
	names, err := filepath.Glob("/proc/self/task/*/comm")
	if err != nil || len(names) == 0 {
		return -1
	}
	n := 0
	for _, name := range names {
		if comm, err := os.ReadFile(name); err == nil && strings.TrimSpace(string(comm)) == threadName {
			n++
		}
	}
	return n
}

// TestConcurrentExecutions runs several executables from several goroutines each.
func TestConcurrentExecutions(t *testing.T) {
	b := newTestBackend(t, "")
	var wg sync.WaitGroup
	for size := 1; size <= 3; size++ {
		shape := smallConvShapes(size)
		exec, err := compileGraph(b, shape, smallConvNet)
		if err != nil {
			t.Fatal(err)
		}
		defer exec.Finalize()
		for g := range 3 {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(size), uint64(g)))
				flats := []any{randomFlat(r, shape[0]), randomFlat(r, shape[1]), randomFlat(r, shape[2])}
				want, err := runGraph(b, exec, shape, flats, false)
				if err != nil {
					t.Error(err)
					return
				}
				for i := range 20 {
					got, err := runGraph(b, exec, shape, flats, i%2 == 0)
					if err != nil {
						t.Error(err)
						return
					}
					closeTo(t, fmt.Sprintf("batch %d, goroutine %d", size, g), got[0], want[0], 1e-5)
				}
			})
		}
	}
	wg.Wait()
}

// TestOptions checks that mistakes in the configuration are errors that say what is known.
func TestOptions(t *testing.T) {
	for config, want := range map[string]string{
		"help":               "deterministic",
		"fast":               `has no option "fast"`,
		"threads=0":          "from 1 to 4096",
		"threads":            "from 1 to 4096",
		"fallback=yes":       "takes no value",
		"library=/none.so":   "/none.so",
		"library=/dev/null":  "/dev/null",
		"threads=2,threads=": "needs a number",
	} {
		b, err := New(config)
		if err == nil {
			b.Finalize()
			t.Errorf("%q: no error", config)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want mention of %q", config, err, want)
		}
	}
}

// TestBadInputs checks that mistakes in executing are errors, and leave the executable usable.
func TestBadInputs(t *testing.T) {
	b, other := newTestBackend(t, ""), newTestBackend(t, "")
	shape := shapes.Make(dtypes.Float32, 4)
	exec, err := compileGraph(b, []shapes.Shape{shape, shape}, func(f compute.Function, in []compute.Value) []compute.Value {
		return []compute.Value{must(f.Add(in[0], in[1]))}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	fresh := func(b *Backend) compute.Buffer { return must(b.BufferFromFlatData(0, []float32{1, 2, 3, 4}, shape)) }
	gone := fresh(b)
	if err := gone.Finalize(); err != nil {
		t.Fatal(err)
	}
	if gone.Finalize() == nil {
		t.Error("finalizing twice did not fail")
	}
	for what, in := range map[string][]compute.Buffer{
		"one input":       {fresh(b)},
		"nil":             {fresh(b), nil},
		"another backend": {fresh(b), fresh(other)},
		"finalized":       {fresh(b), gone},
		"another shape":   {fresh(b), must(b.BufferFromFlatData(0, []float32{1}, shapes.Make(dtypes.Float32, 1)))},
		"another type":    {fresh(b), must(b.BufferFromFlatData(0, []int32{1, 2, 3, 4}, shapes.Make(dtypes.Int32, 4)))},
	} {
		if _, err := exec.Execute(in, nil, 0); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	if _, err := exec.Execute([]compute.Buffer{fresh(b), fresh(b)}, nil, 1); err == nil {
		t.Error("device 1: no error")
	}
	if _, err := b.BufferFromFlatData(0, []float32{1}, shape); err == nil {
		t.Error("too little data: no error")
	}
	if _, err := b.BufferFromFlatData(0, []float64{1, 2, 3, 4}, shape); err == nil {
		t.Error("data of another type: no error")
	}
	// A buffer given twice and donated once.
	x := fresh(b)
	out, err := exec.Execute([]compute.Buffer{x, x}, []bool{true, false}, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "sum", toFloat64(must(out[0].Data())), []float64{2, 4, 6, 8}, 0)
}

// TestHugeShapes asks for more memory than any machine has.
func TestHugeShapes(t *testing.T) {
	b := newTestBackend(t, "")
	huge := shapes.Make(dtypes.Float32, 1<<20, 1<<20)
	if _, _, err := b.NewSharedBuffer(0, huge); err == nil {
		t.Error("a buffer of 4 TiB: no error")
	}
	if _, _, err := b.NewSharedBuffer(0, shapes.Make(dtypes.Float32, 1<<40, 1<<40)); err == nil {
		t.Error("a buffer whose size overflows: no error")
	}
	row := shapes.Make(dtypes.Float32, 1<<20)
	for name, g := range map[string]graphFunc{
		"in the arena": func(f compute.Function, in []compute.Value) []compute.Value {
			x := must(f.BroadcastInDim(in[0], huge, []int{1}))
			s := must(f.CumSum(x, 0, compute.CumSumOptions{}))
			return []compute.Value{must(f.ReduceSum(s))}
		},
		"as output": func(f compute.Function, in []compute.Value) []compute.Value {
			return []compute.Value{must(f.BroadcastInDim(in[0], huge, []int{1}))}
		},
		"on the Go backend": func(f compute.Function, in []compute.Value) []compute.Value {
			return []compute.Value{must(f.CumSum(must(f.BroadcastInDim(in[0], huge, []int{1})), 0, compute.CumSumOptions{}))}
		},
	} {
		exec, err := compileGraph(b, []shapes.Shape{row}, g)
		if err != nil {
			continue
		}
		if _, err := runGraph(b, exec, []shapes.Shape{row}, []any{make([]float32, 1<<20)}, false); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestNaN checks that NaN and Inf in the data come out as such, and nothing fails.
func TestNaN(t *testing.T) {
	b := newTestBackend(t, "")
	shape := smallConvShapes(2)
	exec, err := compileGraph(b, shape, smallConvNet)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	r := rand.New(rand.NewPCG(1, 1))
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1))} {
		x := randomFlat(r, shape[0]).([]float32)
		x[5] = bad
		out, err := runGraph(b, exec, shape, []any{x, randomFlat(r, shape[1]), randomFlat(r, shape[2])}, false)
		if err != nil {
			t.Fatal(err)
		}
		nan := 0
		for _, v := range out[0] {
			if math.IsNaN(v) {
				nan++
			}
		}
		if nan != len(out[0]) {
			t.Errorf("with %v in the data, %d of %d results are NaN: a ReLU must not hide it", bad, nan, len(out[0]))
		}
	}
}

// TestZeroSize runs operations with kernels on tensors without elements.
func TestZeroSize(t *testing.T) {
	b := newTestBackend(t, "everything")
	empty := shapes.Make(dtypes.Float32, 0, 3)
	params := []shapes.Shape{empty, shapes.Make(dtypes.Float32, 3, 2)}
	got := runOn(t, b, params, []any{[]float32{}, make([]float32, 6)}, false, func(f compute.Function, in []compute.Value) []compute.Value {
		x := must(f.Add(in[0], in[0]))
		return []compute.Value{x, must(f.ReduceSum(x, 0)),
			must(f.DotGeneral(x, []int{1}, nil, in[1], []int{0}, nil, compute.DotGeneralConfig{})),
			must(f.DotGeneral(x, []int{0}, nil, x, []int{0}, nil, compute.DotGeneralConfig{})), must(f.Reshape(x, 3, 0))}
	})
	for i, want := range [][]float64{{}, {0, 0, 0}, {}, make([]float64, 9), {}} {
		closeTo(t, fmt.Sprint("output ", i), got[i], want, 0)
	}
}
