package onednn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// TestNaNPasses pins what becomes of NaN and infinities: NaN passes through functions, sums and extremes, as in NumPy and
// XLA and unlike on the Go backend, which loses it in some (see UPSTREAM.md); comparisons with it are false.
func TestNaNPasses(t *testing.T) {
	const rows, columns = 40, 10
	x, y := specialNumbers(rows, columns)
	at := func(flat []float32, i int) float64 { return float64(flat[i]) }
	each := func(g func(a, b float64) float64) (out []float64) {
		for i := range x {
			out = append(out, g(at(x, i), at(y, i)))
		}
		return out
	}
	byRow := func(g func(row []float64) []float64) (out []float64) {
		for i := range rows {
			var row []float64
			for j := range columns {
				row = append(row, at(x, i*columns+j))
			}
			out = append(out, g(row)...)
		}
		return out
	}
	is := func(truth bool) float64 {
		if truth {
			return 1
		}
		return 0
	}
	softmax := func(row []float64) (out []float64) {
		sum, most := 0.0, slices.Max(row) // NaN if there is one
		for _, v := range row {
			sum += math.Exp(v - most)
		}
		for _, v := range row {
			out = append(out, math.Exp(v-most)/sum)
		}
		return out
	}
	for name, test := range map[string]struct {
		graph func(f compute.Function, a, b compute.Value) (compute.Value, error)
		want  []float64
	}{
		"Max":            {compute.Function.Max, each(func(a, b float64) float64 { return max(a, b) })},
		"Min":            {compute.Function.Min, each(func(a, b float64) float64 { return min(a, b) })},
		"Equal":          {compute.Function.Equal, each(func(a, b float64) float64 { return is(a == b) })},
		"NotEqual":       {compute.Function.NotEqual, each(func(a, b float64) float64 { return is(a != b) })},
		"GreaterThan":    {compute.Function.GreaterThan, each(func(a, b float64) float64 { return is(a > b) })},
		"GreaterOrEqual": {compute.Function.GreaterOrEqual, each(func(a, b float64) float64 { return is(a >= b) })},
		"LessThan":       {compute.Function.LessThan, each(func(a, b float64) float64 { return is(a < b) })},
		"LessOrEqual":    {compute.Function.LessOrEqual, each(func(a, b float64) float64 { return is(a <= b) })},
		"Exp":            {ofFirst(compute.Function.Exp), each(func(a, _ float64) float64 { return math.Exp(a) })},
		"Log":            {ofFirst(compute.Function.Log), each(func(a, _ float64) float64 { return math.Log(a) })},
		"Sqrt":           {ofFirst(compute.Function.Sqrt), each(func(a, _ float64) float64 { return math.Sqrt(a) })},
		"Rsqrt":          {ofFirst(compute.Function.Rsqrt), each(func(a, _ float64) float64 { return 1 / math.Sqrt(a) })},
		"Tanh":           {ofFirst(compute.Function.Tanh), each(func(a, _ float64) float64 { return math.Tanh(a) })},
		"Logistic":       {ofFirst(compute.Function.Logistic), each(func(a, _ float64) float64 { return 1 / (1 + math.Exp(-a)) })},
		"Erf":            {ofFirst(compute.Function.Erf), each(func(a, _ float64) float64 { return math.Erf(a) })},
		"Abs":            {ofFirst(compute.Function.Abs), each(func(a, _ float64) float64 { return math.Abs(a) })},
		"ReLU": {func(f compute.Function, a, _ compute.Value) (compute.Value, error) {
			return f.FusedActivation(a, compute.ActivationConfig{Type: compute.ActivationRelu})
		}, each(func(a, _ float64) float64 { return max(a, 0) })},
		"softmax": {func(f compute.Function, a, _ compute.Value) (compute.Value, error) { return f.FusedSoftmax(a, 1) }, byRow(softmax)},
		"ReduceMax": {func(f compute.Function, a, _ compute.Value) (compute.Value, error) { return f.ReduceMax(a, 1) },
			byRow(func(row []float64) []float64 { return []float64{slices.Max(row)} })},
		"ReduceMin": {func(f compute.Function, a, _ compute.Value) (compute.Value, error) { return f.ReduceMin(a, 1) },
			byRow(func(row []float64) []float64 { return []float64{slices.Min(row)} })},
		"ReduceSum": {func(f compute.Function, a, _ compute.Value) (compute.Value, error) { return f.ReduceSum(a, 1) },
			byRow(func(row []float64) []float64 {
				sum := 0.0
				for _, v := range row {
					sum += v
				}
				return []float64{sum}
			})},
	} {
		matrix := shapes.Make(dtypes.Float32, rows, columns)
		for _, config := range []string{"", "everything"} {
			got := runOn(t, newTestBackend(t, config), []shapes.Shape{matrix, matrix}, []any{x, y}, false, func(f compute.Function, in []compute.Value) []compute.Value {
				return []compute.Value{must(test.graph(f, in[0], in[1]))}
			})
			closeTo(t, config+" "+name, got[0], test.want, 1e-5)
		}
	}
}

