package main

import "fmt"

// groupKernel converts between groups in memory and registers: read and write are the bytes of 16 elements.
type groupKernel struct {
	name        string
	read, write int
	body        func(e *emitter)
}

var groupKernels = []groupKernel{
	{"loadBF16", 32, 64, func(e *emitter) {
		for h := range 64 / e.bytes {
			e.ins("VPMOVZXWD", fmt.Sprintf("%d(SI)", h*e.bytes/2), v0)
			e.ins("VPSLLD", 16, v0, v0)
			e.ins("VMOVUPS", v0, fmt.Sprintf("%d(DI)", h*e.bytes))
		}
	}},
	{"storeBF16", 64, 32, func(e *emitter) {
		if e.masks {
			e.load('a', v0)
			e.roundBF16()
			e.ins("VPSRLD", 16, v0, v0)
			e.ins("VPMOVDW", v0, "(DI)")
			return
		}
		for e.half = 0; e.half < 2; e.half++ {
			e.load('a', v0)
			e.roundBF16()
			e.ins("VPSRLD", 16, v0, v4+v(e.half))
		}
		e.half = 0
		e.ins("VPACKUSDW", v5, v4, v0)
		e.ins("VPERMQ", 0xd8, v0, v0)
		e.ins("VMOVUPS", v0, "(DI)")
	}},
	{"loadBool", 16, 64, func(e *emitter) {
		e.zero(v1)
		for h := range 64 / e.bytes {
			e.ins("VPMOVZXBD", fmt.Sprintf("%d(SI)", h*e.bytes/4), v0)
			e.ins("VPSUBD", v0, v1, v0)
			e.ins("VMOVUPS", v0, fmt.Sprintf("%d(DI)", h*e.bytes))
		}
	}},
	{"storeBool", 64, 16, func(e *emitter) {
		e.load('a', v0)
		e.insC("VANDPS", 1, v0, v0)
		if e.masks {
			e.ins("VPMOVDB", v0, "(DI)")
			return
		}
		e.half = 1
		e.load('a', v1)
		e.half = 0
		e.insC("VANDPS", 1, v1, v1)
		e.ins("VPACKUSDW", v1, v0, v0)
		e.ins("VPERMQ", 0xd8, v0, v0)
		e.ins("VEXTRACTI128", 1, v0, "X1")
		e.ins("VPACKUSWB", "X1", "X0", "X0")
		e.ins("VMOVUPS", "X0", "(DI)")
	}},
}

// grouped writes a loop over groups in which memory is walked in steps of its own.
func (e *emitter) grouped(k groupKernel) {
	e.begin(k.name, "a")
	e.label("one")
	k.body(e)
	e.ins("ADDQ", k.write, "DI")
	e.ins("ADDQ", k.read, "SI")
	e.ins("DECQ", "R11")
	e.ins("JNZ", "one")
	e.end()
}

// foldKernel reduces groups to one.
type foldKernel struct {
	name, code string
	identity   uint32
	// join sets x to x joined with y; it may spoil t and t+1.
	join func(e *emitter, y, x, t v)
}

func plain(ins string) func(e *emitter, y, x, t v) {
	return func(e *emitter, y, x, t v) { e.ins(ins, y, x, x) }
}

var foldKernels = []foldKernel{
	{"foldSum", "ReduceSum", 0, plain("VADDPS")},
	{"foldMul", "ReduceMul", f(1), plain("VMULPS")},
	{"foldMax", "ReduceMax", inf | signBit, func(e *emitter, y, x, t v) { e.extreme("VMAXPS", "VANDPS", y, x, x, t) }},
	{"foldMin", "ReduceMin", inf, func(e *emitter, y, x, t v) { e.extreme("VMINPS", "VORPS", y, x, x, t) }},
}

