package dnnl_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// norm is batch normalisation in f64 by its formulas.
type norm struct {
	dims                   []int
	epsilon                float64
	relu, global           bool
	scale, shift, mean, vr []float64 // per channel
}

// statistics are the mean and the biased variance of each channel.
func (b *norm) statistics(x []float64) {
	c := b.dims[1]
	b.mean, b.vr = make([]float64, c), make([]float64, c)
	m := float64(len(x) / c)
	index(b.dims, func(i int, at []int) { b.mean[at[1]] += x[i] / m })
	index(b.dims, func(i int, at []int) { b.vr[at[1]] += (x[i] - b.mean[at[1]]) * (x[i] - b.mean[at[1]]) / m })
}

func (b *norm) forward(x []float64) []float64 {
	if !b.global {
		b.statistics(x)
	}
	y := make([]float64, len(x))
	index(b.dims, func(i int, at []int) {
		c := at[1]
		y[i] = (x[i]-b.mean[c])/math.Sqrt(b.vr[c]+b.epsilon)*b.scale[c] + b.shift[c]
		if b.relu {
			y[i] = max(y[i], 0)
		}
	})
	return y
}

// backward returns the gradients for x, scale and shift of a loss whose gradient for the result is g.
func (b *norm) backward(x, g []float64) (dx, dscale, dshift []float64) {
	y := b.forward(x)
	c := b.dims[1]
	m := float64(len(x) / c)
	dx, dscale, dshift = make([]float64, len(x)), make([]float64, c), make([]float64, c)
	through := func(i int) float64 {
		if b.relu && y[i] <= 0 {
			return 0
		}
		return g[i]
	}
	normal := func(i, c int) float64 { return (x[i] - b.mean[c]) / math.Sqrt(b.vr[c]+b.epsilon) }
	index(b.dims, func(i int, at []int) {
		dscale[at[1]] += through(i) * normal(i, at[1])
		dshift[at[1]] += through(i)
	})
	index(b.dims, func(i int, at []int) {
		c := at[1]
		d := through(i)
		if !b.global {
			d -= (dshift[c] + normal(i, c)*dscale[c]) / m
		}
		dx[i] = d * b.scale[c] / math.Sqrt(b.vr[c]+b.epsilon)
	})
	return dx, dscale, dshift
}

// settled is g without the elements where rounding decides whether a result passes the ReLU.
func (b *norm) settled(x, g []float32) []float32 {
	linear := *b
	linear.relu = false
	out := make([]float32, len(g))
	for i, y := range linear.forward(wide(x)) {
		if !b.relu || math.Abs(y) > 1e-4 {
			out[i] = g[i]
		}
	}
	return out
}

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// The formulas' gradients are those of the formulas' results, by central differences.
func TestNormReference(t *testing.T) {
	for _, c := range []struct{ relu, global bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
		rng := newRand(7)
		b := &norm{
			dims: []int{3, 2, 2, 3}, epsilon: 1e-2, relu: c.relu, global: c.global,
			scale: []float64{1.5, -0.7}, shift: []float64{0.1, 0.4}, mean: []float64{0.2, -0.1}, vr: []float64{0.9, 1.3},
		}
		x, g := wide(random(rng, b.dims...).data), wide(random(rng, b.dims...).data)
		loss := func() (l float64) {
			for i, y := range b.forward(x) {
				l += g[i] * y
			}
			return l
		}
		dx, dscale, dshift := b.backward(x, g)
		compare := func(name string, at, got []float64) {
			for i := range at {
				const h = 1e-6
				keep := at[i]
				at[i] = keep + h
				up := loss()
				at[i] = keep - h
				down := loss()
				at[i] = keep
				if want := (up - down) / (2 * h); math.Abs(got[i]-want) > 1e-7 {
					t.Errorf("%+v: gradient %d of %s is %g, by differences %g", c, i, name, got[i], want)
				}
			}
		}
		compare("x", x, dx)
		compare("scale", b.scale, dscale)
		compare("shift", b.shift, dshift)
	}
}

func wide(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func narrow(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

// dataDesc is a layout of activations: row-major, channels last or, as convolutions like it, blocked.
func (s *scope) dataDesc(dims []int, dtype dnnl.DataType, kind int) *dnnl.MemoryDesc {
	s.t.Helper()
	if kind < 2 {
		return s.desc(dims, dtype, []layout{rowMajor, channelsInside}[kind])
	}
	weights := append([]int{dims[1], 32}, make([]int, len(dims)-2)...)
	for i := range dims[2:] {
		weights[2+i] = 1
	}
	src := append([]int{dims[0], 32}, dims[2:]...)
	pd := s.pd(s.engine.ConvolutionForward(&dnnl.Convolution{
		Algorithm: dnnl.ConvDirect, Src: s.any(src, dtype), Weights: s.any(weights, dtype), Dst: s.any(dims, dtype),
	}, dnnl.Training, nil))
	return pd.Desc(dnnl.ArgDst)
}

func TestBatchNorm(t *testing.T) {
	eachType(t, func(t *testing.T, r *rig, dtype dnnl.DataType) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			checkBatchNorm(t, s, dtype)
		})
	})
}

