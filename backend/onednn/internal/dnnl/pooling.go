package dnnl

import (
	"fmt"
	"unsafe"
)

// PoolKind is how a window is combined, dnnl_alg_kind_t.
type PoolKind int32

// The kinds of pooling. Averages count the padding as zeros, or leave it out of numerator and denominator.
const (
	PoolMax            PoolKind = 0x1ff
	PoolAvgWithPadding PoolKind = 0x2ff
	PoolAvg            PoolKind = 0x3ff
)

func (k PoolKind) String() string {
	switch k {
	case PoolMax:
		return "max"
	case PoolAvgWithPadding:
		return "avg with padding"
	case PoolAvg:
		return "avg"
	}
	return fmt.Sprintf("pooling(%#x)", int32(k))
}

// Pooling combines windows over one to three spatial dimensions. Src and Dst describe source and destination or, in a
// backward operation, their gradients.
type Pooling struct {
	Kind     PoolKind
	Src, Dst *MemoryDesc
	Kernel   []int // one value per spatial dimension
	// One value per spatial dimension; nil means as Kernel, all 1, all 0, all 0. A dilation of 1 is a dense window.
	Strides, Dilations, Low, High []int
}

type poolGeometry struct {
	kernel, strides, dilations, low, high *vec
	dilated                               bool
}

func (p *Pooling) geometry(doing string) (g poolGeometry, err error) {
	if p.Src == nil || p.Dst == nil {
		return g, invalid(doing, "source and destination are needed")
	}
	n := len(p.Src.dims) - 2
	if n < 1 || n > 3 {
		return g, invalid(doing, "%d spatial dimensions, wanted 1 to 3", n)
	}
	if len(p.Kernel) != n {
		return g, invalid(doing, "a kernel of %d dimensions over %d", len(p.Kernel), n)
	}
	for _, v := range [][]int{p.Strides, p.Dilations, p.Low, p.High} {
		if v != nil && len(v) != n {
			return g, invalid(doing, "%d values for %d spatial dimensions", len(v), n)
		}
	}
	g.kernel, g.strides = newVec(p.Kernel), newVec(p.Kernel)
	if p.Strides != nil {
		g.strides = newVec(p.Strides)
	}
	g.low, g.high = newVec(orElse(p.Low, n, 0)), newVec(orElse(p.High, n, 0))
	g.dilations = newVec(orElse(p.Dilations, n, 1))
	for i := range n {
		g.dilations[i]-- // the library counts the elements left out
		if p.Kernel[i] == 1 {
			g.dilations[i] = 0 // any other is refused
		}
		g.dilated = g.dilated || g.dilations[i] != 0
	}
	return g, nil
}

func (p *Pooling) String() string {
	return fmt.Sprintf("%v pooling %v to %v kernel %v strides %v dilations %v low %v high %v",
		p.Kind, p.Src, p.Dst, p.Kernel, p.Strides, p.Dilations, p.Low, p.High)
}

// PoolingForward computes [ArgDst] from [ArgSrc]. Max pooling in training also writes [ArgWorkspace].
func (e *Engine) PoolingForward(p *Pooling, prop Prop, attr *Attr) (*PrimitiveDesc, error) {
	doing := "forward " + p.String()
	g, err := p.geometry(doing)
	if err != nil {
		return nil, err
	}
	f := &e.lib.fn
	return e.newPrimitiveDesc(doing, attr, nil,
		func(op uintptr) int32 {
			if !g.dilated { // the older function, whose kernels are more
				return int32(call(f.poolForward, op, uintptr(prop), uintptr(p.Kind), p.Src.ptr, p.Dst.ptr,
					uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.kernel)),
					uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high))))
			}
			return int32(call(f.poolForwardDilatedV2, op, uintptr(prop), uintptr(p.Kind), p.Src.ptr, p.Dst.ptr,
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.kernel)),
				uintptr(unsafe.Pointer(g.dilations)), uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high))))
		},
		func(out, attr, _ uintptr) int32 {
			return int32(call(f.poolForward, out, e.handle, uintptr(prop), uintptr(p.Kind), p.Src.ptr, p.Dst.ptr,
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.kernel)),
				uintptr(unsafe.Pointer(g.dilations)), uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high)), attr))
		})
}

// PoolingBackward computes [ArgDiffSrc] from [ArgDiffDst] and, for max pooling, [ArgWorkspace]. The hint is the
// forward operation in training.
func (e *Engine) PoolingBackward(p *Pooling, hint *PrimitiveDesc, attr *Attr) (*PrimitiveDesc, error) {
	doing := "backward " + p.String()
	g, err := p.geometry(doing)
	if err != nil {
		return nil, err
	}
	f := &e.lib.fn
	return e.newPrimitiveDesc(doing, attr, hint,
		func(op uintptr) int32 {
			if !g.dilated {
				return int32(call(f.poolBackward, op, uintptr(p.Kind), p.Src.ptr, p.Dst.ptr,
					uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.kernel)),
					uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high))))
			}
			return int32(call(f.poolBackwardDilatedV2, op, uintptr(p.Kind), p.Src.ptr, p.Dst.ptr,
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.kernel)),
				uintptr(unsafe.Pointer(g.dilations)), uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high))))
		},
		func(out, attr, hint uintptr) int32 {
			return int32(call(f.poolBackward, out, e.handle, uintptr(p.Kind), p.Src.ptr, p.Dst.ptr,
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.kernel)),
				uintptr(unsafe.Pointer(g.dilations)), uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high)),
				hint, attr))
		})
}