// specialNumbers are two matrices of NaN, infinities and small numbers; in every fourth row there are numbers alone.
func specialNumbers(rows, columns int) (x, y []float32) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	specials := []float32{nan, inf, -inf, 0, 1, -1, 2}
	for i := range rows * columns {
		if i/columns%4 == 3 {
			x, y = append(x, float32(i%7)), append(y, float32(i%5))
		} else {
			x, y = append(x, specials[(i*5+i/7)%len(specials)]), append(y, specials[(i*3+i/11)%len(specials)])
		}
	}
	return x, y
}

func ofFirst(m unaryMethod) func(f compute.Function, a, b compute.Value) (compute.Value, error) {
	return func(f compute.Function, a, _ compute.Value) (compute.Value, error) { return m(f, a) }
}

// TestNaNInPredictions compares predicted classes, the label's place among the logits, and a network's inference with
// variances below zero with the Go backend where one of the logits or weights is NaN.
func TestNaNInPredictions(t *testing.T) {
	x, y := specialNumbers(40, 10)
	matrix := shapes.Make(dtypes.Float32, 40, 10)
	predict := func(f compute.Function, in []compute.Value) []compute.Value {
		ahead := must(f.LogicalOr(must(f.GreaterThan(in[0], in[1])), must(f.Equal(in[0], in[1]))))
		return []compute.Value{
			must(f.ArgMinMax(in[0], 1, dtypes.Int32, false)), must(f.ArgMinMax(in[0], 0, dtypes.Int32, false)), must(f.ArgMinMax(in[0], 1, dtypes.Int64, true)),
			must(f.ReduceSum(must(f.ConvertDType(ahead, dtypes.Float32)), 1)),
		}
	}
	for _, config := range []string{"", "everything", "nothing"} {
		b := newTestBackend(t, config)
		compared := []shapes.Shape{matrix, matrix}
		want := runOn(t, b.goBackend, compared, []any{x, y}, false, predict)
		for i, got := range runOn(t, b, compared, []any{x, y}, false, predict) {
			closeTo(t, config+" prediction", got, want[i], 0)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	params := []shapes.Shape{shapes.Make(dtypes.Float32, 4, 8, 8, 16), shapes.Make(dtypes.Float32, 3, 3, 16, 16), shapes.Make(dtypes.Float32, 16), shapes.Make(dtypes.Float32, 16)}
	variance := make([]float32, 16)
	for i := range variance {
		variance[i] = float32(i) - 3
	}
	flats := []any{randomFlat(r, params[0]), randomFlat(r, params[1]), randomFlat(r, params[2]), variance}
	network := func(f compute.Function, in []compute.Value) []compute.Value {
		axes, padding := convCase{rank: 2}.axes(), [][2]int{{1, 1}, {1, 1}}
		y := must(f.ConvGeneral(in[0], in[1], axes, nil, padding, nil, nil, 1, 1))
		y = must(f.BatchNormForInference(y, in[2], in[2], in[2], in[3], 1e-3, 3))
		y = must(f.FusedActivation(y, compute.ActivationConfig{Type: compute.ActivationRelu}))
		pool := must(f.ReduceWindow(y, compute.ReduceOpMax, []int{1, 2, 2, 1}, []int{1, 2, 2, 1}, nil, nil, nil))
		return []compute.Value{y, pool, must(f.ReduceSum(must(f.ConvGeneral(y, in[1], axes, nil, padding, nil, nil, 1, 1)), 1, 2))}
	}
	want := runOn(t, newTestBackend(t, "fallback"), params, flats, false, network)
	for _, config := range []string{"deterministic", "everything", "nothing", "winograd", "nofusion"} {
		for i, got := range runOn(t, newTestBackend(t, config), params, flats, false, network) {
			closeTo(t, config+" network", got, want[i], 1e-4)
		}
	}
}
