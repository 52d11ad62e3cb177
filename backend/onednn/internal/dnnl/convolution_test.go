package dnnl_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// layout is a test's wish for a tensor's layout.
type layout int

const (
	anyLayout layout = iota
	rowMajor
	channelsInside
)

func (s *scope) desc(dims []int, dtype dnnl.DataType, l layout) *dnnl.MemoryDesc {
	s.t.Helper()
	switch l {
	case rowMajor:
		return s.plain(dims, dtype, nil)
	case channelsInside:
		return s.plain(dims, dtype, channelsLast(dims))
	}
	return s.any(dims, dtype)
}

// conv is a convolution's geometry.
type conv struct {
	groups, n, in, out               int // channels of all groups
	size, kernel, strides, dilations []int
	low, high                        []int
	result                           []int // spatial size of the destination
	srcDims, weightsDims, dstDims    []int
}

func (c *conv) finish() *conv {
	c.result = nil
	for d := range c.size {
		extent := (c.kernel[d]-1)*c.dilations[d] + 1
		c.result = append(c.result, (c.size[d]+c.low[d]+c.high[d]-extent)/c.strides[d]+1)
	}
	c.srcDims = append([]int{c.n, c.in}, c.size...)
	c.dstDims = append([]int{c.n, c.out}, c.result...)
	c.weightsDims = append([]int{c.out, c.in / c.groups}, c.kernel...)
	if c.groups > 1 {
		c.weightsDims = append([]int{c.groups, c.out / c.groups, c.in / c.groups}, c.kernel...)
	}
	return c
}

func drawConv(t *rapid.T) *conv {
	rank := rapid.IntRange(1, 3).Draw(t, "spatial")
	c := &conv{
		groups: rapid.SampledFrom([]int{1, 1, 1, 2, 3, 8}).Draw(t, "groups"),
		n:      rapid.IntRange(1, 3).Draw(t, "batch"),
	}
	c.in = c.groups * rapid.SampledFrom([]int{1, 1, 2, 3, 5, 8, 16, 20}).Draw(t, "in/groups")
	c.out = c.groups * rapid.SampledFrom([]int{1, 1, 2, 3, 7, 8, 16, 18}).Draw(t, "out/groups")
	c.kernel = drawInts(t, "kernel", rank, 1, 4)
	c.strides = drawInts(t, "strides", rank, 1, 3)
	c.dilations = drawInts(t, "dilations", rank, 1, 3)
	for d := range rank {
		extent := (c.kernel[d]-1)*c.dilations[d] + 1
		c.low = append(c.low, rapid.IntRange(0, extent-1).Draw(t, "low"))
		c.high = append(c.high, rapid.IntRange(0, extent-1).Draw(t, "high"))
		least := max(1, extent-c.low[d]-c.high[d])
		c.size = append(c.size, rapid.IntRange(least, least+6).Draw(t, "size"))
	}
	return c.finish()
}

// each visits the terms of the trilinear form Σ src[s]·weights[w]·dst[d] that the convolution and both its gradients
// are the derivatives of.
func (c *conv) each(f func(s, w, d int)) {
	perGroupIn, perGroupOut := c.in/c.groups, c.out/c.groups
	taps := product(c.kernel)
	inside := make([]int, len(c.size))
	index(c.result, func(d int, y []int) {
		index(c.kernel, func(k int, tap []int) {
			for i := range inside {
				inside[i] = y[i]*c.strides[i] - c.low[i] + tap[i]*c.dilations[i]
				if inside[i] < 0 || inside[i] >= c.size[i] {
					return
				}
			}
			s := offset(c.size, inside)
			for n := range c.n {
				for o := range c.out {
					for i := range perGroupIn {
						src := (n*c.in+o/perGroupOut*perGroupIn+i)*product(c.size) + s
						f(src, (o*perGroupIn+i)*taps+k, (n*c.out+o)*product(c.result)+d)
					}
				}
			}
		})
	})
}

