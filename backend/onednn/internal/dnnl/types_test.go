package dnnl_test

import (
	"errors"
	"testing"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// Bytes are multiplied and summed exactly.
func TestMatmulBytes(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		a, b := newDense(5, 33), newDense(33, 7)
		for i := range a.data {
			a.data[i] = float32(i * 37 % 256)
		}
		for i := range b.data {
			b.data[i] = float32(i*53%256 - 128)
		}
		pd := s.pd(r.engine.Matmul(&dnnl.Matmul{
			Src: s.plain(a.dims, dnnl.U8, nil), Weights: s.any(b.dims, dnnl.S8), Dst: s.plain([]int{5, 7}, dnnl.S32, nil),
		}, nil))
		got := s.apply(pd, map[dnnl.Arg]*dense{dnnl.ArgSrc: a, dnnl.ArgWeights: b}, dnnl.ArgDst)[dnnl.ArgDst]
		want := newDense(5, 7)
		for i := range 5 {
			for j := range 7 {
				for k := range 33 {
					want.data[i*7+j] += a.data[i*33+k] * b.data[k*7+j]
				}
			}
		}
		near(t, pd.Implementation(), got.data, want.data, 0, 0)
	})
}

// Conversions round to nearest, ties to even, and saturate.
func TestReorderTypes(t *testing.T) {
	x := &dense{[]int{8}, []float32{0, 0.5, 1.5, -1.5, 2.4, 127.5, 1000, -1000}}
	for _, c := range []struct {
		dtype dnnl.DataType
		want  []float32
	}{
		{dnnl.F32, x.data},
		{dnnl.BF16, x.rounded().data},
		{dnnl.F16, []float32{0, 0.5, 1.5, -1.5, 2.400390625, 127.5, 1000, -1000}},
		{dnnl.S32, []float32{0, 0, 2, -2, 2, 128, 1000, -1000}},
		{dnnl.S8, []float32{0, 0, 2, -2, 2, 127, 127, -128}},
		{dnnl.U8, []float32{0, 0, 2, 0, 2, 128, 255, 0}},
	} {
		t.Run(c.dtype.String(), func(t *testing.T) {
			each(t, func(t *testing.T, r *rig) {
				s := r.scope(t)
				defer s.end()
				d := s.plain(x.dims, c.dtype, nil)
				if d.Size() != 8*c.dtype.Size() {
					t.Errorf("%v is of %d bytes", d, d.Size())
				}
				pd, err := r.engine.Reorder(s.plain(x.dims, dnnl.F32, nil), d, nil)
				pd.Destroy()
				if c.dtype == dnnl.F16 && errors.Is(err, dnnl.Unimplemented) {
					t.Skipf("SKIP: %v", err)
				}
				near(t, d.String(), s.get(s.put(d, x)).data, c.want, 0, 0)
			})
		})
	}
}

// f32 products that may round their inputs to bf16 stay within its bounds.
func TestFPMath(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		rng := newRand(1)
		a, b := random(rng, 16, 32), random(rng, 32, 16)
		pd := s.pd(r.engine.Matmul(&dnnl.Matmul{
			Src: s.plain(a.dims, dnnl.F32, nil), Weights: s.any(b.dims, dnnl.F32), Dst: s.plain([]int{16, 16}, dnnl.F32, nil),
		}, &dnnl.Attr{FPMath: dnnl.FPMathBF16}))
		got := s.apply(pd, map[dnnl.Arg]*dense{dnnl.ArgSrc: a, dnnl.ArgWeights: b}, dnnl.ArgDst)[dnnl.ArgDst]
		want := make([]float64, 16*16)
		for i := range 16 {
			for j := range 16 {
				for k := range 32 {
					want[i*16+j] += float64(a.data[i*32+k]) * float64(b.data[k*16+j])
				}
			}
		}
		rms, _ := relativeError(got.data, want)
		t.Logf("%s: rms %.1e", pd.Implementation(), rms)
		if !(rms <= unitBF16) {
			t.Errorf("error of rms %g, wanted %g", rms, unitBF16)
		}
	})
}

// What no version can do is refused with a status, not a crash.
func TestNilDescriptions(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		d := s.plain([]int{2, 2}, dnnl.F32, nil)
		for name, make := range map[string]func() (*dnnl.PrimitiveDesc, error){
			"matmul": func() (*dnnl.PrimitiveDesc, error) { return r.engine.Matmul(&dnnl.Matmul{Src: d, Dst: d}, nil) },
			"binary": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.Binary(&dnnl.Binary{Kind: dnnl.BinaryAdd, Src0: d}, nil)
			},
			"reduction": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.Reduction(&dnnl.Reduction{Kind: dnnl.ReduceSum, Src: d}, nil)
			},
			"reorder": func() (*dnnl.PrimitiveDesc, error) { return r.engine.Reorder(d, nil, nil) },
			"sum": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.Sum(d, []float32{1}, []*dnnl.MemoryDesc{nil}, nil)
			},
			"eltwise": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.EltwiseForward(&dnnl.Eltwise{}, dnnl.Training, nil)
			},
			"norm": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.BatchNormForward(&dnnl.BatchNorm{}, dnnl.Training, nil)
			},
			"softmax": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.SoftmaxForward(&dnnl.Softmax{Src: d}, dnnl.Training, nil)
			},
			"no axis": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.SoftmaxForward(&dnnl.Softmax{Src: d, Dst: d, Axis: 2}, dnnl.Training, nil)
			},
			"pooling": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.PoolingForward(&dnnl.Pooling{Kind: dnnl.PoolMax, Src: d}, dnnl.Training, nil)
			},
			"function": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.EltwiseForward(&dnnl.Eltwise{Kind: 99, Data: d}, dnnl.Training, nil)
			},
			"post-op": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.Matmul(&dnnl.Matmul{Src: d, Weights: d, Dst: d}, &dnnl.Attr{PostOps: []dnnl.PostOp{dnnl.PostEltwise{Kind: 99}}})
			},
			"post-op of": func() (*dnnl.PrimitiveDesc, error) {
				return r.engine.Matmul(&dnnl.Matmul{Src: d, Weights: d, Dst: d}, &dnnl.Attr{PostOps: []dnnl.PostOp{dnnl.PostBinary{Kind: dnnl.BinaryAdd}}})
			},
		} {
			pd, err := make()
			pd.Destroy()
			wantStatus(t, name, err, dnnl.InvalidArguments)
		}
	})
}
