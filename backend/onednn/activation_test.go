package onednn

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/dtypes/bfloat16"
	"github.com/gomlx/compute/shapes"
)

// activationFormulas are the functions and their derivatives in float64.
var activationFormulas = map[compute.ActivationType]struct{ value, slope func(x float64) float64 }{
	compute.ActivationRelu:    {func(x float64) float64 { return max(x, 0) }, func(x float64) float64 { return above(x, 0) }},
	compute.ActivationSigmoid: {sigmoid, func(x float64) float64 { return sigmoid(x) * sigmoid(-x) }},
	compute.ActivationTanh:    {math.Tanh, func(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) }},
	compute.ActivationHardSigmoid: {func(x float64) float64 { return min(max(0.2*x+0.5, 0), 1) },
		func(x float64) float64 { return 0.2 * above(x, -2.5) * above(-x, -2.5) }},
	compute.ActivationLeakyRelu: {func(x float64) float64 { return max(x, 0.3*x) }, func(x float64) float64 { return 1 - 0.7*above(-x, 0) }},
	compute.ActivationSelu: {func(x float64) float64 { return seluScale * (max(x, 0) + seluAlpha*math.Expm1(min(x, 0))) },
		func(x float64) float64 { return seluScale * (above(x, 0) + (1-above(x, 0))*seluAlpha*math.Exp(x)) }},
	compute.ActivationSilu: {func(x float64) float64 { return x * sigmoid(x) },
		func(x float64) float64 { return sigmoid(x) * (1 + x*sigmoid(-x)) }},
	compute.ActivationHardSwish: {func(x float64) float64 { return x * min(max(x/6+0.5, 0), 1) },
		func(x float64) float64 { return 1 - above(-x, -3) + above(x, -3)*above(-x, -3)*(x/3+0.5) }},
	compute.ActivationGelu: {func(x float64) float64 { return x / 2 * math.Erfc(-x/math.Sqrt2) },
		func(x float64) float64 {
			return math.Erfc(-x/math.Sqrt2)/2 + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
		}},
	compute.ActivationGeluApproximate: {func(x float64) float64 { return x * sigmoid(geluArgument(x)) },
		func(x float64) float64 {
			s := sigmoid(geluArgument(x))
			return s + x*s*(1-s)*math.Sqrt(8/math.Pi)*(1+3*0.044715*x*x)
		}},
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// geluArgument is twice that of the hyperbolic tangent: (1 + tanh(z))/2 = sigmoid(2z).
func geluArgument(x float64) float64 { return math.Sqrt(8/math.Pi) * (x + 0.044715*x*x*x) }

// above is 1 where x > at, else 0.
func above(x, at float64) float64 {
	if x > at {
		return 1
	}
	return 0
}

// TestActivations compares with the formulas, kinks included but where a derivative jumps by a rounding error, and
// checks that float32 and bfloat16 are passes of kernels.
func TestActivations(t *testing.T) {
	var xs []float32
	for i := -1000; i <= 1000; i++ {
		if x := float32(i) / 80; x != 2.5 && x != -2.5 {
			xs = append(xs, x)
		}
	}
	xs = append(xs, float32(math.Copysign(0, -1)), 1e-20, -1e-20, 30, -30)
	dy := make([]float32, len(xs))
	half, halfDy := make([]bfloat16.BFloat16, len(xs)), make([]bfloat16.BFloat16, len(xs))
	double, doubleDy := make([]float64, len(xs)), make([]float64, len(xs))
	for i, x := range xs {
		dy[i] = float32(i%7) - 3
		half[i], halfDy[i] = bfloat16.FromFloat32(x), bfloat16.FromFloat32(dy[i])
		double[i], doubleDy[i] = float64(x), float64(dy[i])
	}
	b := newTestBackend(t, "")
	for kind, want := range activationFormulas {
		for _, c := range []struct {
			dtype dtypes.DType
			in    []any
			tol   float64
		}{
			{dtypes.Float32, []any{xs, dy}, 2e-6},
			{dtypes.Float64, []any{double, doubleDy}, 1e-6},
			{dtypes.BFloat16, []any{half, halfDy}, 1.0 / 128}, // half a unit in the last place, of y as well
		} {
			t.Run(kind.String()+" "+c.dtype.String(), func(t *testing.T) {
				s := shapes.Make(c.dtype, len(xs))
				cfg := compute.ActivationConfig{Type: kind}
				g := func(f compute.Function, in []compute.Value) []compute.Value {
					y := must(f.FusedActivation(in[0], cfg))
					return []compute.Value{y, must(f.FusedActivationVJP(y, in[0], in[1], cfg))}
				}
				if names := stepNames(t, b, []shapes.Shape{s, s}, g); isFloat(c.dtype) && slices.ContainsFunc(names, func(n string) bool { return n != "elementwise" }) {
					t.Fatalf("steps %q", names)
				}
				got := runOn(t, b, []shapes.Shape{s, s}, c.in, false, g)
				x, d := toFloat64(c.in[0]), toFloat64(c.in[1])
				for i := range x {
					for j, w := range []float64{want.value(x[i]), d[i] * want.slope(x[i])} {
						if diff := math.Abs(got[j][i] - w); !(diff <= c.tol*(1+math.Abs(w)+math.Abs(d[i]))) {
							t.Fatalf("output %d at %g: %g, want %g", j, x[i], got[j][i], w)
						}
					}
				}
			})
		}
	}
}

// TestActivationsKeepNaN: a network whose weights are NaN must not show a harmless loss.
func TestActivationsKeepNaN(t *testing.T) {
	b := newTestBackend(t, "")
	s := shapes.Make(dtypes.Float32, 3)
	nan := float32(math.NaN())
	for kind := range activationFormulas {
		got := runOn(t, b, []shapes.Shape{s}, []any{[]float32{nan, 1, nan}}, false, func(f compute.Function, in []compute.Value) []compute.Value {
			return []compute.Value{must(f.FusedActivation(in[0], compute.ActivationConfig{Type: kind}))}
		})
		if y := got[0]; y[0] == y[0] || y[1] != y[1] || y[2] == y[2] {
			t.Errorf("%s of NaN, 1, NaN is %v", kind, y)
		}
	}
}
