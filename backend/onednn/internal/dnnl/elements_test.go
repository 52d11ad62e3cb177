package dnnl_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

var binaryCases = map[dnnl.BinaryKind]func(a, b float32) float32{
	dnnl.BinaryAdd: func(a, b float32) float32 { return a + b },
	dnnl.BinaryMul: func(a, b float32) float32 { return a * b },
	dnnl.BinaryMax: func(a, b float32) float32 { return max(a, b) },
	dnnl.BinaryMin: func(a, b float32) float32 { return min(a, b) },
	dnnl.BinaryDiv: func(a, b float32) float32 { return a / b },
	dnnl.BinarySub: func(a, b float32) float32 { return a - b },
	dnnl.BinaryGE:  func(a, b float32) float32 { return truth(a >= b) },
	dnnl.BinaryGT:  func(a, b float32) float32 { return truth(a > b) },
	dnnl.BinaryLE:  func(a, b float32) float32 { return truth(a <= b) },
	dnnl.BinaryLT:  func(a, b float32) float32 { return truth(a < b) },
	dnnl.BinaryEQ:  func(a, b float32) float32 { return truth(a == b) },
	dnnl.BinaryNE:  func(a, b float32) float32 { return truth(a != b) },
}

func truth(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

func TestBinary(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			kind := dnnl.BinaryAdd + dnnl.BinaryKind(rapid.IntRange(0, 11).Draw(t, "kind"))
			dims := drawInts(t, "dims", rapid.IntRange(1, 5).Draw(t, "rank"), 1, 9)
			first, second := append([]int{}, dims...), append([]int{}, dims...)
			for i := range dims {
				switch rapid.IntRange(0, 4).Draw(t, "one") {
				case 0, 1:
					second[i] = 1
				case 2:
					first[i] = 1
				}
			}
			a, b := drawDense(t, "a", first...), drawDense(t, "b", second...)
			for i := range min(len(a.data), len(b.data)) { // some equal
				if i%3 == 0 {
					b.data[i] = a.data[i]
				}
			}
			pd := s.pd(r.engine.Binary(&dnnl.Binary{
				Kind: kind, Src0: s.plain(first, dnnl.F32, nil), Src1: s.plain(second, dnnl.F32, nil), Dst: s.plain(dims, dnnl.F32, nil),
			}, nil))
			got := s.apply(pd, map[dnnl.Arg]*dense{dnnl.ArgSrc: a, dnnl.ArgSrc1: b}, dnnl.ArgDst)[dnnl.ArgDst]
			want := newDense(dims...)
			index(dims, func(i int, at []int) {
				want.data[i] = binaryCases[kind](a.data[offset(first, clamp(at, first))], b.data[offset(second, clamp(at, second))])
			})
			near(t, pd.Implementation()+": "+pd.String(), got.data, want.data, 1e-6, 0)
		})
	})
}

func TestReduction(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			kind := dnnl.ReduceMax + dnnl.ReductionKind(rapid.IntRange(0, 4).Draw(t, "kind"))
			dims := drawInts(t, "dims", rapid.IntRange(1, 4).Draw(t, "rank"), 1, 9)
			reduced := append([]int{}, dims...)
			for i := range reduced {
				if rapid.Bool().Draw(t, "one") {
					reduced[i] = 1
				}
			}
			if product(reduced) == product(dims) {
				reduced[0] = 1 // the library refuses to reduce nothing
				dims[0] = max(dims[0], 2)
			}
			x := drawDense(t, "x", dims...)
			pd := s.pd(r.engine.Reduction(&dnnl.Reduction{
				Kind: kind, Src: s.plain(dims, dnnl.F32, nil), Dst: s.plain(reduced, dnnl.F32, nil),
			}, nil))
			got := s.apply(pd, map[dnnl.Arg]*dense{dnnl.ArgSrc: x}, dnnl.ArgDst)[dnnl.ArgDst]
			want := make([]float64, product(reduced))
			count := float64(product(dims) / product(reduced))
			start := map[dnnl.ReductionKind]float64{
				dnnl.ReduceMax: math.Inf(-1), dnnl.ReduceMin: math.Inf(1), dnnl.ReduceMul: 1,
			}[kind]
			fill(want, start)
			index(dims, func(i int, at []int) {
				o := offset(reduced, clamp(at, reduced))
				v := float64(x.data[i])
				switch kind {
				case dnnl.ReduceMax:
					want[o] = max(want[o], v)
				case dnnl.ReduceMin:
					want[o] = min(want[o], v)
				case dnnl.ReduceSum:
					want[o] += v
				case dnnl.ReduceMul:
					want[o] *= v
				case dnnl.ReduceMean:
					want[o] += v / count
				}
			})
			near(t, pd.Implementation()+": "+pd.String(), got.data, narrow(want), 1e-4, 1e-5*math.Sqrt(count))
		})
	})
}