func checkBatchNorm(t *rapid.T, s *scope, dtype dnnl.DataType) {
	dims := append([]int{rapid.IntRange(2, 4).Draw(t, "batch"), rapid.SampledFrom([]int{1, 3, 16, 20, 32}).Draw(t, "channels")},
		drawInts(t, "size", rapid.IntRange(1, 3).Draw(t, "spatial"), 1, 6)...)
	c := dims[1]
	data := s.dataDesc(dims, dtype, rapid.IntRange(0, 2).Draw(t, "layout"))
	spec := &dnnl.BatchNorm{
		Data: data, Epsilon: 1e-3, Scale: rapid.Bool().Draw(t, "scale"), Shift: rapid.Bool().Draw(t, "shift"),
		ReLU: rapid.Bool().Draw(t, "relu"), GlobalStats: rapid.Bool().Draw(t, "global"),
	}
	x, g, scale, shift := drawDense(t, "x", dims...), drawDense(t, "g", dims...), drawDense(t, "γ", c), drawDense(t, "β", c)
	mean, variance := drawDense(t, "mean", c), drawDense(t, "variance", c)
	for i, v := range variance.data {
		variance.data[i] = 0.5 + v*v
	}
	ref := &norm{
		dims: dims, epsilon: 1e-3, relu: spec.ReLU, global: spec.GlobalStats,
		scale: wide(scale.data), shift: wide(shift.data), mean: wide(mean.data), vr: wide(variance.data),
	}
	tolerance := 2e-5
	if dtype == dnnl.BF16 {
		x, g, tolerance = x.rounded(), g.rounded(), 1.5*unitBF16
	}
	in := map[dnnl.Arg]*dense{dnnl.ArgSrc: x}
	if spec.Scale {
		in[dnnl.ArgScale] = scale
	} else {
		fill(ref.scale, 1)
	}
	if spec.Shift {
		in[dnnl.ArgShift] = shift
	} else {
		fill(ref.shift, 0)
	}
	g.data = ref.settled(x.data, g.data)
	out := []dnnl.Arg{dnnl.ArgDst}
	if spec.GlobalStats {
		in[dnnl.ArgMean], in[dnnl.ArgVariance] = mean, variance
	} else {
		out = append(out, dnnl.ArgMean, dnnl.ArgVariance)
	}
	forward := s.pd(s.engine.BatchNormForward(spec, dnnl.Training, nil))
	args := dnnl.Args{}
	for arg, v := range in {
		args[arg] = s.put(forward.Desc(arg), v)
	}
	for _, arg := range append(out, dnnl.ArgWorkspace) {
		if d := forward.Desc(arg); d != nil {
			args[arg] = s.memory(d)
		}
	}
	s.run(forward, args)
	what := fmt.Sprintf("%s: %v", forward.Implementation(), forward)
	// An output may be far larger than its rounding error where the statistics are of few numbers.
	close := func(name string, m *dnnl.Memory, want []float64) {
		t.Helper()
		largest := 1.0
		for _, v := range want {
			largest = max(largest, math.Abs(v))
		}
		near(t, name+" of "+what, s.get(m).data, narrow(want), tolerance, tolerance*largest)
	}
	close("result", args[dnnl.ArgDst], ref.forward(wide(x.data)))
	if !spec.GlobalStats {
		near(t, "mean of "+what, s.get(args[dnnl.ArgMean]).data, narrow(ref.mean), 1e-5, 1e-5)
		near(t, "variance of "+what, s.get(args[dnnl.ArgVariance]).data, narrow(ref.vr), 1e-5, 1e-5)
	}

	backward := s.pd(s.engine.BatchNormBackward(spec, forward, nil))
	what = fmt.Sprintf("%s: %v", backward.Implementation(), backward)
	delete(args, dnnl.ArgDst)
	delete(args, dnnl.ArgScratchpad)
	args[dnnl.ArgDiffDst] = s.put(backward.Desc(dnnl.ArgDiffDst), g)
	args[dnnl.ArgDiffSrc] = s.memory(backward.Desc(dnnl.ArgDiffSrc))
	if spec.Scale {
		args[dnnl.ArgDiffScale] = s.memory(backward.Desc(dnnl.ArgDiffScale))
	}
	if spec.Shift {
		args[dnnl.ArgDiffShift] = s.memory(backward.Desc(dnnl.ArgDiffShift))
	}
	s.run(backward, args)
	dx, dscale, dshift := ref.backward(wide(x.data), wide(g.data))
	close("gradient", args[dnnl.ArgDiffSrc], dx)
	tolerance = max(tolerance/8, 1e-4) // sums in f32 of inputs that were rounded before
	if spec.Scale {
		close("scale's gradient", args[dnnl.ArgDiffScale], dscale)
	}
	if spec.Shift {
		close("shift's gradient", args[dnnl.ArgDiffShift], dshift)
	}
}
