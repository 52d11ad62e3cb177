package dnnl_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

func TestPooling(t *testing.T) {
	eachType(t, func(t *testing.T, r *rig, dtype dnnl.DataType) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			checkPooling(t, s, dtype)
		})
	})
}

func checkPooling(t *rapid.T, s *scope, dtype dnnl.DataType) {
	p := &dnnl.Pooling{Kind: rapid.SampledFrom([]dnnl.PoolKind{dnnl.PoolMax, dnnl.PoolAvg, dnnl.PoolAvgWithPadding}).Draw(t, "kind")}
	rank := rapid.IntRange(1, 3).Draw(t, "spatial")
	src := []int{rapid.IntRange(1, 3).Draw(t, "batch"), rapid.SampledFrom([]int{1, 3, 16, 20}).Draw(t, "channels")}
	dst := append([]int{}, src...)
	p.Kernel, p.Strides = drawInts(t, "kernel", rank, 1, 4), drawInts(t, "strides", rank, 1, 3)
	p.Dilations = drawInts(t, "dilations", rank, 1, rapid.IntRange(1, 2).Draw(t, "dilated"))
	for d := range rank {
		extent := (p.Kernel[d]-1)*p.Dilations[d] + 1
		// Every window has an element: the padding is shorter than the kernel.
		p.Low = append(p.Low, rapid.IntRange(0, (p.Kernel[d]-1)/2).Draw(t, "low"))
		p.High = append(p.High, rapid.IntRange(0, (p.Kernel[d]-1)/2).Draw(t, "high"))
		n := rapid.IntRange(extent, extent+6/rank).Draw(t, "size")
		src = append(src, n)
		dst = append(dst, (n+p.Low[d]+p.High[d]-extent)/p.Strides[d]+1)
	}
	kind := rapid.IntRange(0, 2).Draw(t, "layout")
	p.Src, p.Dst = s.dataDesc(src, dtype, kind), s.any(dst, dtype)
	x, g := drawDense(t, "x", src...), drawDense(t, "g", dst...)
	tolerance := 1e-6
	if dtype == dnnl.BF16 {
		x, g, tolerance = x.rounded(), g.rounded(), 2*unitBF16
		if p.Kind == dnnl.PoolMax {
			x = drawDistinct(t, "distinct", src...)
		}
	}
	want, grad := newDense(dst...), make([]float64, len(x.data))
	index(dst, func(o int, at []int) {
		best, sum := -1, 0.0
		count := product(p.Kernel)
		if p.Kind == dnnl.PoolAvg {
			count = 0
		}
		var inside []int
		index(p.Kernel, func(_ int, tap []int) {
			pos := append([]int{}, at...)
			for d := range rank {
				pos[2+d] = at[2+d]*p.Strides[d] - p.Low[d] + tap[d]*p.Dilations[d]
				if pos[2+d] < 0 || pos[2+d] >= src[2+d] {
					return
				}
			}
			i := offset(src, pos)
			inside = append(inside, i)
			sum += float64(x.data[i])
			if best < 0 || x.data[i] > x.data[best] {
				best = i
			}
			if p.Kind == dnnl.PoolAvg {
				count++
			}
		})
		if p.Kind == dnnl.PoolMax {
			want.data[o] = x.data[best]
			grad[best] += float64(g.data[o])
			return
		}
		want.data[o] = float32(sum / float64(count))
		for _, i := range inside {
			grad[i] += float64(g.data[o]) / float64(count)
		}
	})
	forward := s.pd(s.engine.PoolingForward(p, dnnl.Training, nil))
	args := dnnl.Args{dnnl.ArgSrc: s.put(p.Src, x), dnnl.ArgDst: s.memory(forward.Desc(dnnl.ArgDst))}
	if d := forward.Desc(dnnl.ArgWorkspace); d != nil {
		args[dnnl.ArgWorkspace] = s.memory(d)
	} else if p.Kind == dnnl.PoolMax {
		t.Fatalf("%v has no workspace", forward)
	}
	s.run(forward, args)
	near(t, forward.Implementation()+": "+forward.String(), s.get(args[dnnl.ArgDst]).data, want.data, tolerance, tolerance)

	backward := s.pd(s.engine.PoolingBackward(p, forward, nil))
	back := dnnl.Args{
		dnnl.ArgDiffDst: s.put(backward.Desc(dnnl.ArgDiffDst), g), dnnl.ArgDiffSrc: s.memory(backward.Desc(dnnl.ArgDiffSrc)),
	}
	if w := args[dnnl.ArgWorkspace]; w != nil {
		back[dnnl.ArgWorkspace] = w
	}
	s.run(backward, back)
	what := backward.Implementation() + ": " + backward.String()
	near(t, what, s.get(back[dnnl.ArgDiffSrc]).data, narrow(grad), 4*tolerance, 8*tolerance)
}

// drawDistinct draws a tensor of different bfloat16 numbers: which of equal elements is the maximum is undefined.
func drawDistinct(t *rapid.T, name string, dims ...int) *dense {
	rng := newRand(rapid.Uint64().Draw(t, name))
	x := newDense(dims...)
	const first, last = 0x0080, 0x7f00 // bits of the positive normal numbers
	if len(x.data) > 2*(last-first) {
		t.Fatalf("there are not %d such numbers", len(x.data))
	}
	for i, p := range rng.Perm(2 * (last - first))[:len(x.data)] {
		bits := uint32(first+p/2) | uint32(p%2)<<15
		x.data[i] = math.Float32frombits(bits << 16)
	}
	return x
}