func TestSoftmax(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			dims := drawInts(t, "dims", rapid.IntRange(1, 4).Draw(t, "rank"), 1, 20)
			axis := rapid.IntRange(0, len(dims)-1).Draw(t, "axis")
			d := s.plain(dims, dnnl.F32, nil)
			spec := &dnnl.Softmax{Log: rapid.Bool().Draw(t, "log"), Src: d, Dst: d, Axis: axis}
			x, g := drawDense(t, "x", dims...), drawDense(t, "g", dims...)
			x.data[0] = 80 // e^80 overflows f32: the maximum must be taken off first
			lines := append([]int{}, dims...)
			lines[axis] = 1
			largest, total := make([]float64, product(lines)), make([]float64, product(lines))
			fill(largest, math.Inf(-1))
			line := func(at []int) int { return offset(lines, clamp(at, lines)) }
			index(dims, func(i int, at []int) { largest[line(at)] = max(largest[line(at)], float64(x.data[i])) })
			index(dims, func(i int, at []int) { total[line(at)] += math.Exp(float64(x.data[i]) - largest[line(at)]) })
			y := make([]float64, len(x.data))
			sumG, sumGY := make([]float64, product(lines)), make([]float64, product(lines))
			index(dims, func(i int, at []int) {
				y[i] = float64(x.data[i]) - largest[line(at)] - math.Log(total[line(at)])
				sumG[line(at)] += float64(g.data[i])
				sumGY[line(at)] += float64(g.data[i]) * math.Exp(y[i])
			})
			dx := make([]float64, len(x.data))
			index(dims, func(i int, at []int) {
				p := math.Exp(y[i])
				if spec.Log {
					dx[i] = float64(g.data[i]) - p*sumG[line(at)]
				} else {
					dx[i] = p * (float64(g.data[i]) - sumGY[line(at)])
					y[i] = p
				}
			})
			forward := s.pd(r.engine.SoftmaxForward(spec, dnnl.Training, nil))
			got := s.apply(forward, map[dnnl.Arg]*dense{dnnl.ArgSrc: x}, dnnl.ArgDst)[dnnl.ArgDst]
			near(t, forward.Implementation()+": "+forward.String(), got.data, narrow(y), 1e-5, 5e-6)
			backward := s.pd(r.engine.SoftmaxBackward(spec, forward, nil))
			grad := s.apply(backward, map[dnnl.Arg]*dense{dnnl.ArgDst: got, dnnl.ArgDiffDst: g}, dnnl.ArgDiffSrc)
			near(t, backward.Implementation()+": "+backward.String(), grad[dnnl.ArgDiffSrc].data, narrow(dx), 1e-4, 1e-5)
		})
	})
}

func TestSum(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			dims := append([]int{2, rapid.SampledFrom([]int{5, 16}).Draw(t, "channels")}, drawInts(t, "size", 2, 1, 6)...)
			n := rapid.IntRange(1, 5).Draw(t, "sources")
			scales, descs := make([]float32, n), make([]*dnnl.MemoryDesc, n)
			in, want := map[dnnl.Arg]*dense{}, newDense(dims...)
			for i := range n {
				scales[i] = float32(i) - 1.5
				descs[i] = s.dataDesc(dims, dnnl.F32, rapid.IntRange(0, 2).Draw(t, "layout"))
				x := drawDense(t, "x", dims...)
				in[dnnl.ArgSrcOf(i)] = x
				for j, v := range x.data {
					want.data[j] += scales[i] * v
				}
			}
			pd := s.pd(r.engine.Sum(s.dataDesc(dims, dnnl.F32, 0), scales, descs, nil))
			got := s.apply(pd, in, dnnl.ArgDst)[dnnl.ArgDst]
			near(t, pd.Implementation()+": "+pd.String(), got.data, want.data, 1e-5, 1e-5)
		})
	})
}