func (c *conv) spec(s *scope, dtype dnnl.DataType, a dnnl.ConvAlgorithm, src, weights, dst layout) *dnnl.Convolution {
	return &dnnl.Convolution{
		Algorithm: a, Src: s.desc(c.srcDims, dtype, src), Weights: s.desc(c.weightsDims, dtype, weights),
		Dst: s.desc(c.dstDims, dtype, dst), Strides: c.strides, Dilations: c.dilations, Low: c.low, High: c.high,
	}
}

// check runs a convolution and its gradients on random tensors against the definition.
func (c *conv) check(s *scope, t tb, spec *dnnl.Convolution, src, weights, dst, bias *dense) {
	t.Helper()
	resultUnit := 0.0
	if spec.Src.DataType() == dnnl.BF16 {
		src, weights, dst, resultUnit = src.rounded(), weights.rounded(), dst.rounded(), unitBF16
	}
	spec.Bias = s.plain([]int{c.out}, dnnl.F32, nil)
	forward := s.pd(s.engine.ConvolutionForward(spec, dnnl.Training, nil))
	y := s.apply(forward, map[dnnl.Arg]*dense{
		dnnl.ArgSrc: src, dnnl.ArgWeights: weights, dnnl.ArgBias: bias,
	}, dnnl.ArgDst)[dnnl.ArgDst]
	wantDst, wantSrc, wantWeights := newSums(len(dst.data)), newSums(len(src.data)), newSums(len(weights.data))
	c.each(func(i, w, o int) {
		x, k, g := float64(src.data[i]), float64(weights.data[w]), float64(dst.data[o])
		wantDst.add(o, x*k)
		wantSrc.add(i, g*k)
		wantWeights.add(w, x*g)
	})
	wantBias := newSums(c.out)
	index(c.dstDims, func(i int, at []int) {
		wantDst.add(i, float64(bias.data[at[1]]))
		wantBias.add(at[1], float64(dst.data[i]))
	})
	wantDst.check(t, forward.Implementation()+": "+forward.String(), y.data, resultUnit)

	data := s.pd(s.engine.ConvolutionBackwardData(spec, forward, nil))
	dx := s.apply(data, map[dnnl.Arg]*dense{
		dnnl.ArgDiffDst: dst, dnnl.ArgWeights: weights,
	}, dnnl.ArgDiffSrc)[dnnl.ArgDiffSrc]
	wantSrc.check(t, data.Implementation()+": "+data.String(), dx.data, resultUnit)

	grad := s.pd(s.engine.ConvolutionBackwardWeights(spec, forward, nil))
	d := s.apply(grad, map[dnnl.Arg]*dense{
		dnnl.ArgDiffDst: dst, dnnl.ArgSrc: src,
	}, dnnl.ArgDiffWeights, dnnl.ArgDiffBias)
	wantWeights.check(t, grad.Implementation()+": "+grad.String(), d[dnnl.ArgDiffWeights].data, resultUnit)
	wantBias.check(t, "bias of "+grad.Implementation()+": "+grad.String(), d[dnnl.ArgDiffBias].data, 0)
}

func TestConvolution(t *testing.T) {
	eachType(t, func(t *testing.T, r *rig, dtype dnnl.DataType) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			c := drawConv(t)
			wish := func(name string) layout {
				return layout(rapid.IntRange(0, 2).Draw(t, name))
			}
			spec := c.spec(s, dtype, dnnl.ConvDirect, wish("src"), min(wish("weights"), rowMajor), wish("dst"))
			c.check(s, t, spec, drawDense(t, "x", c.srcDims...), drawDense(t, "w", c.weightsDims...),
				drawDense(t, "g", c.dstDims...), drawDense(t, "b", c.out))
		})
	})
}

