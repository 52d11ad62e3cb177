package main

// kernel is an element-wise operation: the operands that it reads and the computation of one vector.
type kernel struct {
	name, code string
	operands   string
	long       bool // too long to unroll
	body       func(e *emitter) v
}

// The first registers; temporaries of a body are free for the next.
const (
	v0 v = iota
	v1
	v2
	v3
	v4
	v5
	v6
	v7
)

const (
	signBit = 1 << 31
	ones    = 1<<32 - 1
)

// with applies one instruction to operands a and b.
func with(ins string) func(e *emitter) v {
	return func(e *emitter) v {
		e.load('a', v0)
		e.ins(ins, e.mem('b'), v0, v0)
		return v0
	}
}

// compare compares operands a and b as f32.
func compare(pred int) func(e *emitter) v {
	return func(e *emitter) v {
		e.load('a', v0)
		e.cmp(pred, e.mem('b'), v0, v0)
		return v0
	}
}

// compareInt compares operands a and b as s32: a > b or a == b, swapped or inverted if need be.
func compareInt(pred int, ins string, swap, invert bool) func(e *emitter) v {
	return func(e *emitter) v {
		e.load('a', v0)
		if e.masks {
			e.ins("VPCMPD", pred, e.mem('b'), v0, "K1")
			e.ins("VPMOVM2D", "K1", v0)
			return v0
		}
		e.load('b', v1)
		if swap {
			e.ins(ins, v0, v1, v0)
		} else {
			e.ins(ins, v1, v0, v0)
		}
		if invert {
			e.insC("VXORPS", ones, v0, v0)
		}
		return v0
	}
}

// extreme is Go's max or min of x and y into d; join makes of +0 and -0 the right one. It spoils t.
func (e *emitter) extreme(ins, join string, y, x, d, t v) {
	e.ins(ins, y, x, t)
	e.ins(ins, x, y, t+1)
	e.ins(join, t, t+1, t)
	if e.masks {
		e.ins("VCMPPS", un, y, x, "K1")
		e.ins("VADDPS", y, x, "K1", t)
		e.ins("VMOVAPS", t, d)
		return
	}
	e.ins("VCMPPS", un, y, x, t+1)
	e.ins("VORPS", t, t+1, d)
}

func extremeBody(ins, join string) func(e *emitter) v {
	return func(e *emitter) v {
		e.load('a', v0)
		e.load('b', v1)
		e.extreme(ins, join, v1, v0, v0, v2)
		return v0
	}
}

// unary loads operand a and applies f to it.
func unary(f func(e *emitter)) func(e *emitter) v {
	return func(e *emitter) v {
		e.load('a', v0)
		f(e)
		return v0
	}
}

