package kernel

import (
	"math"
	"testing"
	"unsafe"
)

// functions are the operations that are not exactly rounded, with a float64 reference and the bound in ulp that
// is documented.
var functions = []struct {
	op    Op
	want  func(float64) float64
	bound float64
}{
	{Rsqrt, func(x float64) float64 { return 1 / math.Sqrt(x) }, 1.5},
	{Exp, math.Exp, 1.1},
	{Log, math.Log, 1.1},
	{Tanh, math.Tanh, 2.5},
	{Logistic, func(x float64) float64 {
		if x >= 0 {
			return 1 / (1 + math.Exp(-x))
		}
		return math.Exp(x) / (1 + math.Exp(x))
	}, 3},
	{Expm1, math.Expm1, 0.6},
	{Log1p, math.Log1p, 0.6},
	{Erf, math.Erf, 1.5},
	{Sin, math.Sin, 0.6},
	{Cos, math.Cos, 0.6},
}

// ulps is the distance of got from want in units in the last place of want as f32.
func ulps(got float32, want float64) float64 {
	w := float32(want)
	switch {
	case math.IsNaN(want) || got != got:
		if math.IsNaN(want) && got != got {
			return 0
		}
		return math.Inf(1)
	case got == w:
		if math.IsInf(float64(w), 0) {
			return 0
		}
	case math.IsInf(float64(got), 0) || math.IsInf(float64(w), 0):
		// Overflow on one side only: a matter of rounding next to the largest number.
		if math.Abs(float64(got))+math.Abs(want) > 2*math.MaxFloat32*0.9999999 {
			return 1
		}
		return math.Inf(1)
	}
	unit := math.Ldexp(1, max(math.Ilogb(math.Max(math.Abs(want), 0x1p-126))-23, -149))
	return math.Abs(float64(got)-want) / unit
}

// runUnary computes op on every instruction set and compares the bits with the portable ones.
func runUnary(t *testing.T, op Op, teams []*Team, x, y, z []float32) {
	t.Helper()
	b := NewBuilder()
	b.Output(F32, b.Unary(op, b.Input(F32)))
	p, err := b.Compile([]int{len(x)}, []Access{nil}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, team := range teams {
		out := y
		if i > 0 {
			out = z
		}
		p.Run(team, []unsafe.Pointer{unsafe.Pointer(&out[0])}, []unsafe.Pointer{unsafe.Pointer(&x[0])})
		for k := range out {
			if !sameLane(laneF32, f32bits(out[k]), f32bits(y[k])) {
				t.Fatalf("%s(%g): %g with %s, %g portable", op, x[k], out[k], team.ISA(), y[k])
			}
		}
	}
}

// accuracy checks every stride-th f32.
func accuracy(t *testing.T, stride uint64) {
	var teams []*Team
	for _, isa := range Supported() {
		team := NewTeam(Config{Workers: 1, ISA: &isa})
		defer team.Close()
		teams = append(teams, team)
	}
	const chunk = 1 << 16
	x, y, z := make([]float32, chunk), make([]float32, chunk), make([]float32, chunk)
	for _, f := range functions {
		worst, at := 0.0, float32(0)
		for bits := uint64(0); bits < 1<<32; {
			for i := range x {
				x[i] = math.Float32frombits(uint32(bits))
				bits += stride
			}
			runUnary(t, f.op, teams, x, y, z)
			for i, v := range x {
				if u := ulps(y[i], f.want(float64(v))); u > worst {
					worst, at = u, v
				}
			}
		}
		t.Logf("%s: %.3f ulp at %g", f.op, worst, at)
		if worst > f.bound {
			t.Errorf("%s(%g) is %.3f ulp off, stated %g", f.op, at, worst, f.bound)
		}
	}
}

func TestAccuracy(t *testing.T) { accuracy(t, 6151) }
