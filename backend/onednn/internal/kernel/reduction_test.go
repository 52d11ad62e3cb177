package kernel

import (
	"math"
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// TestReductionAgainstFloat64 reduces x*s and max(x, 0) of random shapes over random axes, with a full output
// beside, and compares with float64.
func TestReductionAgainstFloat64(t *testing.T) {
	forEachTeam(t, func(t *testing.T, team *Team) {
		rapid.Check(t, func(t *rapid.T) {
			dims := drawDims(t)
			if volume(dims) < 3000 && len(dims) > 0 && rapid.Bool().Draw(t, "big") {
				dims[rapid.IntRange(0, len(dims)-1).Draw(t, "axis")] *= 37
			}
			n := volume(dims)
			axes := rapid.SampledFrom([][]int{nil, {0}, {1}, {0, 1}, {2}, {0, 2}, {0, 1, 2}, {3}, {1, 3}, {0, 1, 2, 3}, {1, 2}}).Draw(t, "axes")
			axes = slices.DeleteFunc(slices.Clone(axes), func(a int) bool { return a >= len(dims) })
			as := rapid.SampledFrom([]DType{F32, BF16}).Draw(t, "as")
			scale := rapid.SampledFrom([]float32{1, 0.25, 1.0 / 3}).Draw(t, "scale")
			special := rapid.SampledFrom([]float32{0, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}).Draw(t, "special")

			x := newTensor(F32, n)
			state := rapid.Uint32().Draw(t, "seed")
			for i := range n {
				state = state*1664525 + 1013904223
				x.setLane(i, f32bits(float32(int32(state))/(1<<30)))
			}
			if special != 0 && n > 0 {
				x.setLane(rapid.IntRange(0, n-1).Draw(t, "where"), f32bits(special))
			}
			s := newTensor(F32, 1)
			s.setLane(0, f32bits(0.75))

			b := NewBuilder()
			xv, sv := b.Input(F32), b.Input(F32)
			y := b.Binary(Mul, xv, sv)
			b.Reduce(as, ReduceSum, y, scale)
			b.Output(F32, y)
			b.Reduce(F32, ReduceMax, b.Unary(Relu, xv), 1)
			b.Reduce(F32, ReduceMin, xv, 1)
			if rapid.Bool().Draw(t, "mul") {
				b.Reduce(F32, ReduceMul, b.Binary(Add, b.Const(1), b.Binary(Mul, b.Const(1e-3), xv)), 1)
			}
			p, err := b.Compile(dims, []Access{nil, Scalar(len(dims))}, axes)
			if err != nil {
				t.Fatal(err)
			}

			m := 1
			for i, d := range dims {
				if !slices.Contains(axes, i) {
					m *= d
				}
			}
			terms := 1
			if m > 0 {
				terms = n / m
			}
			sum, absSum, hi, lo, mul := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
			for k := range m {
				hi[k], lo[k], mul[k] = math.Inf(-1), math.Inf(1), 1
			}
			for i := range n {
				k, scaleK := 0, 1
				for a, rest := len(dims)-1, i; a >= 0; a-- {
					if !slices.Contains(axes, a) {
						k += rest % dims[a] * scaleK
						scaleK *= dims[a]
					}
					rest /= dims[a]
				}
				v := f32FromBits(x.lane(i))
				sum[k] += float64(v * 0.75)
				absSum[k] += math.Abs(float64(v * 0.75))
				r := v
				if v < 0 {
					r = 0
				}
				hi[k] = math.Max(hi[k], float64(r))
				lo[k] = math.Min(lo[k], float64(v))
				mul[k] *= float64(1 + float32(1e-3*v))
			}

			outs := []*tensor{newTensor(as, m), newTensor(F32, n), newTensor(F32, m), newTensor(F32, m), newTensor(F32, m)}[:len(p.outputs)]
			if rapid.Bool().Draw(t, "inplace") {
				outs[1] = x
			}
			var ptrs []unsafe.Pointer
			for _, o := range outs {
				ptrs = append(ptrs, o.ptr())
			}
			before := slices.Clone(x.mem)
			in := &tensor{F32, n, before}
			p.Run(team, ptrs, []unsafe.Pointer{x.ptr(), s.ptr()})
			for _, o := range outs {
				o.check(t)
			}
			for i := range n {
				if want := f32bits(f32FromBits(in.lane(i)) * 0.75); !sameLane(laneF32, outs[1].lane(i), want) {
					t.Fatalf("full output, element %d: %#x, want %#x", i, outs[1].lane(i), want)
				}
			}
			near := func(name string, k int, got, want, bound float64) {
				if math.IsNaN(want) && math.IsNaN(got) || got == want || math.Abs(got-want) <= bound {
					return
				}
				t.Fatalf("%s %v over %v: result %d is %g, want %g within %g", name, dims, axes, k, got, want, bound)
			}
			for k := range m {
				got := float64(f32FromBits(outs[0].lane(k)))
				// cascade levels of rounding, then the stores.
				bound := (float64(min(terms, 2*cascade))*0x1p-24+0x1p-22)*absSum[k]*float64(scale) + 1e-40
				if as == BF16 {
					bound += math.Abs(sum[k]*float64(scale)) * 0x1p-8
				}
				near("sum", k, got, sum[k]*float64(scale), bound)
				near("max", k, float64(f32FromBits(outs[2].lane(k))), hi[k], 0)
				near("min", k, float64(f32FromBits(outs[3].lane(k))), lo[k], 0)
				if len(outs) > 4 {
					near("mul", k, float64(f32FromBits(outs[4].lane(k))), mul[k], math.Abs(mul[k])*float64(terms+4)*0x1p-24)
				}
			}
		})
	})
}

// TestReductionDoesNotDependOnWorkers compares the bits of large sums.
func TestReductionDoesNotDependOnWorkers(t *testing.T) {
	for _, c := range []struct {
		dims, axes []int
	}{
		{[]int{64, 16, 16, 64}, []int{0, 1, 2}},
		{[]int{3, 100001}, []int{1}},
		{[]int{1000003}, []int{0}},
		{[]int{5, 40000}, []int{0}},
		{[]int{40, 33, 70}, []int{0, 2}},
		{[]int{70000, 10}, []int{0}},
		{[]int{30000, 10}, []int{1}},
	} {
		n := volume(c.dims)
		x := newTensor(F32, n)
		state := uint32(7)
		for i := range n {
			state = state*1664525 + 1013904223
			x.setLane(i, f32bits(float32(int32(state))/(1<<30)))
		}
		b := NewBuilder()
		v := b.Input(F32)
		b.Reduce(F32, ReduceSum, v, 1)
		b.Reduce(F32, ReduceSum, b.Binary(Mul, v, v), 1)
		p, err := b.Compile(c.dims, []Access{nil}, c.axes)
		if err != nil {
			t.Fatal(err)
		}
		m := 1
		for i, d := range c.dims {
			if !slices.Contains(c.axes, i) {
				m *= d
			}
		}
		var first [2]*tensor
		forEachTeam(t, func(t *testing.T, team *Team) {
			out := [2]*tensor{newTensor(F32, m), newTensor(F32, m)}
			p.Run(team, []unsafe.Pointer{out[0].ptr(), out[1].ptr()}, []unsafe.Pointer{x.ptr()})
			if first[0] == nil {
				first = out
			}
			for k := range out {
				out[k].check(t)
				if !slices.Equal(out[k].mem, first[k].mem) {
					t.Fatalf("%v over %v: other bits", c.dims, c.axes)
				}
			}
		})
	}
}
