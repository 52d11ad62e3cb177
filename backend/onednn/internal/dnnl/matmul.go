package dnnl

import "fmt"

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
	f := &e.lib.fn
	return e.newPrimitiveDesc(m.String(), attr, nil,
		func(op uintptr) int32 {
			return int32(call(f.matmul, op, m.Src.pointer(), m.Weights.pointer(), m.Bias.pointer(), m.Dst.pointer()))
		},
		func(out, attr, _ uintptr) int32 {
			return int32(call(f.matmul, out, e.handle,
				m.Src.pointer(), m.Weights.pointer(), m.Bias.pointer(), m.Dst.pointer(), attr))
		})
}
