package onednn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/dtypes/bfloat16"
	"github.com/gomlx/compute/shapes"
)

// noisy records the operations of a graph with noise where a backend may round: a Monte Carlo arithmetic. What varies
// from one noise to another beyond the noise itself is decided by rounding, as the sign of a vanishing sum is.
//
// Operations that only move or choose elements are exact and stay so. The results of all others are multiplied by 1 + e,
// and before that the operands of sums: element by element, and for products of matrices and convolutions, whose fast
// algorithms have errors relative to the largest operand, by noise of that size.
//
// A result that is all rounding or nearly underflows may also come out as exactly 0, which matters to 0/0: those marked do
// at random. The other way round, exponentials that underflowed may come out as more than 0.
type noisy struct {
	compute.Function
	r      *rand.Rand
	size   float32 // of the noise, relative to noiseSize
	record *recording
}

// recording is what noisy keeps of the rounded results, in their order; nil within closures.
type recording struct {
	results  []compute.Value
	rounding [][]bool // marks the elements that might as well be 0
	zeros    float32  // the share of them that become 0
}

// noiseSize is e: a hundred times float32's rounding, more than Winograd's algorithm makes of it; bfloat16's own.
func noiseSize(dtype dtypes.DType) float32 {
	if dtype == dtypes.BFloat16 {
		return 1.0 / 64
	}
	return 1e-5
}

// nearlyZero is a magnitude below which one backend may compute 0 where another does not.
const nearlyZero = 1e-30

// uniform is a constant with elements between center-e and center+e, and 0 where zero says so.
func (n *noisy) uniform(s shapes.Shape, center float32, zero func(i int) bool) compute.Value {
	size := n.size * noiseSize(s.DType)
	draw := func(i int) float32 {
		if zero(i) {
			return 0
		}
		return center + size*(2*n.r.Float32()-1)
	}
	if s.DType == dtypes.BFloat16 {
		flat := make([]bfloat16.BFloat16, s.Size())
		for i := range flat {
			flat[i] = bfloat16.FromFloat32(draw(i))
		}
		return must(n.Function.Constant(flat, s.Dimensions...))
	}
	flat := make([]float32, s.Size())
	for i := range flat {
		flat[i] = draw(i)
	}
	return must(n.Function.Constant(flat, s.Dimensions...))
}

func never(int) bool { return false }

// rounds tells whether values like v are ever rounded; the noise of huge ones, which are never computed, is left out.
func (n *noisy) rounds(v compute.Value) bool {
	if v == nil {
		return false
	}
	s := must(n.Function.Shape(v))
	return (s.DType == dtypes.Float32 || s.DType == dtypes.BFloat16) && 0 < s.Size() && s.Size() <= 1<<17
}

// relative is v with noise in proportion to each element.
func (n *noisy) relative(v compute.Value) compute.Value {
	if !n.rounds(v) {
		return v
	}
	return must(n.Function.Mul(v, n.uniform(must(n.Function.Shape(v)), 1, never)))
}

// byLargest is v with noise in proportion to its largest element.
func (n *noisy) byLargest(v compute.Value) compute.Value {
	if !n.rounds(v) {
		return v
	}
	s := must(n.Function.Shape(v))
	largest := must(n.Function.Abs(v))
	if s.Rank() > 0 {
		largest = must(n.Function.ReduceMax(largest, identity(s.Rank())...))
	}
	return must(n.Function.Add(v, must(n.Function.Mul(n.uniform(s, 0, never), must(n.Function.BroadcastInDim(largest, s, nil))))))
}

// rounded is a result of an operation with noise.
func (n *noisy) rounded(v compute.Value) compute.Value {
	if !n.rounds(v) {
		return v
	}
	zero := never
	if n.record != nil && n.record.rounding != nil {
		marks := n.record.rounding[len(n.record.results)]
		zero = func(i int) bool { return marks[i] && n.r.Float32() < n.record.zeros }
	}
	v = must(n.Function.Mul(v, n.uniform(must(n.Function.Shape(v)), 1, zero)))
	if n.record != nil {
		n.record.results = append(n.record.results, v)
	}
	return v
}

