package onednn

import (
	"fmt"
	"math"
	"math/rand/v2"
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
// the values to compare. Errors are counted, and must be the same everywhere.
func randomGraph(data []byte, failed *[]bool) graphFunc {
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
			switch c.below(24) {
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
			}
		}
		// The last values, and some of those before them, so that not all is needed for one result.
		out := []compute.Value{values[len(values)-1]}
		for i := len(values) - 2; i >= 0 && len(out) < 6; i -= 1 + c.below(3) {
			out = append(out, values[i])
		}
		return out
	}
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
	want, err := tryGraph(reference, flats, randomGraph(data, &wantFailed))
	if err != nil {
		return // an error there too, or a panic of the Go backend
	}
	for _, b := range backends {
		for _, donate := range []bool{false, true} {
			var failed []bool
			exec, err := compileGraph(b, fuzzShapes, randomGraph(data, &failed))
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
			for i := range want {
				closeUnlessWild(t, fmt.Sprintf("%+v, donated %v: output %d", b.options, donate, i), got[i], want[i])
			}
		}
	}
}

// closeUnlessWild is closeTo for graphs whose values may be anything: differences of rounding grow with the values on
// the way, which are not known, and comparisons turn them into other results; so only a few elements may differ, none
// where all values are moderate.
func closeUnlessWild(t failer, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	scale := 1.0
	for _, w := range want {
		if math.IsNaN(w) || math.IsInf(w, 0) || math.Abs(w) > 1e4 {
			return
		}
		scale = max(scale, math.Abs(w))
	}
	bad := 0
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 0.05*scale) {
			bad++
		}
	}
	if bad > len(got)/50+2 {
		t.Errorf("%s: %d of %d elements differ by more than 5 %% of the largest, %g", what, bad, len(got), scale)
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
	for _, config := range []string{"deterministic", "deterministic,everything", "deterministic,nofusion,nolayouts", "nothing,regions"} {
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
	f.Fuzz(func(t *testing.T, data []byte) { checkRandomGraph(t, backends, reference, data) })
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
			t.Fatalf("data %v", data)
		}
	}
}

// randomGraphs is how many graphs TestRandomGraphs compares.
const randomGraphs = 300