var kernels = []kernel{
	{"add", "Add", "ab", false, with("VADDPS")},
	{"sub", "Sub", "ab", false, with("VSUBPS")},
	{"mul", "Mul", "ab", false, with("VMULPS")},
	{"div", "Div", "ab", false, with("VDIVPS")},
	{"max", "Max", "ab", false, extremeBody("VMAXPS", "VANDPS")},
	{"min", "Min", "ab", false, extremeBody("VMINPS", "VORPS")},
	{"mulAdd", "mulAdd", "abc", false, func(e *emitter) v {
		e.load('a', v0)
		e.ins("VMULPS", e.mem('b'), v0, v0)
		e.ins("VADDPS", e.mem('c'), v0, v0)
		return v0
	}},
	{"mulSub", "mulSub", "abc", false, func(e *emitter) v {
		e.load('a', v0)
		e.ins("VMULPS", e.mem('b'), v0, v0)
		e.ins("VSUBPS", e.mem('c'), v0, v0)
		return v0
	}},
	{"subMul", "subMul", "abc", false, func(e *emitter) v {
		e.load('a', v0)
		e.ins("VMULPS", e.mem('b'), v0, v0)
		e.load('c', v1)
		e.ins("VSUBPS", v0, v1, v0)
		return v0
	}},
	{"reluGrad", "ReluGrad", "ab", false, func(e *emitter) v {
		e.load('a', v0)
		e.zero(v1)
		if e.masks {
			e.ins("VCMPPS", gt, v1, v0, "K1")
			e.ins("VMOVUPS.Z", e.mem('b'), "K1", v0)
			return v0
		}
		e.ins("VCMPPS", gt, v1, v0, v0)
		e.ins("VANDPS", e.mem('b'), v0, v0)
		return v0
	}},
	{"eq", "Eq", "ab", false, compare(eq)},
	{"ne", "Ne", "ab", false, compare(ne)},
	{"lt", "Lt", "ab", false, compare(lt)},
	{"le", "Le", "ab", false, compare(le)},
	{"gt", "Gt", "ab", false, compare(gt)},
	{"ge", "Ge", "ab", false, compare(ge)},
	{"and", "And", "ab", false, with("VANDPS")},
	{"or", "Or", "ab", false, with("VORPS")},
	{"xor", "Xor", "ab", false, with("VXORPS")},
	{"select", "Select", "abc", false, func(e *emitter) v {
		e.load('a', v0)
		e.load('c', v1)
		if e.masks {
			e.ins("VPMOVD2M", v0, "K1")
			e.ins("VMOVUPS", e.mem('b'), "K1", v1)
			return v1
		}
		e.ins("VBLENDVPS", v0, e.mem('b'), v1, v1)
		return v1
	}},
	{"not", "Not", "a", false, unary(func(e *emitter) { e.insC("VXORPS", ones, v0, v0) })},
	{"move", "codeMove", "a", false, unary(func(e *emitter) {})},
	{"neg", "Neg", "a", false, unary(func(e *emitter) { e.insC("VXORPS", signBit, v0, v0) })},
	{"abs", "Abs", "a", false, unary(func(e *emitter) {
		e.zero(v1)
		e.cmp(lt, v1, v0, v1)
		e.insC("VANDPS", signBit, v1, v1)
		e.ins("VXORPS", v1, v0, v0)
	})},
	{"sign", "Sign", "a", false, unary(func(e *emitter) {
		e.zero(v1)
		e.cmp(lt, v1, v0, v2)
		e.cmp(gt, v1, v0, v1)
		e.insC("VANDPS", f(-1), v2, v2)
		e.insC("VANDPS", f(1), v1, v1)
		e.ins("VORPS", v2, v1, v0)
	})},
	{"relu", "Relu", "a", false, unary(func(e *emitter) {
		e.zero(v1)
		e.cmp(lt, v1, v0, v1)
		e.ins("VANDNPS", v0, v1, v0)
	})},
	{"sqrt", "Sqrt", "a", false, unary(func(e *emitter) { e.ins("VSQRTPS", v0, v0) })},
	{"rsqrt", "Rsqrt", "a", false, unary(func(e *emitter) {
		e.ins("VSQRTPS", v0, v0)
		e.loadC(f(1), v1)
		e.ins("VDIVPS", v0, v1, v0)
	})},
	{"isFinite", "IsFinite", "a", false, unary(func(e *emitter) {
		e.insC("VANDPS", signBit-1, v0, v0)
		e.cmpC(lt, 0x7f800000, v0, v0)
	})},
	{"floor", "Floor", "a", false, unary(func(e *emitter) { e.round(9, v0, v0) })},
	{"ceil", "Ceil", "a", false, unary(func(e *emitter) { e.round(10, v0, v0) })},
	{"round", "Round", "a", false, unary(func(e *emitter) { e.round(8, v0, v0) })},
	{"toF32", "ToF32", "a", false, unary(func(e *emitter) { e.ins("VCVTDQ2PS", v0, v0) })},
	{"maskToF32", "codeMaskToF32", "a", false, unary(func(e *emitter) { e.insC("VANDPS", f(1), v0, v0) })},
	{"maskToS32", "codeMaskToS32", "a", false, unary(func(e *emitter) { e.insC("VANDPS", 1, v0, v0) })},
	{"f32ToS32", "codeF32ToS32", "a", false, unary(func(e *emitter) {
		// The instruction gives the least integer for what does not fit.
		e.ins("VCVTTPS2DQ", v0, v1)
		e.cmpC(ge, f(1<<31), v0, v2)
		e.ins("VXORPS", v2, v1, v1)
		e.cmp(ord, v0, v0, v2)
		e.ins("VANDPS", v2, v1, v0)
	})},
	{"toMask", "ToMask", "a", false, unary(func(e *emitter) {
		e.zero(v1)
		e.cmp(ne, v1, v0, v0)
	})},
	{"s32ToMask", "codeS32ToMask", "a", false, unary(func(e *emitter) {
		if e.masks {
			e.ins("VPTESTMD", v0, v0, "K1")
			e.ins("VPMOVM2D", "K1", v0)
			return
		}
		e.zero(v1)
		e.ins("VPCMPEQD", v1, v0, v0)
		e.insC("VXORPS", ones, v0, v0)
	})},
	{"roundBF16", "RoundBF16", "a", false, unary(func(e *emitter) {
		e.roundBF16()
		e.insC("VANDPS", 0xffff0000, v0, v0)
	})},
	{"addS32", "codeAddS32", "ab", false, with("VPADDD")},
	{"subS32", "codeSubS32", "ab", false, with("VPSUBD")},
	{"mulS32", "codeMulS32", "ab", false, with("VPMULLD")},
	{"maxS32", "codeMaxS32", "ab", false, with("VPMAXSD")},
	{"minS32", "codeMinS32", "ab", false, with("VPMINSD")},
	{"negS32", "codeNegS32", "a", false, unary(func(e *emitter) {
		e.zero(v1)
		e.ins("VPSUBD", v0, v1, v0)
	})},
	{"absS32", "codeAbsS32", "a", false, unary(func(e *emitter) { e.ins("VPABSD", v0, v0) })},
	{"signS32", "codeSignS32", "a", false, unary(func(e *emitter) {
		e.insC("VPMINSD", 1, v0, v0)
		e.insC("VPMAXSD", ones, v0, v0)
	})},
	{"reluS32", "codeReluS32", "a", false, unary(func(e *emitter) {
		e.zero(v1)
		e.ins("VPMAXSD", v1, v0, v0)
	})},
	{"eqS32", "codeEqS32", "ab", false, compareInt(0, "VPCMPEQD", false, false)},
	{"neS32", "codeNeS32", "ab", false, compareInt(4, "VPCMPEQD", false, true)},
	{"ltS32", "codeLtS32", "ab", false, compareInt(1, "VPCMPGTD", true, false)},
	{"leS32", "codeLeS32", "ab", false, compareInt(2, "VPCMPGTD", false, true)},
	{"gtS32", "codeGtS32", "ab", false, compareInt(6, "VPCMPGTD", false, false)},
	{"geS32", "codeGeS32", "ab", false, compareInt(5, "VPCMPGTD", true, true)},
	{"exp", "Exp", "a", true, func(e *emitter) v {
		e.load('a', v0)
		e.exp()
		return v2
	}},
	{"log", "Log", "a", true, func(e *emitter) v {
		e.load('a', v0)
		return e.log()
	}},
	{"tanh", "Tanh", "a", true, (*emitter).tanh},
	{"logistic", "Logistic", "a", true, (*emitter).logistic},
	{"erf", "Erf", "a", true, (*emitter).erf},
}

// roundBF16 rounds v0 to nearest even; the lower halves are left as they fall.
func (e *emitter) roundBF16() {
	e.ins("VPSRLD", 16, v0, v1)
	e.insC("VANDPS", 1, v1, v1)
	e.insC("VPADDD", 0x7fff, v1, v1)
	e.ins("VPADDD", v1, v0, v1)
	e.insC("VORPS", 0x400000, v0, v2)
	e.sel(un, v0, v0, v2, v1, v0, v3)
}