// fold keeps four groups of accumulators, as goFold does.
func (e *emitter) fold(k foldKernel) {
	e.begin(k.name, "a")
	halves := 64 / e.bytes
	// Accumulator h of group g is register g*halves+h.
	acc := func(g, h int) v { return v(g*halves + h) }
	const x, t = v(10), v(11)
	address := func(g, h int) string { return fmt.Sprintf("%d(SI)", 64*g+h*e.bytes) }
	each := func(f func(h int)) {
		for h := range halves {
			f(h)
		}
	}
	first := func(groups int) {
		for g := range groups {
			each(func(h int) { e.ins("VMOVUPS", address(g, h), acc(g, h)) })
		}
		e.ins("ADDQ", 64*groups, "SI")
		e.ins("SUBQ", groups, "R11")
	}
	take := func(g int) {
		each(func(h int) {
			e.ins("VMOVUPS", address(g, h), x)
			k.join(e, x, acc(g, h), t)
		})
	}
	merge := func(from, to int) { each(func(h int) { k.join(e, acc(from, h), acc(to, h), t) }) }
	e.ins("CMPQ", "R11", 4)
	e.ins("JAE", "many")
	for n := 1; n < 4; n++ {
		if n < 3 {
			e.ins("CMPQ", "R11", n)
			e.ins("JNE", fmt.Sprintf("not%d", n))
		}
		first(n)
		for g := 1; g < n; g++ {
			merge(g, 0)
		}
		e.ins("JMP", "store")
		if n < 3 {
			e.label(fmt.Sprintf("not%d", n))
		}
	}
	e.label("many")
	first(4)
	e.ins("SUBQ", 4, "R11")
	e.ins("JB", "rest")
	e.label("four")
	for g := range 4 {
		take(g)
	}
	e.ins("ADDQ", 256, "SI")
	e.ins("SUBQ", 4, "R11")
	e.ins("JAE", "four")
	e.label("rest")
	e.ins("ADDQ", 4, "R11")
	for g := range 3 {
		e.ins("CMPQ", "R11", g)
		e.ins("JEQ", "join")
		take(g)
	}
	e.label("join")
	merge(1, 0)
	merge(3, 2)
	merge(2, 0)
	e.label("store")
	each(func(h int) { e.ins("VMOVUPS", acc(0, h), fmt.Sprintf("%d(DI)", h*e.bytes)) })
	e.end()
}

// foldRows reduces n rows, sa bytes apart, of sb groups and sc more elements, as goFoldRows does.
func (e *emitter) foldRows(k foldKernel) {
	e.begin("rows"+k.name[len("fold"):], "abc")
	halves := 64 / e.bytes
	const x, t, masks, identity = v4, v6, v(8), v(10)
	e.loadC(k.identity, identity)
	if e.masks {
		e.ins("MOVQ", "R10", "CX")
		e.ins("MOVL", 1, "AX")
		e.ins("SHLL", "CX", "AX")
		e.ins("DECL", "AX")
		e.ins("KMOVW", "AX", "K2")
	} else {
		// 16 words of ones, then 16 of zeros.
		e.ins("LEAQ", "tails<>+64(SB)", "AX")
		e.ins("SHLQ", 2, "R10")
		e.ins("SUBQ", "R10", "AX")
		e.ins("VMOVUPS", "0(AX)", masks)
		e.ins("VMOVUPS", "32(AX)", masks+1)
	}
	e.label("row")
	e.ins("MOVQ", "SI", "DX")
	e.ins("MOVQ", "R9", "R12")
	for h := range halves {
		e.ins("VMOVAPS", identity, v(h))
	}
	e.ins("TESTQ", "R12", "R12")
	e.ins("JZ", "tail")
	e.label("group")
	for h := range halves {
		e.ins("VMOVUPS", fmt.Sprintf("%d(DX)", h*e.bytes), x)
		k.join(e, x, v(h), t)
	}
	e.ins("ADDQ", 64, "DX")
	e.ins("DECQ", "R12")
	e.ins("JNZ", "group")
	e.label("tail")
	e.ins("TESTQ", "R10", "R10")
	e.ins("JZ", "across")
	for h := range halves {
		if e.masks {
			e.ins("VMOVAPS", identity, x)
			e.ins("VMOVUPS", "(DX)", "K2", x)
		} else {
			e.ins("VMASKMOVPS", fmt.Sprintf("%d(DX)", h*e.bytes), masks+v(h), x)
			e.ins("VBLENDVPS", masks+v(h), x, identity, x)
		}
		k.join(e, x, v(h), t)
	}
	e.label("across")
	if e.masks {
		e.ins("VSHUFF64X2", 0x4e, v0, v0, x)
		k.join(e, x, v0, t)
		e.ins("VSHUFF64X2", 0xb1, v0, v0, x)
	} else {
		k.join(e, v1, v0, t)
		e.ins("VPERM2F128", 1, v0, v0, x)
	}
	k.join(e, x, v0, t)
	for _, order := range []int{0x4e, 0xb1} {
		e.ins("VPERMILPS", order, v0, x)
		k.join(e, x, v0, t)
	}
	e.ins("VMOVSS", "X0", "(DI)")
	e.ins("ADDQ", 4, "DI")
	e.ins("ADDQ", "R8", "SI")
	e.ins("DECQ", "R11")
	e.ins("JNZ", "row")
	e.end()
}