// Geometries on which kernels of 2.6.3 and 3.2 compute the weights' gradient wrongly, in bf16 or in both types.
func TestConvolutionTinyImages(t *testing.T) {
	eachType(t, func(t *testing.T, r *rig, dtype dnnl.DataType) {
		for i, c := range []*conv{
			{in: 20, out: 8, size: []int{4, 4, 10}, kernel: []int{4, 1, 4}, strides: []int{2, 1, 1}, low: []int{3, 0, 1}, high: []int{2, 0, 0}},
			{in: 16, out: 16, size: []int{2, 1, 5}, kernel: []int{4, 2, 2}, strides: []int{2, 1, 1}, low: []int{3, 1, 0}, high: []int{3, 1, 0}},
			{in: 16, out: 16, size: []int{3, 5, 3}, kernel: []int{2, 1, 2}, strides: []int{3, 3, 2}, low: []int{1, 0, 0}, high: []int{1, 0, 1}},
			{in: 1, out: 1, size: []int{6, 1, 7}, kernel: []int{1, 3, 2}, strides: []int{1, 3, 1}, low: []int{0, 1, 1}, high: []int{0, 1, 0}},
			{in: 5, out: 18, size: []int{4, 2}, kernel: []int{1, 3}, strides: []int{1, 3}, low: []int{0, 1}, high: []int{0, 0}},
			{in: 1, out: 8, size: []int{1}, kernel: []int{1}, strides: []int{2}, low: []int{0}, high: []int{0}},
			{in: 16, out: 7, size: []int{2}, kernel: []int{2}, strides: []int{3}, low: []int{1}, high: []int{1}},
			{in: 3, out: 3, size: []int{1}, kernel: []int{3}, strides: []int{2}, low: []int{2}, high: []int{2}},
		} {
			c.groups, c.n, c.dilations = 1, 2, make([]int, len(c.size))
			fillInts(c.dilations, 1)
			c.finish()
			s := r.scope(t)
			rng := newRand(uint64(i))
			c.check(s, t, c.spec(s, dtype, dnnl.ConvDirect, anyLayout, anyLayout, anyLayout),
				random(rng, c.srcDims...), random(rng, c.weightsDims...), random(rng, c.dstDims...), random(rng, c.out))
			s.end()
		}
	})
}

func TestConvolutionPostOps(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		c := (&conv{
			groups: 1, n: 2, in: 16, out: 20, size: []int{6, 5}, kernel: []int{3, 3}, strides: []int{1, 1},
			dilations: []int{1, 1}, low: []int{1, 1}, high: []int{1, 1},
		}).finish()
		spec := c.spec(s, dnnl.F32, dnnl.ConvDirect, anyLayout, anyLayout, anyLayout)
		rng := newRand(5)
		src, weights, old := random(rng, c.srcDims...), random(rng, c.weightsDims...), random(rng, c.dstDims...)
		factor := random(rng, 1, c.out, 1, 1)
		pd := s.pd(r.engine.ConvolutionForward(spec, dnnl.Inference, &dnnl.Attr{PostOps: []dnnl.PostOp{
			dnnl.PostSum{Scale: 0.5},
			dnnl.PostBinary{Kind: dnnl.BinaryMul, Src1: s.plain(factor.dims, dnnl.F32, nil)},
			dnnl.PostEltwise{Kind: dnnl.ReLU, Alpha: 0.1},
		}}))
		args := dnnl.Args{
			dnnl.ArgSrc: s.put(pd.Desc(dnnl.ArgSrc), src), dnnl.ArgWeights: s.put(pd.Desc(dnnl.ArgWeights), weights),
			dnnl.ArgDst: s.put(pd.Desc(dnnl.ArgDst), old), dnnl.ArgPostOp(1): s.put(s.plain(factor.dims, dnnl.F32, nil), factor),
		}
		s.run(pd, args)
		want := make([]float64, len(old.data))
		c.each(func(i, w, o int) { want[o] += float64(src.data[i]) * float64(weights.data[w]) })
		expected := newDense(c.dstDims...)
		index(c.dstDims, func(i int, at []int) {
			v := (want[i] + 0.5*float64(old.data[i])) * float64(factor.data[at[1]])
			expected.data[i] = float32(max(v, 0.1*v))
		})
		near(t, pd.String(), s.get(args[dnnl.ArgDst]).data, expected.data, 1e-5, 1e-4)
	})
}

