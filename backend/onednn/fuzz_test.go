package onednn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// choices is a stream of decisions read from fuzzed bytes; when they run out every answer is 0.
type choices struct {
	data []byte
	at   int
}

func (c *choices) below(n int) int {
	if c.at >= len(c.data) {
		return 0
	}
	c.at++
	return int(c.data[c.at-1]) % n
}

func (c *choices) done() bool { return c.at >= len(c.data) }

// randomGraph records operations that the choices name, some of them invalid, on the values recorded so far. It returns
// the values to compare; with all set, after them all others. Errors are counted, and must be the same everywhere.
func randomGraph(data []byte, failed *[]bool, all bool) graphFunc {
	return func(f compute.Function, in []compute.Value) []compute.Value {
		c := &choices{data: data}
		values := append([]compute.Value{}, in...)
		pick := func() compute.Value { return values[len(values)-1-c.below(min(len(values), 8))] }
		shape := func(v compute.Value) shapes.Shape { return must(f.Shape(v)) }
		add := func(v compute.Value, err error) {
			*failed = append(*failed, err != nil)
			if err == nil && shape(v).Size() <= 1<<14 {
				values = append(values, v)
			}
		}
		axes := func(rank int) []int {
			var out []int
			mask := c.below(1 << max(rank, 1))
			for i := range rank {
				if mask>>i&1 == 1 {
					out = append(out, i)
				}
			}
			return out
		}
		relu := compute.ActivationConfig{Type: compute.ActivationRelu}
		for n := 0; n < 24 && !c.done(); n++ {
			x := pick()
			s := shape(x)
			rank := s.Rank()
			switch c.below(46) {
			case 0:
				add(f.Add(x, pick()))
			case 1:
				add(f.Sub(x, pick()))
			case 2:
				add(f.Mul(x, pick()))
			case 3:
				add(f.Max(x, pick()))
			case 4:
				add(f.Tanh(x))
			case 5:
				add(f.Neg(x))
			case 6:
				add(f.Abs(x))
			case 7:
				add(f.Logistic(x))
			case 8:
				add(f.ReduceSum(x, axes(rank)...))
			case 9:
				add(f.ReduceMax(x, axes(rank)...))
			case 10:
				perm := identity(rank)
				for i := range perm {
					j := c.below(rank)
					perm[i], perm[j] = perm[j], perm[i]
				}
				add(f.Transpose(x, perm...))
			case 11:
				add(f.Reshape(x, s.Size()/first(s), first(s)))
			case 12:
				y := pick()
				ys := shape(y)
				a := axes(ys.Rank())
				for len(a) > rank {
					a = a[:rank]
				}
				add(f.BroadcastInDim(x, ys, a))
			case 13:
				k := pick()
				axes := convCase{rank: max(rank-2, 0)}.axes()
				pad := make([][2]int, max(rank-2, 0))
				stride := make([]int, len(pad))
				for i := range pad {
					pad[i] = [2]int{c.below(3), c.below(3)}
					stride[i] = 1 + c.below(2)
				}
				add(f.ConvGeneral(x, k, axes, stride, pad, nil, nil, 1, 1))
			case 14:
				add(f.Reverse(x, axes(rank)...))
			case 15:
				add(f.DotGeneral(x, []int{max(rank-1, 0)}, nil, pick(), []int{0}, nil, compute.DotGeneralConfig{}))
			case 16:
				window := make([]int, rank)
				for i := range window {
					window[i] = 1 + c.below(2)
				}
				op := []compute.ReduceOpType{compute.ReduceOpSum, compute.ReduceOpMax}[c.below(2)]
				add(f.ReduceWindow(x, op, window, nil, nil, nil, nil))
			case 17:
				axis := c.below(max(rank, 1))
				if rank == 0 {
					continue
				}
				vector := make([]float32, s.Dimensions[axis])
				for i := range vector {
					vector[i] = 1 + float32(i)/4
				}
				v := must(f.Constant(vector, len(vector)))
				y, mean, variance, err := f.BatchNormForTraining(x, v, v, 1e-2, axis)
				add(y, err)
				if err != nil {
					continue
				}
				values = append(values, mean)
				z := must(f.FusedActivation(y, relu))
				dy := must(f.FusedActivationVJP(z, y, x, relu))
				dx, dScale, _, err := f.BatchNormGradient(x, v, mean, variance, dy, 1e-2, axis)
				if c.below(2) == 0 {
					add(z, nil)
				}
				add(dx, err)
				if err == nil {
					add(dScale, nil)
				}
			case 18:
				add(f.FusedActivation(x, relu))
			case 19:
				add(f.FusedSoftmax(x, max(rank-1, 0)))
			case 20:
				add(f.GreaterThan(x, pick()))
			case 21:
				add(f.Where(pick(), x, pick()))
			case 22:
				add(f.ConvertDType(x, []dtypes.DType{dtypes.Float32, dtypes.Bool, dtypes.Int32, dtypes.BFloat16}[c.below(4)]))
			case 23:
				limits, starts := append([]int{}, s.Dimensions...), make([]int, rank)
				for i := range limits {
					starts[i] = c.below(2)
				}
				add(f.Slice(x, starts, limits, nil))
			case 24:
				add(f.Div(x, pick()))
			case 25:
				add(unaries[c.below(len(unaries))](f, x))
			case 26:
				add(f.Pow(x, pick()))
			case 27:
				add(f.Concatenate(c.below(rank+1), x, pick()))
			case 28:
				pads := make([]compute.PadAxis, rank)
				for i := range pads {
					pads[i] = compute.PadAxis{Start: c.below(3) - c.below(2), End: c.below(3), Interior: c.below(2)}
				}
				fill, err := f.Constant([]float32{float32(c.below(3)) - 1})
				if err == nil && c.below(8) > 0 {
					fill, err = f.ConvertDType(fill, s.DType)
				}
				if err == nil {
					add(f.Pad(x, fill, pads...))
				}
			case 29: // a gradient by data, or a transposed convolution
				spatial := max(rank-2, 0)
				k := pick()
				axes := convCase{rank: spatial}.axes()
				if c.below(2) == 0 {
					axes.KernelInputChannels, axes.KernelOutputChannels = axes.KernelOutputChannels, axes.KernelInputChannels
				}
				if c.below(2) == 0 && shape(k).Rank() == rank {
					reversed, err := f.Reverse(k, axes.KernelSpatial...)
					if add(reversed, err); err == nil {
						k = reversed
					}
				}
				pad, dilation := make([][2]int, spatial), make([]int, spatial)
				for i := range pad {
					pad[i] = [2]int{c.below(3), c.below(4)}
					dilation[i] = 1 + c.below(3)
				}
				add(f.ConvGeneral(x, k, axes, nil, pad, dilation, nil, 1, 1))
			case 30: // groups, a dilated kernel
				spatial := max(rank-2, 0)
				pad, dilation := make([][2]int, spatial), make([]int, spatial)
				for i := range pad {
					pad[i] = [2]int{c.below(4), c.below(4)}
					dilation[i] = 1 + c.below(2)
				}
				groups := 1 << c.below(4)
				k := pick()
				if ks := shape(k); ks.Rank() == rank && rank > 2 && ks.Dimensions[rank-2]%groups == 0 {
					limits := append([]int{}, ks.Dimensions...)
					limits[rank-2] /= groups
					part, err := f.Slice(k, make([]int, rank), limits, nil)
					if add(part, err); err == nil {
						k = part
					}
				}
				add(f.ConvGeneral(x, k, convCase{rank: spatial}.axes(), nil, pad, nil, dilation, groups, 1))
			case 31: // a gradient by weights
				if rank != 4 {
					continue
				}
				w := compute.ConvolveAxesConfig{InputBatch: 3, InputChannels: 0, InputSpatial: []int{1, 2}, KernelInputChannels: 0,
					KernelOutputChannels: 3, KernelSpatial: []int{1, 2}, OutputBatch: 2, OutputChannels: 3, OutputSpatial: []int{0, 1}}
				p := c.below(3)
				add(f.ConvGeneral(x, pick(), w, nil, [][2]int{{p, c.below(3)}, {p, c.below(3)}}, nil, []int{1 + c.below(2), 1}, 1, 1))
			case 32:
				window, strides, pad := make([]int, rank), make([]int, rank), make([][2]int, rank)
				for i := range window {
					window[i], strides[i] = 1+c.below(3), 1+c.below(3)
					pad[i] = [2]int{c.below(window[i]), c.below(window[i])}
				}
				op := []compute.ReduceOpType{compute.ReduceOpSum, compute.ReduceOpMax, compute.ReduceOpMin, compute.ReduceOpProduct}[c.below(4)]
				add(f.ReduceWindow(x, op, window, strides, nil, nil, pad))
			case 33: // max pooling and its gradient
				window := make([]int, rank)
				for i := range window {
					window[i] = 1
				}
				if rank == 4 {
					window[1], window[2] = 1+c.below(3), 1+c.below(3)
				}
				y, err := f.ReduceWindow(x, compute.ReduceOpMax, window, window, nil, nil, nil)
				if add(y, err); err == nil {
					add(f.SelectAndScatterMax(x, y, window, window, nil))
				}
			case 34: // sum pooling's gradient
				window, pad := make([]int, rank), make([][2]int, rank)
				pads := make([]compute.PadAxis, rank)
				for i := range window {
					window[i] = 1
				}
				if rank == 4 {
					for i := 1; i < 3; i++ {
						window[i] = 1 + c.below(3)
						pad[i] = [2]int{window[i] - 1, window[i] - 1}
						pads[i].Interior = window[i] - 1
					}
				}
				zero := must(f.Constant([]float32{0}))
				wide, err := f.Pad(x, zero, pads...)
				if add(wide, err); err == nil {
					add(f.ReduceWindow(wide, compute.ReduceOpSum, window, nil, nil, nil, pad))
				}
			case 35:
				v := pick()
				add(f.BatchNormForInference(x, v, v, v, v, 1e-2, c.below(rank+1)))
			case 36: // a dense layer and its gradient
				w, bias := pick(), pick()
				cfg := compute.DenseConfig{Activation: compute.ActivationConfig{Type: []compute.ActivationType{compute.ActivationNone, compute.ActivationRelu, compute.ActivationTanh}[c.below(3)]}}
				if c.below(3) == 0 {
					bias = nil
				}
				y, err := f.FusedDense(x, w, bias, cfg)
				if add(y, err); err == nil {
					dx, dw, db, err := f.FusedDenseVJP(x, w, bias, y, y, cfg)
					if add(dx, err); err == nil {
						add(dw, nil)
						if db != nil {
							add(db, nil)
						}
					}
				}
			case 37:
				add(f.Gather(x, must(f.Constant([]int32{0, 1}, 2, 1)), 1, identity(max(rank-1, 0)), []int{0}, []int{0}, append([]int{1}, tail(s)...), false))
			case 38:
				add(f.ArgMinMax(x, c.below(rank+1), dtypes.Int32, c.below(2) == 0))
			case 39:
				add(f.Iota(s, c.below(rank+1)))
			case 40:
				add(f.Clamp(must(f.Constant([]float32{-1})), x, must(f.Constant([]float32{1}))))
			case 41: // a branch that captures
				pred, err := f.ReduceSum(x, identity(rank)...)
				if err == nil {
					pred, err = f.GreaterThan(pred, must(f.Constant([]float32{0.37}))) // not 0, where rounding would decide
				}
				if err != nil {
					continue
				}
				y := pick()
				yes, no := must(f.Closure()), must(f.Closure())
				a, err1 := yes.Mul(x, y)
				b, err2 := no.Neg(x)
				if add(a, err1); err1 != nil || err2 != nil || !shape(a).Equal(shape(b)) {
					if err1 == nil {
						values = values[:len(values)-1]
					}
					continue
				}
				values = values[:len(values)-1] // it belongs to the closure
				if yes.Return([]compute.Value{a}, nil) != nil || no.Return([]compute.Value{b}, nil) != nil {
					continue
				}
				outs, err := f.If(pred, yes, no)
				if *failed = append(*failed, err != nil); err == nil {
					values = append(values, outs...)
				}
			case 42: // an empty tensor
				limits := append([]int{}, s.Dimensions...)
				if rank > 0 {
					limits[c.below(rank)] = 0
				}
				add(f.Slice(x, make([]int, rank), limits, nil))
			case 43:
				add(f.ReduceProduct(x, axes(rank)...))
			case 44:
				add(f.ReduceMin(x, axes(rank)...))
			case 45: // operands that are no operation's
				bad := []func() (compute.Value, error){
					func() (compute.Value, error) { return f.Reshape(x, 7, 7) },
					func() (compute.Value, error) { return f.Transpose(x, 0, 0) },
					func() (compute.Value, error) { return f.ReduceSum(x, rank) },
					func() (compute.Value, error) { return f.Reverse(x, -1) },
					func() (compute.Value, error) { return f.Add(nil, x) },
					func() (compute.Value, error) { return f.BroadcastInDim(x, shapes.Make(dtypes.Float32, 2), []int{0, 0}) },
					func() (compute.Value, error) { return f.Slice(x, []int{9}, []int{1}, nil) },
					func() (compute.Value, error) {
						return f.ConvGeneral(x, x, compute.ConvolveAxesConfig{}, nil, nil, nil, nil, 0, 0)
					},
				}
				v, err := bad[c.below(len(bad))]()
				if err == nil && v == nil {
					panic("no value and no error")
				}
				add(v, err)
			}
		}
		// The last values, and some of those before them, so that not all is needed for one result.
		out := []compute.Value{values[len(values)-1]}
		for i := len(values) - 2; i >= 0 && len(out) < 6; i -= 1 + c.below(3) {
			out = append(out, values[i])
		}
		if all {
			out = append(out, values...)
		}
		return out
	}
}