// result is rounded for an operation that may have failed.
func (n *noisy) result(v compute.Value, err error) (compute.Value, error) {
	if err != nil {
		return nil, err
	}
	return n.rounded(v), nil
}

// exponential is result for functions that underflow.
func (n *noisy) exponential(v compute.Value, err error) (compute.Value, error) {
	if err != nil || !n.rounds(v) {
		return v, err
	}
	s := must(n.Function.Shape(v))
	least := must(n.Function.ConvertDType(must(n.Function.Constant([]float32{n.size * nearlyZero / 1e6})), s.DType))
	return n.rounded(must(n.Function.Add(v, must(n.Function.BroadcastInDim(least, s, nil))))), nil
}

// absolute is result for functions that the Go backend approximates with an error relative to 1: it makes 0 of tanh 1e-8.
func (n *noisy) absolute(v compute.Value, err error) (compute.Value, error) {
	if err != nil || !n.rounds(v) {
		return v, err
	}
	return n.rounded(must(n.Function.Add(v, n.uniform(must(n.Function.Shape(v)), 0, never)))), nil
}

func (n *noisy) Add(x, y compute.Value) (compute.Value, error) { return n.result(n.Function.Add(x, y)) }
func (n *noisy) Sub(x, y compute.Value) (compute.Value, error) { return n.result(n.Function.Sub(x, y)) }
func (n *noisy) Mul(x, y compute.Value) (compute.Value, error) { return n.result(n.Function.Mul(x, y)) }
func (n *noisy) Div(x, y compute.Value) (compute.Value, error) { return n.result(n.Function.Div(x, y)) }
func (n *noisy) Pow(x, y compute.Value) (compute.Value, error) {
	return n.exponential(n.Function.Pow(n.relative(x), y))
}
func (n *noisy) Tanh(x compute.Value) (compute.Value, error) { return n.absolute(n.Function.Tanh(x)) }
func (n *noisy) Logistic(x compute.Value) (compute.Value, error) {
	return n.exponential(n.Function.Logistic(x))
}
func (n *noisy) Exp(x compute.Value) (compute.Value, error)   { return n.exponential(n.Function.Exp(x)) }
func (n *noisy) Expm1(x compute.Value) (compute.Value, error) { return n.result(n.Function.Expm1(x)) }
func (n *noisy) Log(x compute.Value) (compute.Value, error) {
	return n.result(n.Function.Log(n.relative(x)))
}
func (n *noisy) Log1p(x compute.Value) (compute.Value, error) { return n.result(n.Function.Log1p(x)) }
func (n *noisy) Sqrt(x compute.Value) (compute.Value, error)  { return n.result(n.Function.Sqrt(x)) }
func (n *noisy) Rsqrt(x compute.Value) (compute.Value, error) { return n.result(n.Function.Rsqrt(x)) }
func (n *noisy) Erf(x compute.Value) (compute.Value, error)   { return n.absolute(n.Function.Erf(x)) }
func (n *noisy) Cos(x compute.Value) (compute.Value, error) {
	return n.result(n.Function.Cos(n.relative(x)))
}
func (n *noisy) Sin(x compute.Value) (compute.Value, error) {
	return n.result(n.Function.Sin(n.relative(x)))
}

// ConvertDType rounds where the new type is narrower.
func (n *noisy) ConvertDType(x compute.Value, dtype dtypes.DType) (compute.Value, error) {
	v, err := n.Function.ConvertDType(x, dtype)
	if err == nil && dtype == dtypes.BFloat16 {
		return n.rounded(v), nil
	}
	return v, err
}

func (n *noisy) FusedSoftmax(x compute.Value, axis int) (compute.Value, error) {
	return n.exponential(n.Function.FusedSoftmax(n.relative(x), axis))
}

func (n *noisy) ReduceSum(x compute.Value, axes ...int) (compute.Value, error) {
	return n.result(n.Function.ReduceSum(n.relative(x), axes...))
}

func (n *noisy) ReduceProduct(x compute.Value, axes ...int) (compute.Value, error) {
	return n.result(n.Function.ReduceProduct(n.relative(x), axes...))
}