// Bounds on the root mean square and the maximum of the error of f32 convolutions, both relative to the root mean
// square of the result, for inputs drawn from N(0, 1): Winograd, which rounds in the transformed domain, and direct.
// A direct sum of n terms may have more: added one after another, as the AVX2 kernels do, they are off by a root mean
// square of unit·√(n/6), the n rounding errors being uniform and the partial sums growing like a random walk.
const (
	winogradRMS, winogradMax = 5e-6, 3e-5
	directRMS, directMax     = 1e-6, 6e-6
)

func TestWinogradError(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ran := 0
		for i, c := range []*conv{
			{n: 2, in: 64, out: 64, size: []int{16, 16}},
			{n: 1, in: 128, out: 32, size: []int{9, 13}},
			{n: 2, in: 256, out: 64, size: []int{8, 8}},
			{n: 1, in: 512, out: 32, size: []int{4, 4}},
		} {
			c.groups, c.kernel, c.strides, c.dilations = 1, []int{3, 3}, []int{1, 1}, []int{1, 1}
			c.low, c.high = []int{1, 1}, []int{1, 1}
			c.finish()
			ran += c.checkError(t, r, uint64(i))
		}
		if v := r.lib.Version(); ran > 0 {
			t.Logf("%d Winograd operations within bounds", ran)
		} else if v.Major == 2 && strings.HasPrefix(r.lib.Info().ISA, "avx512_core") {
			t.Error("version 2 with AVX-512 has Winograd, but none was found")
		} else {
			t.Skipf("SKIP: no Winograd in oneDNN %v on %s", v, r.lib.Info().ISA)
		}
	})
}

// checkError measures the error of a convolution and its gradients, direct and by Winograd, and returns how many of
// the latter there were.
func (c *conv) checkError(t *testing.T, r *rig, seed uint64) (winograd int) {
	rng := newRand(seed)
	src, weights, dst := random(rng, c.srcDims...), random(rng, c.weightsDims...), random(rng, c.dstDims...)
	wantDst, wantSrc, wantW := make([]float64, len(dst.data)), make([]float64, len(src.data)), make([]float64, len(weights.data))
	c.each(func(i, w, o int) {
		x, k, g := float64(src.data[i]), float64(weights.data[w]), float64(dst.data[o])
		wantDst[o] += x * k
		wantSrc[i] += g * k
		wantW[w] += x * g
	})
	for _, a := range []struct {
		algorithm dnnl.ConvAlgorithm
		rms, max  float64
	}{{dnnl.ConvDirect, directRMS, directMax}, {dnnl.ConvWinograd, winogradRMS, winogradMax}} {
		s := r.scope(t)
		defer s.end()
		spec := c.spec(s, dnnl.F32, a.algorithm, anyLayout, anyLayout, anyLayout)
		forward, err := r.engine.ConvolutionForward(spec, dnnl.Training, nil)
		if a.algorithm == dnnl.ConvWinograd && errors.Is(err, dnnl.Unimplemented) {
			continue
		}
		s.pd(forward, err)
		data := s.pd(r.engine.ConvolutionBackwardData(spec, forward, nil))
		grad := s.pd(r.engine.ConvolutionBackwardWeights(spec, forward, nil))
		for _, op := range []struct {
			pd   *dnnl.PrimitiveDesc
			in   map[dnnl.Arg]*dense
			out  dnnl.Arg
			want []float64
			n    int // terms of a sum
		}{
			{forward, map[dnnl.Arg]*dense{dnnl.ArgSrc: src, dnnl.ArgWeights: weights}, dnnl.ArgDst, wantDst, c.in * product(c.kernel)},
			{data, map[dnnl.Arg]*dense{dnnl.ArgDiffDst: dst, dnnl.ArgWeights: weights}, dnnl.ArgDiffSrc, wantSrc, c.out * product(c.kernel)},
			{grad, map[dnnl.Arg]*dense{dnnl.ArgDiffDst: dst, dnnl.ArgSrc: src}, dnnl.ArgDiffWeights, wantW, c.n * product(c.result)},
		} {
			rmsBound, maxBound := a.rms, a.max
			if walk := unit * math.Sqrt(float64(op.n)/6); a.algorithm == dnnl.ConvDirect && walk > rmsBound {
				rmsBound, maxBound = walk, walk*directMax/directRMS
			}
			rms, largest := relativeError(s.apply(op.pd, op.in, op.out)[op.out].data, op.want)
			t.Logf("%-28s %v: rms %.1e, largest %.1e", op.pd.Implementation(), c.srcDims, rms, largest)
			if !(rms <= rmsBound) || !(largest <= maxBound) {
				t.Errorf("%v: error of rms %g and at most %g, wanted %g and %g", op.pd, rms, largest, rmsBound, maxBound)
			}
			if a.algorithm == dnnl.ConvWinograd {
				winograd++
			}
		}
	}
	return winograd
}