// unaries are element-wise operations of one operand.
var unaries = []unaryMethod{compute.Function.Exp, compute.Function.Expm1, compute.Function.Log, compute.Function.Log1p, compute.Function.Sqrt,
	compute.Function.Rsqrt, compute.Function.Erf, compute.Function.Sign, compute.Function.Floor, compute.Function.Ceil, compute.Function.Round,
	compute.Function.Cos, compute.Function.Sin, compute.Function.IsFinite, compute.Function.Identity, compute.Function.LogicalNot}

// tail are the sizes of all axes but the first.
func tail(s shapes.Shape) []int {
	if s.Rank() == 0 {
		return nil
	}
	return s.Dimensions[1:]
}

// first is the size of the first axis, 1 for a scalar.
func first(s shapes.Shape) int {
	if s.Rank() == 0 {
		return 1
	}
	return s.Dimensions[0]
}

var fuzzShapes = []shapes.Shape{
	shapes.Make(dtypes.Float32, 2, 6, 6, 16), shapes.Make(dtypes.Float32, 3, 3, 16, 16), shapes.Make(dtypes.Float32, 16),
	shapes.Make(dtypes.Float32, 8, 16), shapes.Make(dtypes.Float32), shapes.Make(dtypes.Float32, 2, 5, 5, 3),
}

