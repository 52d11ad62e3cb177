package onednn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"pgregory.net/rapid"
)

// compareWith runs g on b and on reference.
func compareWith(t failer, b, reference compute.Backend, params []shapes.Shape, tol float64, g graphFunc) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	flats := make([]any, len(params))
	for i, s := range params {
		flats[i] = randomFlat(r, s)
	}
	want := runOn(t, reference, params, flats, false, g)
	for _, donate := range []bool{false, true} {
		got := runOn(t, b, params, flats, donate, g)
		for i := range got {
			closeTo(t, fmt.Sprintf("output %d (donated inputs: %v)", i, donate), got[i], want[i], tol)
		}
	}
}

// normGraph trains through a batch normalisation, with or without a ReLU, and returns all that can be wanted of it.
func normGraph(axis int, relu bool) graphFunc {
	return func(f compute.Function, in []compute.Value) []compute.Value {
		x, dy := in[0], in[1]
		scale, offset := in[2], in[3]
		y, mean, variance, err := f.BatchNormForTraining(x, scale, offset, 1e-3, axis)
		if err != nil {
			panic(err)
		}
		out := []compute.Value{mean, variance}
		if relu {
			c := compute.ActivationConfig{Type: compute.ActivationRelu}
			z := must(f.FusedActivation(y, c))
			dy = must(f.FusedActivationVJP(z, y, dy, c))
			y = z
		}
		dx, dScale, dOffset, err := f.BatchNormGradient(x, scale, mean, variance, dy, 1e-3, axis)
		if err != nil {
			panic(err)
		}
		positive := must(f.Mul(in[4], in[4]))
		inferred := must(f.BatchNormForInference(x, scale, offset, in[5], positive, 1e-3, axis))
		return append(out, y, dx, dScale, dOffset, inferred)
	}
}

// TestBatchNorm compares batch normalisation in training and inference, and its gradient, with the formula lowered to
// primitive operations, over random ranks, axes and types.
func TestBatchNorm(t *testing.T) {
	eachLibrary(t, "", testBatchNorm)
}

func testBatchNorm(t *testing.T, b *Backend) {
	reference := newTestBackend(t, "fallback")
	rapid.Check(t, func(rt *rapid.T) {
		rank := rapid.IntRange(2, 5).Draw(rt, "rank")
		axis := rapid.IntRange(0, rank-1).Draw(rt, "axis")
		dims := make([]int, rank)
		for i := range dims {
			dims[i] = rapid.IntRange(1, 6).Draw(rt, fmt.Sprint("dim", i))
		}
		dims[axis] = rapid.SampledFrom([]int{1, 3, 16, 17, 32}).Draw(rt, "features")
		dims[(axis+1)%rank] += 3 // some variance
		dtype := rapid.SampledFrom([]dtypes.DType{dtypes.Float32, dtypes.Float32, dtypes.BFloat16}).Draw(rt, "dtype")
		x, c := shapes.Make(dtype, dims...), shapes.Make(dtype, dims[axis])
		// The gradients of scale and offset are sums over a feature's values, about 1 each: the reference adds them one
		// after another, with an error of up to 2^-24 a term.
		tol := 3e-5 + 0x1p-24*float64(x.Size()/dims[axis])
		if dtype == dtypes.BFloat16 {
			tol = 3e-2 // results are rounded to 8 bits, and so is what they are computed from
		}
		compareWith(rt, b, reference, []shapes.Shape{x, x, c, c, c, c}, tol, normGraph(axis, rapid.Bool().Draw(rt, "relu")))
	})
}