func (n *noisy) ReduceWindow(x compute.Value, op compute.ReduceOpType, window, strides, baseDilations, windowDilations []int, paddings [][2]int) (compute.Value, error) {
	if op == compute.ReduceOpMax || op == compute.ReduceOpMin {
		return n.Function.ReduceWindow(x, op, window, strides, baseDilations, windowDilations, paddings)
	}
	return n.result(n.Function.ReduceWindow(n.relative(x), op, window, strides, baseDilations, windowDilations, paddings))
}

func (n *noisy) ConvGeneral(x, kernel compute.Value, axes compute.ConvolveAxesConfig, strides []int, paddings [][2]int, inputDilations, kernelDilations []int, channelGroups, batchGroups int) (compute.Value, error) {
	return n.result(n.Function.ConvGeneral(n.byLargest(x), n.byLargest(kernel), axes, strides, paddings, inputDilations, kernelDilations, channelGroups, batchGroups))
}

func (n *noisy) DotGeneral(x compute.Value, xContracting, xBatch []int, y compute.Value, yContracting, yBatch []int, config compute.DotGeneralConfig) (compute.Value, error) {
	return n.result(n.Function.DotGeneral(n.byLargest(x), xContracting, xBatch, n.byLargest(y), yContracting, yBatch, config))
}

func (n *noisy) BatchNormForTraining(x, scale, offset compute.Value, epsilon float32, axis int) (y, mean, variance compute.Value, err error) {
	y, mean, variance, err = n.Function.BatchNormForTraining(n.relative(x), scale, offset, epsilon, axis)
	if err != nil {
		return nil, nil, nil, err
	}
	return n.rounded(y), n.rounded(mean), n.rounded(variance), nil
}

func (n *noisy) BatchNormForInference(x, scale, offset, mean, variance compute.Value, epsilon float32, axis int) (compute.Value, error) {
	return n.result(n.Function.BatchNormForInference(n.relative(x), scale, offset, n.relative(mean), n.relative(variance), epsilon, axis))
}

func (n *noisy) BatchNormGradient(x, scale, mean, variance, dy compute.Value, epsilon float32, axis int) (dx, dScale, dOffset compute.Value, err error) {
	dx, dScale, dOffset, err = n.Function.BatchNormGradient(n.relative(x), scale, n.relative(mean), n.relative(variance), n.relative(dy), epsilon, axis)
	if err != nil {
		return nil, nil, nil, err
	}
	return n.rounded(dx), n.rounded(dScale), n.rounded(dOffset), nil
}

func (n *noisy) FusedDense(x, weight, bias compute.Value, config compute.DenseConfig) (compute.Value, error) {
	return n.result(n.Function.FusedDense(n.byLargest(x), n.byLargest(weight), n.relative(bias), config))
}

func (n *noisy) FusedDenseVJP(x, weight, bias, y, dy compute.Value, config compute.DenseConfig) (dx, dWeight, dBias compute.Value, err error) {
	dx, dWeight, dBias, err = n.Function.FusedDenseVJP(n.byLargest(x), n.byLargest(weight), bias, n.relative(y), n.byLargest(dy), config)
	if err != nil {
		return nil, nil, nil, err
	}
	return n.rounded(dx), n.rounded(dWeight), n.rounded(dBias), nil
}

// Closure is noisy too.
func (n *noisy) Closure() (compute.Function, error) {
	f, err := n.Function.Closure()
	if err != nil {
		return nil, err
	}
	return &noisy{Function: f, r: n.r, size: n.size}, nil
}

func (n *noisy) If(pred compute.Value, yes, no compute.Function) ([]compute.Value, error) {
	return n.Function.If(pred, yes.(*noisy).Function, no.(*noisy).Function)
}