// checkRandomGraph compares a random graph in several configurations with the Go backend.
func checkRandomGraph(t failer, backends []*Backend, reference *Backend, data []byte) {
	t.Helper()
	r := rand.New(rand.NewPCG(9, 9))
	flats := make([]any, len(fuzzShapes))
	for i, s := range fuzzShapes {
		flats[i] = randomFlat(r, s)
	}
	var wantFailed []bool
	want, err := tryGraph(reference, flats, randomGraph(data, &wantFailed, true))
	if err != nil {
		return // an error there too, or a panic of the Go backend
	}
	if slices.ContainsFunc(want, isWild) {
		want = nil
	}
	rounding := sync.OnceValues(func() ([][]float64, error) {
		var failed []bool
		return roundingOf(reference, flats, randomGraph(data, &failed, true))
	})
	for _, b := range backends {
		for _, donate := range []bool{false, true} {
			var failed []bool
			exec, err := compileGraph(b, fuzzShapes, randomGraph(data, &failed, false))
			if err != nil {
				t.Fatalf("%+v: compiling: %v", b.options, err)
				return
			}
			got, err := runGraph(b, exec, fuzzShapes, flats, donate)
			exec.Finalize()
			if err != nil {
				t.Fatalf("%+v: executing: %v", b.options, err)
				return
			}
			if fmt.Sprint(failed) != fmt.Sprint(wantFailed) {
				t.Errorf("%+v: other operations failed than on the Go backend: %v, want %v", b.options, failed, wantFailed)
			}
			for i := range got {
				if want != nil {
					closeEnough(t, fmt.Sprintf("%+v, donated %v: output %d", b.options, donate, i), got[i], want[i], func() ([]float64, error) {
						spread, err := rounding()
						if err != nil {
							return nil, err
						}
						return spread[i], nil
					})
				}
			}
		}
	}
}

