package dnnl_test

import (
	"math"
	"testing"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// eltwiseCases are the functions in f64, where they are defined and smooth enough for their derivative to be compared
// with central differences.
var eltwiseCases = []struct {
	kind        dnnl.EltwiseKind
	alpha, beta float32
	low, high   float64
	f           func(x, a, b float64) float64
	fromDst     bool
	noGradient  bool
	tolerance   float64 // absolute and relative, 2e-6 if it is 0
}{
	{kind: dnnl.ReLU, alpha: 0, low: -4, high: 4, f: func(x, a, _ float64) float64 { return leaky(x, a) }, fromDst: true},
	{kind: dnnl.ReLU, alpha: 0.1, low: -4, high: 4, f: func(x, a, _ float64) float64 { return leaky(x, a) }, fromDst: true},
	{kind: dnnl.Tanh, low: -4, high: 4, f: func(x, _, _ float64) float64 { return math.Tanh(x) }, fromDst: true},
	{kind: dnnl.ELU, alpha: 0.7, low: -4, high: 4, f: elu, fromDst: true},
	{kind: dnnl.Square, low: -4, high: 4, f: func(x, _, _ float64) float64 { return x * x }},
	{kind: dnnl.Abs, low: -4, high: 4, f: func(x, _, _ float64) float64 { return math.Abs(x) }},
	{kind: dnnl.Sqrt, low: 0.1, high: 9, f: func(x, _, _ float64) float64 { return math.Sqrt(x) }, fromDst: true},
	{kind: dnnl.Linear, alpha: -2, beta: 0.5, low: -4, high: 4, f: func(x, a, b float64) float64 { return a*x + b }},
	{kind: dnnl.SoftReLU, alpha: 1, low: -4, high: 4, f: func(x, _, _ float64) float64 { return math.Log1p(math.Exp(x)) }},
	{kind: dnnl.Logistic, low: -8, high: 8, f: func(x, _, _ float64) float64 { return 1 / (1 + math.Exp(-x)) }, fromDst: true},
	{kind: dnnl.Exp, low: -8, high: 8, f: func(x, _, _ float64) float64 { return math.Exp(x) }, fromDst: true},
	{kind: dnnl.GELUTanh, low: -4, high: 4, f: geluTanh},
	{kind: dnnl.Swish, alpha: 1.5, low: -4, high: 4, f: func(x, a, _ float64) float64 { return x / (1 + math.Exp(-a*x)) }},
	{kind: dnnl.Log, low: 0.05, high: 9, f: func(x, _, _ float64) float64 { return math.Log(x) }, tolerance: 5e-6},
	{kind: dnnl.Clip, alpha: -1, beta: 2, low: -4, high: 4, f: func(x, a, b float64) float64 { return max(a, min(b, x)) }},
	{kind: dnnl.Pow, alpha: 0.5, beta: 1.7, low: 0.1, high: 4, f: func(x, a, b float64) float64 { return a * math.Pow(x, b) }},
	{kind: dnnl.GELU, low: -4, high: 4, f: func(x, _, _ float64) float64 { return x * 0.5 * (1 + math.Erf(x/math.Sqrt2)) }},
	{kind: dnnl.Round, low: -4, high: 4, f: func(x, _, _ float64) float64 { return math.RoundToEven(x) }, noGradient: true},
	{kind: dnnl.HardSwish, alpha: 1. / 6, beta: 0.5, low: -6, high: 6, f: func(x, a, b float64) float64 { return x * max(0, min(1, a*x+b)) }},
	{kind: dnnl.Mish, low: -4, high: 4, f: func(x, _, _ float64) float64 { return x * math.Tanh(math.Log1p(math.Exp(x))) }},
}

func leaky(x, a float64) float64 {
	if x > 0 {
		return x
	}
	return a * x
}

func elu(x, a, _ float64) float64 {
	if x > 0 {
		return x
	}
	return a * math.Expm1(x)
}

func geluTanh(x, _, _ float64) float64 {
	return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}

func TestEltwise(t *testing.T) {
	dims := []int{3, 20, 7}
	each(t, func(t *testing.T, r *rig) {
		for i, c := range eltwiseCases {
			t.Run(c.kind.String(), func(t *testing.T) {
				s := r.scope(t)
				defer s.end()
				rng := newRand(uint64(i))
				x, g := newDense(dims...), random(rng, dims...)
				want, wantGrad := newDense(dims...), newDense(dims...)
				a, b := float64(c.alpha), float64(c.beta)
				for i := range x.data {
					x.data[i] = float32(c.low + (c.high-c.low)*rng.Float64())
					v := float64(x.data[i])
					want.data[i] = float32(c.f(v, a, b))
					const h = 1e-5
					wantGrad.data[i] = g.data[i] * float32((c.f(v+h, a, b)-c.f(v-h, a, b))/(2*h))
				}
				spec := &dnnl.Eltwise{Kind: c.kind, Data: s.dataDesc(dims, dnnl.F32, i%3), Alpha: c.alpha, Beta: c.beta}
				forward := s.pd(r.engine.EltwiseForward(spec, dnnl.Training, nil))
				y := s.apply(forward, map[dnnl.Arg]*dense{dnnl.ArgSrc: x}, dnnl.ArgDst)[dnnl.ArgDst]
				tolerance := max(c.tolerance, 2e-6)
				near(t, forward.Implementation()+": "+forward.String(), y.data, want.data, tolerance, tolerance)
				if c.noGradient {
					return
				}
				backward := s.pd(r.engine.EltwiseBackward(spec, forward, nil))
				dx := s.apply(backward, map[dnnl.Arg]*dense{dnnl.ArgSrc: x, dnnl.ArgDiffDst: g}, dnnl.ArgDiffSrc)
				near(t, backward.String(), dx[dnnl.ArgDiffSrc].data, wantGrad.data, 1e-5, 1e-5)
				spec.FromDst = true
				if !c.fromDst {
					pd, err := r.engine.EltwiseBackward(spec, forward, nil)
					pd.Destroy()
					wantStatus(t, "gradient from the result", err, dnnl.InvalidArguments)
					return
				}
				forward = s.pd(r.engine.EltwiseForward(spec, dnnl.Training, nil))
				backward = s.pd(r.engine.EltwiseBackward(spec, forward, nil))
				dx = s.apply(backward, map[dnnl.Arg]*dense{dnnl.ArgDst: y, dnnl.ArgDiffDst: g}, dnnl.ArgDiffSrc)
				near(t, backward.String()+" from the result", dx[dnnl.ArgDiffSrc].data, wantGrad.data, 1e-5, 1e-5)
			})
		}
	})
}

// The derivative of ReLU at zero and at negative zero is zero, alone and fused into batch normalisation.
func TestReLUAtZero(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		negative := float32(math.Copysign(0, -1))
		x := &dense{[]int{1, 1, 4}, []float32{0, negative, 1e-30, -1e-30}}
		g := &dense{x.dims, []float32{3, 3, 3, 3}}
		d := s.plain(x.dims, dnnl.F32, nil)
		spec := &dnnl.Eltwise{Kind: dnnl.ReLU, Data: d}
		forward := s.pd(r.engine.EltwiseForward(spec, dnnl.Training, nil))
		backward := s.pd(r.engine.EltwiseBackward(spec, forward, nil))
		dx := s.apply(backward, map[dnnl.Arg]*dense{dnnl.ArgSrc: x, dnnl.ArgDiffDst: g}, dnnl.ArgDiffSrc)[dnnl.ArgDiffSrc]
		near(t, "ReLU", dx.data, []float32{0, 0, 3, 0}, 0, 0)

		zero := newDense(1)
		norm := &dnnl.BatchNorm{Data: d, Epsilon: 1, Scale: true, Shift: true, ReLU: true} // scale and shift are zero
		nf := s.pd(r.engine.BatchNormForward(norm, dnnl.Training, nil))
		args := dnnl.Args{
			dnnl.ArgSrc: s.put(d, x), dnnl.ArgScale: s.put(nf.Desc(dnnl.ArgScale), zero),
			dnnl.ArgShift: s.put(nf.Desc(dnnl.ArgShift), zero), dnnl.ArgDst: s.memory(d),
			dnnl.ArgMean: s.memory(nf.Desc(dnnl.ArgMean)), dnnl.ArgVariance: s.memory(nf.Desc(dnnl.ArgVariance)),
			dnnl.ArgWorkspace: s.memory(nf.Desc(dnnl.ArgWorkspace)),
		}
		s.run(nf, args)
		nb := s.pd(r.engine.BatchNormBackward(norm, nf, nil))
		delete(args, dnnl.ArgDst)
		delete(args, dnnl.ArgScratchpad)
		args[dnnl.ArgDiffDst], args[dnnl.ArgDiffSrc] = s.put(d, g), s.memory(d)
		args[dnnl.ArgDiffScale], args[dnnl.ArgDiffShift] = s.memory(nb.Desc(dnnl.ArgDiffScale)), s.memory(nb.Desc(dnnl.ArgDiffShift))
		s.run(nb, args)
		near(t, "shift's gradient", s.get(args[dnnl.ArgDiffShift]).data, []float32{0}, 0, 0)
	})
}
