package dnnl_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

func TestMatmul(t *testing.T) {
	eachType(t, func(t *testing.T, r *rig, dtype dnnl.DataType) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			checkMatmul(t, s, dtype)
		})
	})
}

// matrixDesc is a batch of matrices, row-major, transposed by its strides, or of the library's layout.
func (s *scope) matrixDesc(t *rapid.T, name string, dims []int, dtype dnnl.DataType) *dnnl.MemoryDesc {
	order := seq(len(dims))
	switch rapid.SampledFrom([]string{"plain", "transposed", "any"}).Draw(t, name) {
	case "transposed":
		n := len(order)
		order[n-1], order[n-2] = order[n-2], order[n-1]
	case "any":
		return s.any(dims, dtype)
	}
	return s.plain(dims, dtype, permutedStrides(dims, order))
}

func checkMatmul(t *rapid.T, s *scope, dtype dnnl.DataType) {
	batch := drawInts(t, "batch", rapid.IntRange(0, 2).Draw(t, "batch rank"), 1, 3)
	size := rapid.SampledFrom([]int{1, 2, 3, 7, 16, 17, 33, 64})
	m, k, n := size.Draw(t, "m"), size.Draw(t, "k"), size.Draw(t, "n")
	dims := func(a, b int) []int { return append(append([]int{}, batch...), a, b) }
	srcDims, weightsDims, dstDims := dims(m, k), dims(k, n), dims(m, n)
	for i := range batch { // one matrix for the whole batch
		switch rapid.IntRange(0, 3).Draw(t, "broadcast") {
		case 0:
			weightsDims[i] = 1
		case 1:
			srcDims[i] = 1
		}
	}
	src, weights := drawDense(t, "src", srcDims...), drawDense(t, "weights", weightsDims...)
	resultUnit := 0.0
	if dtype == dnnl.BF16 {
		src, weights, resultUnit = src.rounded(), weights.rounded(), unitBF16
	}
	for i := range batch {
		dstDims[i] = max(srcDims[i], weightsDims[i])
	}
	spec := &dnnl.Matmul{
		Src: s.matrixDesc(t, "src layout", srcDims, dtype), Weights: s.matrixDesc(t, "weights layout", weightsDims, dtype),
		Dst: s.matrixDesc(t, "dst layout", dstDims, dtype),
	}
	in := map[dnnl.Arg]*dense{dnnl.ArgSrc: src, dnnl.ArgWeights: weights}
	biasDims := make([]int, len(dstDims))
	fillInts(biasDims, 1)
	if rapid.Bool().Draw(t, "bias") {
		biasDims[len(biasDims)-1] = n
		in[dnnl.ArgBias] = drawDense(t, "b", biasDims...)
		spec.Bias = s.plain(biasDims, dnnl.F32, nil)
	}
	var attr *dnnl.Attr
	relu := rapid.Bool().Draw(t, "relu")
	if relu {
		attr = &dnnl.Attr{PostOps: []dnnl.PostOp{dnnl.PostEltwise{Kind: dnnl.ReLU}}}
	}
	pd := s.pd(s.engine.Matmul(spec, attr))
	got := s.apply(pd, in, dnnl.ArgDst)[dnnl.ArgDst]
	want := newSums(len(got.data))
	index(dstDims, func(i int, at []int) {
		a, b := clamp(at, srcDims), clamp(at, weightsDims)
		for j := range k {
			a[len(a)-1], b[len(b)-2] = j, j
			want.add(i, float64(src.data[offset(srcDims, a)])*float64(weights.data[offset(weightsDims, b)]))
		}
		if bias := in[dnnl.ArgBias]; bias != nil {
			want.add(i, float64(bias.data[at[len(at)-1]]))
		}
		if relu {
			want.value[i] = max(want.value[i], 0)
		}
	})
	want.check(t, pd.Implementation()+": "+pd.String(), got.data, resultUnit)
}

// clamp is an index into a tensor of which some dimensions are 1.
func clamp(at, dims []int) []int {
	out := make([]int, len(at))
	for i := range at {
		out[i] = min(at[i], dims[i]-1)
	}
	return out
}

func fillInts(x []int, v int) {
	for i := range x {
		x[i] = v
	}
}

// A gradient is accumulated into the destination, and a residual added, in one pass.
func TestMatmulPostOps(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		rng := newRand(11)
		a, b, old, residual := random(rng, 5, 8), random(rng, 8, 6), random(rng, 5, 6), random(rng, 5, 6)
		d := s.plain(old.dims, dnnl.F32, nil)
		pd := s.pd(r.engine.Matmul(&dnnl.Matmul{
			Src: s.plain(a.dims, dnnl.F32, nil), Weights: s.plain(b.dims, dnnl.F32, nil), Dst: d,
		}, &dnnl.Attr{PostOps: []dnnl.PostOp{dnnl.PostSum{Scale: 2}, dnnl.PostBinary{Kind: dnnl.BinarySub, Src1: d}}}))
		dst := s.put(d, old)
		s.run(pd, dnnl.Args{
			dnnl.ArgSrc: s.put(pd.Desc(dnnl.ArgSrc), a), dnnl.ArgWeights: s.put(pd.Desc(dnnl.ArgWeights), b),
			dnnl.ArgDst: dst, dnnl.ArgPostOp(1): s.put(d, residual),
		})
		want := newDense(5, 6)
		for i := range 5 {
			for j := range 6 {
				v := 2*old.data[i*6+j] - residual.data[i*6+j]
				for k := range 8 {
					v += a.data[i*8+k] * b.data[k*6+j]
				}
				want.data[i*6+j] = v
			}
		}
		near(t, pd.String(), s.get(dst).data, want.data, 1e-5, 1e-5)
	})
}