// isWild tells whether the values are such that the Go backend is no reference: its Tanh, for one, makes -1 of NaN.
func isWild(values []float64) bool {
	return slices.ContainsFunc(values, func(v float64) bool { return math.IsNaN(v) || math.Abs(v) > 1e4 })
}

// closeEnough is closeTo for graphs of any operations, in which rounding may grow on the way, and comparisons and rounding
// to integers turn it into other results. Elements may differ as far as noise in place of rounding moves them, and
// those that it moves by more than 5 % of the largest are not compared.
func closeEnough(t failer, what string, got, want []float64, rounding func() ([]float64, error)) {
	t.Helper()
	const tol = 1e-3
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	scale := 1.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) <= tol*scale {
			continue
		}
		spread, err := rounding()
		if err != nil {
			t.Errorf("%s: adding noise: %v", what, err)
			return
		}
		stable := spread[i] <= 0.05*scale // not NaN
		if stable && !(math.Abs(got[i]-want[i]) <= tol*scale+8*spread[i]) {
			t.Errorf("%s: element %d is %g, want %g (largest %g, noise moves it by %g)", what, i, got[i], want[i], scale, spread[i])
			return
		}
	}
}

func tryGraph(b *Backend, flats []any, g graphFunc) (out [][]float64, err error) {
	err = protect(func() error {
		exec, err := compileGraph(b, fuzzShapes, g)
		if err != nil {
			return err
		}
		defer exec.Finalize()
		out, err = runGraph(b, exec, fuzzShapes, flats, false)
		return err
	})
	return out, err
}