// roundingOf measures how far each element of a graph's values is decided by rounding: how far it moves in executions
// with noise on the Go backend.
func roundingOf(reference *Backend, flats []any, graph graphFunc) ([][]float64, error) {
	const repeats = 8
	r := rand.New(rand.NewPCG(13, 14))
	values := 0
	// run returns the graph's values and, after them, the rounded results.
	run := func(size float32, rounding [][]bool, zeros float32) ([][]float64, error) {
		return tryGraph(reference, flats, func(f compute.Function, in []compute.Value) []compute.Value {
			record := &recording{rounding: rounding, zeros: zeros}
			out := graph(&noisy{f, r, size, record}, in)
			values = len(out)
			return append(out, record.results...)
		})
	}
	exact, err := run(0, nil, 0)
	if err != nil {
		return nil, err
	}
	spread := make([][]float64, len(exact))
	for i := range exact {
		spread[i] = make([]float64, len(exact[i]))
	}
	var rounding [][]bool
	for range 2 { // the second time with zeros
		for i := range repeats {
			zeros := float32(0.5)
			if i == 0 {
				zeros = 1
			}
			got, err := run(1, rounding, zeros)
			if err != nil {
				return nil, err
			}
			for i := range exact {
				for j, w := range exact[i] {
					if d := math.Abs(got[i][j] - w); d > spread[i][j] || math.IsNaN(d) {
						spread[i][j] = d
					}
				}
			}
		}
		rounding = nil
		for i := values; i < len(exact); i++ {
			marks := make([]bool, len(exact[i]))
			for j, w := range exact[i] {
				marks[j] = !(spread[i][j] < math.Abs(w)/2 && math.Abs(w) > nearlyZero)
			}
			rounding = append(rounding, marks)
		}
	}
	return spread[:values], nil
}

// TestRoundingOf measures graphs of which it is known what rounding does to them.
func TestRoundingOf(t *testing.T) {
	reference := newTestBackend(t, "fallback")
	r := rand.New(rand.NewPCG(9, 9))
	flats := make([]any, len(fuzzShapes))
	for i, s := range fuzzShapes {
		flats[i] = randomFlat(r, s)
	}
	// vanishing is 0 but for rounding: the sum of a vector less the sums of its halves.
	vanishing := func(f compute.Function, x compute.Value) compute.Value {
		v := must(f.Mul(x, x))
		low, high := must(f.Slice(v, []int{0}, []int{8}, nil)), must(f.Slice(v, []int{8}, []int{16}, nil))
		return must(f.Sub(must(f.ReduceSum(v, 0)), must(f.Add(must(f.ReduceSum(low, 0)), must(f.ReduceSum(high, 0))))))
	}
	for _, test := range []struct {
		name        string
		graph       func(f compute.Function, in []compute.Value) compute.Value
		least, most float64
	}{
		{"moves", func(f compute.Function, in []compute.Value) compute.Value { return must(f.Reverse(in[2], 0)) }, 0, 0},
		{"a difference of equals", func(f compute.Function, in []compute.Value) compute.Value { return must(f.Sub(in[2], in[2])) }, 0, 0},
		{"a product", func(f compute.Function, in []compute.Value) compute.Value {
			return must(f.DotGeneral(in[2], []int{0}, nil, in[2], []int{0}, nil, compute.DotGeneralConfig{}))
		}, 1e-6, 1e-3},
		{"a convolution", func(f compute.Function, in []compute.Value) compute.Value {
			return must(f.ConvGeneral(in[0], in[1], convCase{rank: 2}.axes(), nil, nil, nil, nil, 1, 1))
		}, 1e-6, 1e-2},
		{"a vanishing sum", func(f compute.Function, in []compute.Value) compute.Value { return vanishing(f, in[2]) }, 1e-7, 1e-2},
		{"the sign of a vanishing sum", func(f compute.Function, in []compute.Value) compute.Value {
			return must(f.Sign(vanishing(f, in[2])))
		}, 1, 2},
		{"0/0", func(f compute.Function, in []compute.Value) compute.Value {
			v := vanishing(f, in[2])
			return must(f.Div(v, v))
		}, math.Inf(1), math.Inf(1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			spread, err := roundingOf(reference, flats, func(f compute.Function, in []compute.Value) []compute.Value {
				return []compute.Value{test.graph(f, in)}
			})
			if err != nil {
				t.Fatal(err)
			}
			largest := 0.0
			for _, v := range spread[0] {
				if math.IsNaN(v) {
					v = math.Inf(1)
				}
				largest = max(largest, v)
			}
			if largest < test.least || largest > test.most {
				t.Errorf("noise moves it by %g, want %g to %g", largest, test.least, test.most)
			}
		})
	}
}