// relativeError is the root mean square and the maximum of |got − want|, over the root mean square of want.
func relativeError(got []float32, want []float64) (rms, largest float64) {
	var sum, scale float64
	for i, w := range want {
		d := math.Abs(float64(got[i]) - w)
		sum += d * d
		scale += w * w
		largest = max(largest, d)
	}
	return math.Sqrt(sum / scale), largest / math.Sqrt(scale/float64(len(want)))
}

func TestConvolutionRefuses(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		src, weights, dst := s.any([]int{2, 4, 8, 8}, dnnl.F32), s.any([]int{6, 4, 3, 3}, dnnl.F32), s.any([]int{2, 6, 6, 6}, dnnl.F32)
		for name, c := range map[string]dnnl.Convolution{
			"wrong result size": {Algorithm: dnnl.ConvDirect, Src: src, Weights: weights, Dst: s.any([]int{2, 6, 8, 8}, dnnl.F32)},
			"wrong channels":    {Algorithm: dnnl.ConvDirect, Src: src, Weights: s.any([]int{6, 5, 3, 3}, dnnl.F32), Dst: dst},
			"no weights":        {Algorithm: dnnl.ConvDirect, Src: src, Dst: dst},
			"one stride of two": {Algorithm: dnnl.ConvDirect, Src: src, Weights: weights, Dst: dst, Strides: []int{1}},
			"not spatial":       {Algorithm: dnnl.ConvDirect, Src: s.any([]int{2, 4}, dnnl.F32), Weights: s.any([]int{6, 4}, dnnl.F32), Dst: s.any([]int{2, 6}, dnnl.F32)},
		} {
			pd, err := r.engine.ConvolutionForward(&c, dnnl.Training, nil)
			pd.Destroy()
			wantStatus(t, name, err, dnnl.InvalidArguments)
		}
		c := dnnl.Convolution{Algorithm: dnnl.ConvWinograd, Src: src, Weights: s.any([]int{6, 4, 5, 5}, dnnl.F32), Dst: s.any([]int{2, 6, 4, 4}, dnnl.F32)}
		pd, err := r.engine.ConvolutionForward(&c, dnnl.Training, nil)
		pd.Destroy()
		wantStatus(t, "Winograd of 5x5", err, dnnl.Unimplemented)
	})
}

func wantStatus(t tb, name string, err error, want dnnl.Status) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, wanted %v", name, err, want)
	}
}
