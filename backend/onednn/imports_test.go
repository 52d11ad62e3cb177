package onednn

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// momentumStep is a step of a convolution's training: image, weights, momentum and second moment in; loss and the new
// weights, momentum and second moment out.
var momentumStep = struct {
	params []shapes.Shape
	graph  graphFunc
}{
	[]shapes.Shape{shapes.Make(dtypes.Float32, 4, 12, 12, 32), shapes.Make(dtypes.Float32, 3, 3, 32, 64),
		shapes.Make(dtypes.Float32, 3, 3, 32, 64), shapes.Make(dtypes.Float32, 3, 3, 32, 64)},
	func(f compute.Function, in []compute.Value) []compute.Value {
		pad := [][2]int{{1, 1}, {1, 1}}
		scaled := func(x compute.Value, c float32) compute.Value { return must(f.Mul(x, must(f.Constant([]float32{c})))) }
		x, w, m, v := in[0], in[1], in[2], in[3]
		y := must(f.ConvGeneral(x, w, convCase{rank: 2}.axes(), nil, pad, nil, nil, 1, 1))
		loss := must(f.ReduceSum(must(f.Mul(y, y))))
		axes := compute.ConvolveAxesConfig{InputBatch: 3, InputChannels: 0, InputSpatial: []int{1, 2},
			KernelInputChannels: 0, KernelOutputChannels: 3, KernelSpatial: []int{1, 2}, OutputBatch: 2, OutputChannels: 3, OutputSpatial: []int{0, 1}}
		dw := scaled(must(f.ConvGeneral(x, y, axes, nil, pad, nil, nil, 1, 1)), 1e-3)
		m1 := must(f.Add(scaled(m, 0.9), must(f.Add(dw, scaled(w, 1e-2)))))
		v1 := must(f.Add(scaled(v, 0.9), must(f.Mul(dw, dw))))
		step := must(f.Div(m1, must(f.Add(must(f.Sqrt(must(f.Abs(v1)))), must(f.Constant([]float32{1}))))))
		return []compute.Value{loss, must(f.Sub(w, scaled(step, 0.1))), m1, v1}
	},
}

// trainMomentum takes steps, with after called on the new state after each, and returns what Data says of the last.
func trainMomentum(t *testing.T, b compute.Backend, steps int, after func(step int, state []compute.Buffer)) [][]float64 {
	t.Helper()
	exec, err := compileGraph(b, momentumStep.params, momentumStep.graph)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	r := rand.New(rand.NewPCG(1, 2))
	in := make([]compute.Buffer, len(momentumStep.params))
	for i, s := range momentumStep.params {
		in[i] = must(b.BufferFromFlatData(0, randomFlat(r, s), s))
	}
	for step := range steps {
		outs, err := exec.Execute(in, []bool{false, true, true, true}, 0)
		if err != nil {
			t.Fatal(err)
		}
		copy(in[1:], outs[1:])
		if after != nil {
			after(step, in[1:])
		}
	}
	var results [][]float64
	for _, buf := range in[1:] {
		results = append(results, toFloat64(must(buf.Data())))
	}
	return results
}

// addresses are where the state is, whichever part of it where.
func addresses(state []compute.Buffer) (ptrs []uintptr) {
	for _, b := range state {
		ptrs = append(ptrs, uintptr(b.(*Buffer).block.ptr))
	}
	slices.Sort(ptrs)
	return ptrs
}

// TestImports trains weights that stay in their convolution's layout.
func TestImports(t *testing.T) {
	fallback := newTestBackend(t, "fallback")
	want := trainMomentum(t, fallback, 4, nil)
	eachLibrary(t, "deterministic", func(t *testing.T, b *Backend) {
		var at []uintptr
		blocked := trainMomentum(t, b, 4, func(step int, state []compute.Buffer) {
			for i, buf := range state {
				if buf.(*Buffer).order == nil {
					t.Errorf("step %d: state %d is row-major", step, i)
				}
			}
			if step > 0 && !slices.Equal(at, addresses(state)) {
				t.Errorf("step %d: not updated in place", step)
			}
			at = addresses(state)
		})
		for i := range want {
			closeTo(t, "state", blocked[i], want[i], 1e-4)
		}
		read := trainMomentum(t, b, 4, func(step int, state []compute.Buffer) {
			buf := state[step%3].(*Buffer)
			flat := make([]float32, buf.shape.Size())
			if err := buf.ToFlatData(flat); err != nil || buf.order == nil {
				t.Errorf("ToFlatData: %v, order %v", err, buf.order)
			}
			data := must(buf.Data()).([]float32)
			if !slices.Equal(flat, data) || buf.order != nil {
				t.Error("ToFlatData and Data differ")
			}
		})
		for i := range blocked {
			if !slices.Equal(blocked[i], read[i]) {
				t.Errorf("state %d depends on whether it was read", i)
			}
		}
	})
}

