package dnnl_test

import (
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// position is where an element lies, in elements, by the layout's own account.
func position(l dnnl.Layout, at []int) int {
	rest := slices.Clone(at)
	p, inner := 0, 1
	for i := len(l.Blocks) - 1; i >= 0; i-- {
		b := l.Blocks[i]
		p += rest[b.Dim] % b.Size * inner
		rest[b.Dim] /= b.Size
		inner *= b.Size
	}
	for d, i := range rest {
		p += i * l.Strides[d]
	}
	return p
}

// checkReorder fills a memory of a description by a reorder and looks for each element where the layout says it is.
func checkReorder(s *scope, t tb, d *dnnl.MemoryDesc, x *dense) {
	t.Helper()
	from := s.plain(x.dims, dnnl.F32, nil)
	m, data := s.memoryBytes(d)
	s.run(s.pd(s.engine.Reorder(from, d, nil)), dnnl.Args{dnnl.ArgSrc: s.over(from, x.data), dnnl.ArgDst: m})
	l := d.Layout()
	seen := make([]bool, len(data)/4)
	index(x.dims, func(i int, at []int) {
		p := position(l, at)
		seen[p] = true
		if got := *(*float32)(unsafe.Pointer(&data[4*p])); got != x.data[i] {
			t.Fatalf("%v: element %v is %g, wanted %g", d, at, got, x.data[i])
		}
	})
	if l.Plain() {
		return
	}
	for p := range seen {
		if got := *(*float32)(unsafe.Pointer(&data[4*p])); !seen[p] && got != 0 {
			t.Fatalf("%v: padding at %d is %g, wanted 0", d, p, got)
		}
	}
	near(t, "and back", s.get(m).data, x.data, 0, 0)
}

func TestReorderPlain(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			dims := drawInts(t, "dims", rapid.IntRange(1, 6).Draw(t, "rank"), 1, 5)
			order := rapid.Permutation(seq(len(dims))).Draw(t, "order")
			strides := permutedStrides(dims, order)
			if rapid.Bool().Draw(t, "gaps") {
				for i := range strides {
					strides[i] *= 3
				}
			}
			checkReorder(s, t, s.plain(dims, dnnl.F32, strides), drawDense(t, "x", dims...))
		})
	})
}

// Layouts that convolutions choose are read right: every element lies where Layout says, and the padding is zero.
func TestReorderBlocked(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		blocked := false
		rapid.Check(t, func(t *rapid.T) {
			s := r.scope(t)
			defer s.end()
			c := drawConv(t)
			pd := s.pd(r.engine.ConvolutionForward(c.spec(s, dnnl.F32, dnnl.ConvDirect, anyLayout, anyLayout, anyLayout), dnnl.Training, nil))
			for _, arg := range []dnnl.Arg{dnnl.ArgSrc, dnnl.ArgWeights, dnnl.ArgDst} {
				d := pd.Desc(arg)
				blocked = blocked || len(d.Layout().Blocks) > 0
				checkReorder(s, t, d, drawDense(t, arg.String(), d.Dims()...))
			}
		})
		if !blocked {
			t.Error("no layout was blocked, so the test says nothing")
		}
	})
}

func TestReorderRoundsToBF16(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		x := random(newRand(3), 1000)
		copy(x.data, []float32{0, 1, 1 + 0x1p-8, 1 + 0x3p-8, -1 - 0x1p-8, 1e30, 2e-38})
		got := s.get(s.put(s.plain(x.dims, dnnl.BF16, nil), x))
		near(t, "bf16", got.data, x.rounded().data, 0, 0)
	})
}

func TestMemoryDesc(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		nchw := s.plain([]int{2, 3, 4, 5}, dnnl.F32, nil)
		nhwc := s.plain([]int{2, 3, 4, 5}, dnnl.BF16, channelsLast([]int{2, 3, 4, 5}))
		open := s.any([]int{2, 3}, dnnl.S8)
		gaps := s.plain([]int{2, 3}, dnnl.F32, []int{10, 2})
		for _, c := range []struct {
			d    *dnnl.MemoryDesc
			name string
			size int
		}{
			{nchw, "f32[2 3 4 5]abcd", 480},
			{nhwc, "bf16[2 3 4 5]acdb", 240},
			{open, "s8[2 3]any", 0},
			{gaps, "f32[2 3]strides[10 2]", 80},
			{s.plain([]int{0, 3}, dnnl.F32, nil), "f32[0 3]ab", 0},
		} {
			if got := c.d.String(); got != c.name {
				t.Errorf("described as %s, wanted %s", got, c.name)
			}
			if got := c.d.Size(); got != c.size {
				t.Errorf("%v: %d bytes, wanted %d", c.d, got, c.size)
			}
		}
		if nchw.Equal(nhwc) || !nchw.Equal(s.plain([]int{2, 3, 4, 5}, dnnl.F32, []int{60, 20, 5, 1})) || nchw.Equal(nil) {
			t.Error("Equal is wrong")
		}
		permuted, err := nchw.Permute([]int{0, 3, 1, 2}) // c becomes the last dimension
		s.check(err)
		defer permuted.Destroy()
		if got := permuted.String(); got != "f32[2 4 5 3]adbc" {
			t.Errorf("permuted to %s", got)
		}
		reshaped, err := nchw.Reshape([]int{6, 20})
		s.check(err)
		defer reshaped.Destroy()
		if got := reshaped.String(); got != "f32[6 20]ab" {
			t.Errorf("reshaped to %s", got)
		}
	})
}

func TestMemoryDescRefuses(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.scope(t)
		defer s.end()
		d := s.plain([]int{2, 3}, dnnl.F32, nil)
		for name, make := range map[string]func() (*dnnl.MemoryDesc, error){
			"no dimensions":       func() (*dnnl.MemoryDesc, error) { return r.engine.NewMemoryDesc(nil, dnnl.F32, nil) },
			"13 dimensions":       func() (*dnnl.MemoryDesc, error) { return r.engine.NewAnyDesc(seq(13), dnnl.F32) },
			"negative":            func() (*dnnl.MemoryDesc, error) { return r.engine.NewMemoryDesc([]int{-1}, dnnl.F32, nil) },
			"too few strides":     func() (*dnnl.MemoryDesc, error) { return r.engine.NewMemoryDesc([]int{2, 2}, dnnl.F32, []int{1}) },
			"no such type":        func() (*dnnl.MemoryDesc, error) { return r.engine.NewMemoryDesc([]int{2}, 77, nil) },
			"too many elements":   func() (*dnnl.MemoryDesc, error) { return r.engine.NewAnyDesc([]int{1 << 30, 1 << 30}, dnnl.F32) },
			"too far":             func() (*dnnl.MemoryDesc, error) { return r.engine.NewMemoryDesc([]int{2}, dnnl.F32, []int{1 << 60}) },
			"backwards":           func() (*dnnl.MemoryDesc, error) { return r.engine.NewMemoryDesc([]int{2}, dnnl.F32, []int{-1}) },
			"reshape to more":     func() (*dnnl.MemoryDesc, error) { return d.Reshape([]int{7}) },
			"not a permutation":   func() (*dnnl.MemoryDesc, error) { return d.Permute([]int{0, 0}) },
			"short a permutation": func() (*dnnl.MemoryDesc, error) { return d.Permute([]int{0}) },
		} {
			if d, err := make(); err == nil {
				d.Destroy()
				t.Errorf("%s: no error", name)
			} else {
				wantStatus(t, name, err, dnnl.InvalidArguments)
			}
		}
	})
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
