package dnnl

import (
	"fmt"
	"unsafe"
)

// ConvAlgorithm is how a convolution is computed.
type ConvAlgorithm int32

// The algorithms, dnnl_alg_kind_t.
const (
	// ConvDirect is the definition's arithmetic in some order.
	ConvDirect ConvAlgorithm = 1
	// ConvWinograd multiplies less and rounds more: 3x3 kernels of stride 1 in f32, with AVX-512, in 2.x, 3.0 and
	// 3.1; elsewhere it is Unimplemented. Its weights are in an opaque layout.
	ConvWinograd ConvAlgorithm = 2
	// ConvAuto lets the library choose.
	ConvAuto ConvAlgorithm = 3
)

func (a ConvAlgorithm) String() string {
	switch a {
	case ConvDirect:
		return "direct"
	case ConvWinograd:
		return "winograd"
	case ConvAuto:
		return "auto"
	}
	return fmt.Sprintf("algorithm(%d)", int32(a))
}

// Convolution is a cross-correlation over one to three spatial dimensions:
//
//	dst[n, o, y] = bias[o] + Σ_{i,k} src[n, i, y·stride − low + k·dilation] · weights[o, i, k]
//
// Src, Weights, Bias and Dst describe those tensors or, in a backward operation, their gradients. Src is [N, I, …],
// Weights [O, I, …] or with groups [G, O/G, I/G, …], Bias [O] or nil, Dst [N, O, …].
type Convolution struct {
	Algorithm               ConvAlgorithm
	Src, Weights, Bias, Dst *MemoryDesc
	// One value per spatial dimension; nil means all 1, all 1, all 0, all 0. A dilation of 1 is a dense kernel.
	Strides, Dilations, Low, High []int
}

type convGeometry struct{ strides, dilations, low, high *vec }

func (c *Convolution) geometry(doing string) (g convGeometry, err error) {
	if c.Src == nil || c.Weights == nil || c.Dst == nil {
		return g, invalid(doing, "source, weights and destination are needed")
	}
	n := len(c.Src.dims) - 2
	if n < 1 || n > 3 {
		return g, invalid(doing, "%d spatial dimensions, wanted 1 to 3", n)
	}
	for _, v := range [][]int{c.Strides, c.Dilations, c.Low, c.High} {
		if v != nil && len(v) != n {
			return g, invalid(doing, "%d values for %d spatial dimensions", len(v), n)
		}
	}
	g.strides, g.low, g.high = newVec(orElse(c.Strides, n, 1)), newVec(orElse(c.Low, n, 0)), newVec(orElse(c.High, n, 0))
	g.dilations = newVec(orElse(c.Dilations, n, 1))
	for i := range n {
		g.dilations[i]-- // the library counts the elements left out
	}
	return g, nil
}

// orElse is the values, or n times the one value if there are none.
func orElse(values []int, n, value int) []int {
	if values != nil {
		return values
	}
	out := make([]int, n)
	for i := range out {
		out[i] = value
	}
	return out
}

func (c *Convolution) String() string {
	return fmt.Sprintf("convolution %v src %v weights %v bias %v dst %v strides %v dilations %v low %v high %v",
		c.Algorithm, c.Src, c.Weights, c.Bias, c.Dst, c.Strides, c.Dilations, c.Low, c.High)
}

// ConvolutionForward computes [ArgDst] from [ArgSrc], [ArgWeights] and, if it was described, [ArgBias].
func (e *Engine) ConvolutionForward(c *Convolution, prop Prop, attr *Attr) (*PrimitiveDesc, error) {
	doing := "forward " + c.String()
	g, err := c.geometry(doing)
	if err != nil {
		return nil, err
	}
	f := &e.lib.fn
	return e.newPrimitiveDesc(doing, attr, nil,
		func(op uintptr) int32 {
			return int32(call(f.convForward, op, uintptr(prop), uintptr(c.Algorithm),
				c.Src.pointer(), c.Weights.pointer(), c.Bias.pointer(), c.Dst.pointer(),
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.dilations)),
				uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high))))
		},
		func(out, attr, _ uintptr) int32 {
			return int32(call(f.convForward, out, e.handle, uintptr(prop), uintptr(c.Algorithm),
				c.Src.pointer(), c.Weights.pointer(), c.Bias.pointer(), c.Dst.pointer(),
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.dilations)),
				uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high)), attr))
		})
}

// ConvolutionBackwardData computes [ArgDiffSrc] from [ArgDiffDst] and [ArgWeights]. Bias is ignored. The hint is the
// forward operation, or nil.
func (e *Engine) ConvolutionBackwardData(c *Convolution, hint *PrimitiveDesc, attr *Attr) (*PrimitiveDesc, error) {
	doing := "backward data " + c.String()
	g, err := c.geometry(doing)
	if err != nil {
		return nil, err
	}
	f := &e.lib.fn
	return e.newPrimitiveDesc(doing, attr, hint,
		func(op uintptr) int32 {
			return int32(call(f.convBackwardData, op, uintptr(c.Algorithm),
				c.Src.pointer(), c.Weights.pointer(), c.Dst.pointer(),
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.dilations)),
				uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high))))
		},
		func(out, attr, hint uintptr) int32 {
			return int32(call(f.convBackwardData, out, e.handle, uintptr(c.Algorithm),
				c.Src.pointer(), c.Weights.pointer(), c.Dst.pointer(),
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.dilations)),
				uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high)), hint, attr))
		})
}

// ConvolutionBackwardWeights computes [ArgDiffWeights] and, if it was described, [ArgDiffBias] from [ArgSrc] and
// [ArgDiffDst]. The hint is the forward operation, or nil.
func (e *Engine) ConvolutionBackwardWeights(c *Convolution, hint *PrimitiveDesc, attr *Attr) (*PrimitiveDesc, error) {
	doing := "backward weights " + c.String()
	g, err := c.geometry(doing)
	if err != nil {
		return nil, err
	}
	f := &e.lib.fn
	return e.newPrimitiveDescAvoiding(c.faultyBackwardWeights, doing, attr, hint,
		func(op uintptr) int32 {
			return int32(call(f.convBackwardWts, op, uintptr(c.Algorithm),
				c.Src.pointer(), c.Weights.pointer(), c.Bias.pointer(), c.Dst.pointer(),
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.dilations)),
				uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high))))
		},
		func(out, attr, hint uintptr) int32 {
			return int32(call(f.convBackwardWts, out, e.handle, uintptr(c.Algorithm),
				c.Src.pointer(), c.Weights.pointer(), c.Bias.pointer(), c.Dst.pointer(),
				uintptr(unsafe.Pointer(g.strides)), uintptr(unsafe.Pointer(g.dilations)),
				uintptr(unsafe.Pointer(g.low)), uintptr(unsafe.Pointer(g.high)), hint, attr))
		})
}
