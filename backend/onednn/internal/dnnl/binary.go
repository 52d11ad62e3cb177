package dnnl

import "fmt"

// BinaryKind is a function of two elements, dnnl_alg_kind_t.
type BinaryKind int32

// The functions. Comparisons give 1 or 0.
const (
	BinaryAdd BinaryKind = 0x1fff0
	BinaryMul BinaryKind = 0x1fff1
	BinaryMax BinaryKind = 0x1fff2
	BinaryMin BinaryKind = 0x1fff3
	BinaryDiv BinaryKind = 0x1fff4
	BinarySub BinaryKind = 0x1fff5
	BinaryGE  BinaryKind = 0x1fff6
	BinaryGT  BinaryKind = 0x1fff7
	BinaryLE  BinaryKind = 0x1fff8
	BinaryLT  BinaryKind = 0x1fff9
	BinaryEQ  BinaryKind = 0x1fffa
	BinaryNE  BinaryKind = 0x1fffb
)

func (k BinaryKind) String() string {
	names := [...]string{"add", "mul", "max", "min", "div", "sub", "ge", "gt", "le", "lt", "eq", "ne"}
	if i := k - BinaryAdd; i >= 0 && int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("binary(%#x)", int32(k))
}

// Binary combines two tensors element by element. Each dimension of the sources is the destination's or 1; a first
// source that is repeated so is left to a slow reference kernel. The destination may be the first source's bytes.
type Binary struct {
	Kind            BinaryKind
	Src0, Src1, Dst *MemoryDesc
}

func (b *Binary) String() string {
	return fmt.Sprintf("%v %v and %v to %v", b.Kind, b.Src0, b.Src1, b.Dst)
}

// Binary computes [ArgDst] from [ArgSrc] and [ArgSrc1].
func (e *Engine) Binary(b *Binary, attr *Attr) (*PrimitiveDesc, error) {
	f := &e.lib.fn
	return e.newPrimitiveDesc(b.String(), attr, nil,
		func(op uintptr) int32 {
			return int32(call(f.binary, op, uintptr(b.Kind), b.Src0.pointer(), b.Src1.pointer(), b.Dst.pointer()))
		},
		func(out, attr, _ uintptr) int32 {
			return int32(call(f.binary, out, e.handle, uintptr(b.Kind),
				b.Src0.pointer(), b.Src1.pointer(), b.Dst.pointer(), attr))
		})
}