// spread writes sb groups of each of n values, the values sa bytes apart and the groups of each sc bytes.
func (e *emitter) spread() {
	e.begin("spread", "abc")
	e.label("value")
	e.ins("VBROADCASTSS", "(SI)", v0)
	e.ins("MOVQ", "DI", "DX")
	e.ins("MOVQ", "R9", "R12")
	e.label("group")
	for h := range 64 / e.bytes {
		e.ins("VMOVUPS", v0, fmt.Sprintf("%d(DX)", h*e.bytes))
	}
	e.ins("ADDQ", 64, "DX")
	e.ins("DECQ", "R12")
	e.ins("JNZ", "group")
	e.ins("ADDQ", "R8", "SI")
	e.ins("ADDQ", "R10", "DI")
	e.ins("DECQ", "R11")
	e.ins("JNZ", "value")
	e.end()
}

// transpose turns 16 by 16 elements of 4 bytes: a register gathers 16 bytes of rows that are four apart, so that
// a transposition within its quarters leaves whole rows of the destination.
func (e *emitter) transpose() {
	e.names = append(e.names, "transpose32"+e.name)
	fmt.Fprintf(&e.b, "\n// func transpose32%s(o *operands)\nTEXT ·transpose32%s(SB), NOSPLIT, $0-8\n", e.name, e.name)
	e.ins("MOVQ", "o+0(FP)", "AX")
	e.ins("MOVQ", "0(AX)", "DI")
	e.ins("MOVQ", "8(AX)", "SI")
	e.ins("MOVQ", "32(AX)", "R8")
	e.ins("MOVQ", "40(AX)", "R9")
	e.ins("LEAQ", "(R8)(R8*2)", "R12")
	// Rows 0, 4, 8, 12.
	e.ins("LEAQ", "(SI)(R8*4)", "DX")
	e.ins("LEAQ", "(DX)(R8*4)", "CX")
	e.ins("LEAQ", "(CX)(R8*4)", "BX")
	base := []string{"SI", "DX", "CX", "BX"}
	row := func(r, q int) string {
		b := base[r/4]
		switch r % 4 {
		case 0:
			return fmt.Sprintf("%d(%s)", 16*q, b)
		case 3:
			return fmt.Sprintf("%d(%s)(R12*1)", 16*q, b)
		}
		return fmt.Sprintf("%d(%s)(R8*%d)", 16*q, b, r%4)
	}
	quarters := e.bytes / 16
	for q := range 4 {
		for h := range 64 / e.bytes {
			for k := range 4 {
				e.ins("VMOVUPS", row(h*8+k, q), fmt.Sprintf("X%d", k))
				for l := 1; l < quarters; l++ {
					ins := "VINSERTF128"
					if e.masks {
						ins = "VINSERTF32X4"
					}
					e.ins(ins, l, row(h*8+4*l+k, q), v(k), v(k))
				}
			}
			e.ins("VUNPCKLPS", v1, v0, v4)
			e.ins("VUNPCKHPS", v1, v0, v5)
			e.ins("VUNPCKLPS", v3, v2, v6)
			e.ins("VUNPCKHPS", v3, v2, v7)
			e.ins("VUNPCKLPD", v6, v4, v0)
			e.ins("VUNPCKHPD", v6, v4, v1)
			e.ins("VUNPCKLPD", v7, v5, v2)
			e.ins("VUNPCKHPD", v7, v5, v3)
			e.ins("MOVQ", "DI", "R10")
			for j := range 4 {
				e.ins("VMOVUPS", v(j), fmt.Sprintf("%d(R10)", 32*h))
				if j < 3 {
					e.ins("ADDQ", "R9", "R10")
				}
			}
		}
		if q < 3 {
			e.ins("LEAQ", "(DI)(R9*4)", "DI")
		}
	}
	e.end()
}