// TestImportsElsewhere gives weights in their convolution's layout to computations that know nothing of it.
func TestImportsElsewhere(t *testing.T) {
	b := newTestBackend(t, "deterministic")
	var state []compute.Buffer
	want := trainMomentum(t, b, 2, nil)
	trainMomentum(t, b, 2, func(step int, s []compute.Buffer) {
		if step < 1 {
			return
		}
		state = slices.Clone(s)
		shape := momentumStep.params[1]
		for name, g := range map[string]graphFunc{
			"element-wise": func(f compute.Function, in []compute.Value) []compute.Value {
				return []compute.Value{must(f.Neg(must(f.Neg(in[0])))), in[1]}
			},
			"passed on": func(f compute.Function, in []compute.Value) []compute.Value { return in },
			// The first operand is imported; the second is the same buffer, read row-major.
			"twice": func(f compute.Function, in []compute.Value) []compute.Value {
				image := must(f.Slice(must(f.Concatenate(2, in[1], in[1])), []int{0, 0, 0, 0}, []int{3, 3, 32, 32}, []int{1, 1, 1, 1}))
				y := must(f.ConvGeneral(image, in[0], convCase{rank: 2}.axes(), nil, [][2]int{{1, 1}, {1, 1}}, nil, nil, 1, 1))
				return []compute.Value{must(f.Add(in[0], must(f.Mul(must(f.ReduceSum(y)), must(f.Constant([]float32{0})))))), in[1]}
			},
		} {
			exec, err := compileGraph(b, []shapes.Shape{shape, shape}, g)
			if err != nil {
				t.Fatal(name, err)
			}
			other := must(b.BufferFromFlatData(0, must(state[0].(*Buffer).clone()), shape)).(*Buffer)
			for _, in := range [][]compute.Buffer{{state[0], state[0]}, {state[0], other}} {
				outs, err := exec.Execute(in, nil, 0)
				if err != nil {
					t.Fatal(name, err)
				}
				for i, out := range outs {
					if got := toFloat64(must(out.Data())); !slices.Equal(got, want[0]) {
						t.Errorf("%s: output %d differs", name, i)
					}
				}
			}
			exec.Finalize()
		}
	})
}

// clone is what ToFlatData gives.
func (buf *Buffer) clone() (any, error) {
	flat := make([]float32, buf.shape.Size())
	return flat, buf.ToFlatData(flat)
}

// TestImportsConcurrently reads weights while executions use them, in and out of their layout.
func TestImportsConcurrently(t *testing.T) {
	b := newTestBackend(t, "deterministic")
	want := trainMomentum(t, b, 3, nil)
	exec, err := compileGraph(b, momentumStep.params, momentumStep.graph)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	image := must(b.BufferFromFlatData(0, randomFlat(rand.New(rand.NewPCG(1, 2)), momentumStep.params[0]), momentumStep.params[0]))
	for range 5 {
		trainMomentum(t, b, 2, func(step int, state []compute.Buffer) {
			if step < 1 {
				return
			}
			var wg sync.WaitGroup
			for i := range 3 {
				wg.Go(func() {
					outs, err := exec.Execute(append([]compute.Buffer{image}, state...), nil, 0)
					if err != nil {
						t.Error(err)
						return
					}
					for j, out := range outs[1:] {
						if !slices.Equal(toFloat64(must(out.Data())), want[j]) {
							t.Errorf("new state %d differs", j)
						}
					}
				})
				wg.Go(func() { must(state[i].Data()) })
			}
			wg.Wait()
			for i, s := range state {
				if n := len(s.(*Buffer).retired); n > 0 || s.(*Buffer).users > 0 {
					t.Errorf("state %d: %d blocks kept", i, n)
				}
			}
		})
	}
}
