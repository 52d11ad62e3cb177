package dnnl

import (
	"fmt"
	"slices"
)

// Matmul is a matrix product, batched over the leading dimensions, which are those of the destination or 1:
//
//	dst[…, m, n] = Σ_k src[…, m, k] · weights[…, k, n] + bias
//
// A transposed operand is one with swapped strides. Bias has the destination's number of dimensions, each the
// destination's or 1, or is nil.
type Matmul struct {
	Src, Weights, Bias, Dst *MemoryDesc
}

func (m *Matmul) String() string {
	return fmt.Sprintf("matmul src %v weights %v bias %v dst %v", m.Src, m.Weights, m.Bias, m.Dst)
}

// Matmul computes [ArgDst] from [ArgSrc], [ArgWeights] and, if it was described, [ArgBias].
func (e *Engine) Matmul(m *Matmul, attr *Attr) (*PrimitiveDesc, error) {
	var operands [3]*MemoryDesc
	for i, d := range []*MemoryDesc{m.Src, m.Weights, m.Dst} {
		own, err := e.withoutOddOnes(d)
		if err != nil {
			return nil, err
		}
		if own != d {
			defer own.Destroy()
		}
		operands[i] = own
	}
	src, weights, dst := operands[0], operands[1], operands[2]
	f := &e.lib.fn
	return e.newPrimitiveDesc(m.String(), attr, nil,
		func(op uintptr) int32 {
			return int32(call(f.matmul, op, src.pointer(), weights.pointer(), m.Bias.pointer(), dst.pointer()))
		},
		func(out, attr, _ uintptr) int32 {
			return int32(call(f.matmul, out, e.handle,
				src.pointer(), weights.pointer(), m.Bias.pointer(), dst.pointer(), attr))
		})
}

// withoutOddOnes is the description with the strides that dimensions of size 1 have in row-major order. They mean
// nothing, and descriptions that differ in them are equal; but the kernel gemm:jit takes them for the distance between
// rows, and refuses to run where they are less than a row.
func (e *Engine) withoutOddOnes(d *MemoryDesc) (*MemoryDesc, error) {
	if d == nil || !slices.Contains(d.dims, 1) {
		return d, nil
	}
	l := d.Layout()
	if !l.Plain() {
		return d, nil
	}
	strides := slices.Clone(l.Strides)
	next := 1
	for i := len(strides) - 1; i >= 0; i-- {
		if d.dims[i] == 1 {
			strides[i] = next
		}
		next = strides[i] * max(d.dims[i], 1)
	}
	if slices.Equal(strides, l.Strides) {
		return d, nil
	}
	return e.NewMemoryDesc(d.dims, d.dtype, strides)
}