// TestBatchNormLowering checks the lowered formula in float64 against the definition and central differences.
func TestBatchNormLowering(t *testing.T) {
	b := newTestBackend(t, "fallback")
	const n, c, eps = 12, 3, 1e-3
	x, vector := shapes.Make(dtypes.Float64, n, c), shapes.Make(dtypes.Float64, c)
	params := []shapes.Shape{x, x, vector, vector, vector, vector}
	r := rand.New(rand.NewPCG(5, 6))
	var flats []any
	for _, s := range params {
		flats = append(flats, randomFlat(r, s))
	}
	got := runOn(t, b, params, flats, false, normGraph(1, false))
	dy, scale, offset := flats[1].([]float64), flats[2].([]float64), flats[3].([]float64)
	// loss is Σ dy·y, whose gradient BatchNormGradient computes.
	forward := func(x, scale, offset []float64) (y []float64, mean, variance [c]float64, loss float64) {
		y = make([]float64, n*c)
		for j := range c {
			for i := range n {
				mean[j] += x[i*c+j] / n
			}
			for i := range n {
				variance[j] += (x[i*c+j] - mean[j]) * (x[i*c+j] - mean[j]) / n
			}
			for i := range n {
				y[i*c+j] = scale[j]*(x[i*c+j]-mean[j])/math.Sqrt(variance[j]+eps) + offset[j]
				loss += dy[i*c+j] * y[i*c+j]
			}
		}
		return
	}
	xs := flats[0].([]float64)
	y, mean, variance, _ := forward(xs, scale, offset)
	closeTo(t, "mean", got[0], mean[:], 1e-6) // epsilon is a float32
	closeTo(t, "variance", got[1], variance[:], 1e-6)
	closeTo(t, "normalized", got[2], y, 1e-6)
	numeric := func(v []float64) []float64 {
		const h = 1e-5
		d := make([]float64, len(v))
		for i := range v {
			old := v[i]
			v[i] = old + h
			_, _, _, up := forward(xs, scale, offset)
			v[i] = old - h
			_, _, _, down := forward(xs, scale, offset)
			v[i] = old
			d[i] = (up - down) / (2 * h)
		}
		return d
	}
	closeTo(t, "gradient by operand", got[3], numeric(xs), 1e-6)
	closeTo(t, "gradient by scale", got[4], numeric(scale), 1e-6)
	closeTo(t, "gradient by offset", got[5], numeric(offset), 1e-6)
}

// TestReluGradientAtZero pins ReLU's gradient where its operand is 0 or -0: 0, as GoMLX's fused operation has it,
// alone and computed with batch normalisation.
func TestReluGradientAtZero(t *testing.T) {
	eachLibrary(t, "", testReluGradientAtZero)
}

func testReluGradientAtZero(t *testing.T, b *Backend) {
	shape := shapes.Make(dtypes.Float32, 4)
	x := []float32{0, float32(math.Copysign(0, -1)), 1, -1}
	got := runOn(t, b, []shapes.Shape{shape, shape}, []any{x, []float32{1, 1, 1, 1}}, false, func(f compute.Function, in []compute.Value) []compute.Value {
		c := compute.ActivationConfig{Type: compute.ActivationRelu}
		y := must(f.FusedActivation(in[0], c))
		return []compute.Value{must(f.FusedActivationVJP(y, in[0], in[1], c))}
	})
	closeTo(t, "gradient", got[0], []float64{0, 0, 1, 0}, 0)

	// With scale and offset 0 everything normalised is 0, as at the start of a residual branch.
	image, c := shapes.Make(dtypes.Float32, 2, 4, 4, 16), shapes.Make(dtypes.Float32, 16)
	r := rand.New(rand.NewPCG(7, 8))
	flats := []any{randomFlat(r, image), randomFlat(r, image), make([]float32, 16), make([]float32, 16), randomFlat(r, c), randomFlat(r, c)}
	got = runOn(t, b, []shapes.Shape{image, image, c, c, c, c}, flats, false, normGraph(3, true))
	for i, name := range map[int]string{3: "operand", 4: "scale", 5: "offset"} {
		closeTo(t, "gradient by "+name, got[i], make([]float64, len(got[i])), 0)
	}
}
