package dnnl

import "fmt"

// Attr changes how a primitive computes. Nil is the default.
type Attr struct {
	// PostOps are applied to the result, in order, before it is stored.
	PostOps []PostOp
	// FPMath allows f32 operations to round their inputs.
	FPMath FPMath
}

// FPMath says which types f32 operations may round their inputs to.
type FPMath int32

// The modes, dnnl_fpmath_mode_t.
const (
	FPMathStrict FPMath = 0
	FPMathBF16   FPMath = 1
)

// PostOp is a [PostSum], [PostEltwise] or [PostBinary].
type PostOp interface {
	append(l *Library, ops uintptr) int32
}

// PostSum adds Scale times what the destination held before.
type PostSum struct{ Scale float32 }

// PostEltwise applies an element-wise function, see [Eltwise] for its parameters.
type PostEltwise struct {
	Kind        EltwiseKind
	Alpha, Beta float32
}

// PostBinary combines the result with another tensor, argument [ArgPostOp], whose dimensions are the destination's
// or 1.
type PostBinary struct {
	Kind BinaryKind
	Src1 *MemoryDesc
}

func (p PostSum) append(l *Library, ops uintptr) int32 {
	if l.version.Major == 2 {
		return l.fn.postOpsSumV2(ops, p.Scale)
	}
	return l.fn.postOpsSumV3(ops, p.Scale, 0, 0)
}

func (p PostEltwise) append(l *Library, ops uintptr) int32 {
	code, ok := p.Kind.code(l.version.Major)
	if !ok {
		return int32(InvalidArguments)
	}
	if l.version.Major == 2 {
		return l.fn.postOpsEltwiseV2(ops, 1, code, p.Alpha, p.Beta)
	}
	return l.fn.postOpsEltwiseV3(ops, code, p.Alpha, p.Beta)
}

func (p PostBinary) append(l *Library, ops uintptr) int32 {
	if p.Src1 == nil {
		return int32(InvalidArguments)
	}
	return int32(call(l.fn.postOpsBinary, ops, uintptr(p.Kind), p.Src1.pointer()))
}

const scratchpadUser = 1

// newAttr makes the native attributes, with the scratchpad always the caller's, and the mode of f32 operations always
// said: the library's default is what ONEDNN_DEFAULT_FPMATH_MODE says.
func (l *Library) newAttr(a *Attr, doing string) (handle uintptr, err error) {
	out := newCell()
	if err := l.check(int32(call(l.fn.attrCreate, out.addr())), doing); err != nil {
		return 0, err
	}
	handle = out.v
	defer func() {
		if err != nil {
			call(l.fn.attrDestroy, handle)
			handle = 0
		}
	}()
	if err := l.check(int32(call(l.fn.attrSetScratchpadMode, handle, scratchpadUser)), doing); err != nil {
		return handle, err
	}
	if a == nil {
		a = &Attr{}
	}
	if err := l.check(int32(call(l.fn.attrSetFPMathMode, handle, uintptr(a.FPMath))), doing); err != nil {
		return handle, err
	}
	if len(a.PostOps) == 0 {
		return handle, nil
	}
	ops := newCell()
	if err := l.check(int32(call(l.fn.postOpsCreate, ops.addr())), doing); err != nil {
		return handle, err
	}
	defer call(l.fn.postOpsDestroy, ops.v)
	for i, op := range a.PostOps {
		if err := l.check(op.append(l, ops.v), fmt.Sprintf("%s: post-op %d %+v", doing, i, op)); err != nil {
			return handle, err
		}
	}
	return handle, l.check(int32(call(l.fn.attrSetPostOps, handle, ops.v)), doing)
}