func fuzzBackends(t testing.TB) ([]*Backend, *Backend) {
	var backends []*Backend
	for _, config := range []string{"deterministic", "deterministic,everything", "deterministic,nofusion,nolayouts", "deterministic,winograd", "nothing,regions"} {
		backends = append(backends, newTestBackend(t, config))
	}
	if b, err := New("deterministic,library=" + otherLibrary); err == nil {
		t.Cleanup(b.Finalize)
		backends = append(backends, b.(*Backend))
	}
	return backends, newTestBackend(t, "fallback")
}

// FuzzGraph builds graphs from random bytes.
func FuzzGraph(f *testing.F) {
	backends, reference := fuzzBackends(f)
	f.Add([]byte{5, 13, 4, 1, 1, 1, 1, 0, 0, 0, 18})
	f.Fuzz(func(t *testing.T, data []byte) {
		defer func() {
			if t.Failed() {
				t.Log(describe(reference, data))
			}
		}()
		checkRandomGraph(t, backends, reference, data)
	})
}

// TestRandomGraphs does as FuzzGraph for a fixed number of graphs.
func TestRandomGraphs(t *testing.T) {
	backends, reference := fuzzBackends(t)
	r := rand.New(rand.NewPCG(11, 12))
	for range randomGraphs {
		data := make([]byte, 20+r.IntN(120))
		for i := range data {
			data[i] = byte(r.IntN(256))
		}
		checkRandomGraph(t, backends, reference, data)
		if t.Failed() {
			t.Fatalf("data %v%s", data, describe(reference, data))
		}
	}
}

// describe lists the operations that the outputs of a random graph need, for messages.
func describe(b *Backend, data []byte) string {
	bld := b.Builder("describe").(*Builder)
	var failed []bool
	var out string
	err := protect(func() error {
		var in []compute.Value
		for i, s := range fuzzShapes {
			in = append(in, must(bld.main.Parameter(fmt.Sprint("p", i), s, nil)))
		}
		return bld.main.Return(randomGraph(data, &failed, false)(bld.main, in), nil)
	})
	if err != nil {
		return err.Error()
	}
	for _, n := range live(bld.main) {
		out += fmt.Sprintf("\n%d %s(", n.id, n.op)
		for _, v := range n.inputs {
			if v != nil {
				out += fmt.Sprintf(" %d.%d", v.node.id, v.index)
			}
		}
		attrs := fmt.Sprintf("%+v", n.attrs)
		out += fmt.Sprintf(" ) %s %.300s", n.outputs[0].shape, attrs)
	}
	out += "\noutputs"
	for _, v := range bld.main.outputs {
		out += fmt.Sprintf(" %d.%d", v.node.id, v.index)
	}
	return out
}
