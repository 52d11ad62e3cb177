package main

import (
	"fmt"
	"math"
	"strings"
)

// emitter writes the assembly of one instruction set. Go's assembler has the destination last and the first
// source last but one: ins("VSUBPS", y, x, d) is d = x - y.
type emitter struct {
	set
	b      strings.Builder
	consts []uint32
	names  []string
	k      int // group at hand within an unrolled loop
	half   int // vector at hand within a group
}

// v names a vector register.
type v int

func (e *emitter) arg(a any) string {
	switch a := a.(type) {
	case v:
		return fmt.Sprintf("%s%d", e.reg, int(a))
	case string:
		return a
	case int:
		return fmt.Sprintf("$%d", a)
	}
	panic(fmt.Sprintf("operand %v", a))
}

// ins writes one instruction.
func (e *emitter) ins(name string, args ...any) {
	s := make([]string, len(args))
	for i, a := range args {
		s[i] = e.arg(a)
	}
	fmt.Fprintf(&e.b, "\t%s\n", strings.TrimSpace(name+" "+strings.Join(s, ", ")))
}

func (e *emitter) label(name string) { fmt.Fprintf(&e.b, "%s:\n", name) }

// constant returns the address of 32 bytes of x.
func (e *emitter) constant(x uint32) string {
	for i, c := range e.consts {
		if c == x {
			return fmt.Sprintf("consts<>+%d(SB)", 32*i)
		}
	}
	e.consts = append(e.consts, x)
	return fmt.Sprintf("consts<>+%d(SB)", 32*(len(e.consts)-1))
}

// insC writes an instruction whose second source is a constant.
func (e *emitter) insC(name string, x uint32, args ...any) {
	if e.masks {
		name += ".BCST"
	}
	e.ins(name, append([]any{e.constant(x)}, args...)...)
}

// loadC sets d to a constant.
func (e *emitter) loadC(x uint32, d v) {
	if e.masks {
		e.ins("VBROADCASTSS", e.constant(x), d)
		return
	}
	e.ins("VMOVUPS", e.constant(x), d)
}

// Registers that hold the operands, their steps and three times their steps.
var regs = map[byte][3]string{'a': {"SI", "R8", "R12"}, 'b': {"DX", "R9", "R13"}, 'c': {"CX", "R10", "BX"}}

// mem is the operand at hand in memory.
func (e *emitter) mem(x byte) string {
	off := ""
	if e.half > 0 {
		off = fmt.Sprint(e.half * e.bytes)
	}
	if x == 'd' {
		return fmt.Sprintf("%d(DI)", 64*e.k+e.half*e.bytes)
	}
	r := regs[x]
	switch e.k {
	case 0:
		return fmt.Sprintf("%s(%s)", off, r[0])
	case 1, 2:
		return fmt.Sprintf("%s(%s)(%s*%d)", off, r[0], r[1], e.k)
	}
	return fmt.Sprintf("%s(%s)(%s*1)", off, r[0], r[2])
}

// load loads an operand.
func (e *emitter) load(x byte, d v) { e.ins("VMOVUPS", e.mem(x), d) }

// zero clears d.
func (e *emitter) zero(d v) { e.ins("VXORPS", d, d, d) }

// Predicates of VCMPPS, quiet.
const (
	eq  = 0x00
	un  = 0x03
	ne  = 0x04
	ord = 0x07
	lt  = 0x11
	le  = 0x12
	ngt = 0x1a
	ge  = 0x1d
	gt  = 0x1e
)

// cmp sets d to all ones where x pred y; y is a register or an address.
func (e *emitter) cmp(pred int, y any, x, d v) {
	if e.masks {
		e.ins("VCMPPS", pred, y, x, "K1")
		e.ins("VPMOVM2D", "K1", d)
		return
	}
	e.ins("VCMPPS", pred, y, x, d)
}

// cmpC compares with a constant.
func (e *emitter) cmpC(pred int, y uint32, x, d v) {
	if e.masks {
		e.ins("VCMPPS.BCST", pred, e.constant(y), x, "K1")
		e.ins("VPMOVM2D", "K1", d)
		return
	}
	e.ins("VCMPPS", pred, e.constant(y), x, d)
}

// sel sets d to t where x pred y, else to f; y is a register or the number of a constant. It spoils m.
func (e *emitter) sel(pred int, y any, x, t, f, d, m v) {
	name := "VCMPPS"
	if c, ok := y.(uint32); ok {
		y = e.constant(c)
		if e.masks {
			name += ".BCST"
		}
	}
	if e.masks {
		e.ins(name, pred, y, x, "K1")
		e.ins("VBLENDMPS", t, f, "K1", d)
		return
	}
	e.ins(name, pred, y, x, m)
	e.ins("VBLENDVPS", m, t, f, d)
}

// floor, ceil and round share an instruction.
func (e *emitter) round(mode int, x, d v) {
	if e.masks {
		e.ins("VRNDSCALEPS", mode, x, d)
		return
	}
	e.ins("VROUNDPS", mode, x, d)
}

func f(x float64) uint32 { return math.Float32bits(float32(x)) }

// begin opens a function and loads the registers of the given operands.
func (e *emitter) begin(name, operands string) {
	name += e.name
	e.names = append(e.names, name)
	fmt.Fprintf(&e.b, "\n// func %s(o *operands)\nTEXT ·%s(SB), NOSPLIT, $0-8\n", name, name)
	e.ins("MOVQ", "o+0(FP)", "AX")
	e.ins("MOVQ", "0(AX)", "DI")
	for i, x := range []byte(operands) {
		e.ins("MOVQ", fmt.Sprintf("%d(AX)", 8+8*i), regs[x][0])
		e.ins("MOVQ", fmt.Sprintf("%d(AX)", 32+8*i), regs[x][1])
	}
	e.ins("MOVQ", "56(AX)", "R11")
	e.k, e.half = 0, 0
}

func (e *emitter) end() {
	e.ins("VZEROUPPER")
	e.ins("RET")
}

// elementwise writes a loop over groups, four at a time for short bodies. The body leaves its result in the
// register that it returns.
func (e *emitter) elementwise(k kernel) {
	e.begin(k.name, k.operands)
	group := func() {
		for e.half = 0; e.half < 64/e.bytes; e.half++ {
			e.ins("VMOVUPS", k.body(e), e.mem('d'))
		}
		e.half = 0
	}
	if !k.long {
		for _, x := range []byte(k.operands) {
			r := regs[x]
			e.ins("LEAQ", fmt.Sprintf("(%s)(%s*2)", r[1], r[1]), r[2])
		}
		e.ins("SUBQ", 4, "R11")
		e.ins("JB", "rest")
		e.label("four")
		for e.k = 0; e.k < 4; e.k++ {
			group()
		}
		e.k = 0
		e.ins("ADDQ", 256, "DI")
		for _, x := range []byte(k.operands) {
			r := regs[x]
			e.ins("LEAQ", fmt.Sprintf("(%s)(%s*4)", r[0], r[1]), r[0])
		}
		e.ins("SUBQ", 4, "R11")
		e.ins("JAE", "four")
		e.label("rest")
		e.ins("ADDQ", 4, "R11")
		e.ins("JZ", "done")
	}
	e.label("one")
	group()
	e.ins("ADDQ", 64, "DI")
	for _, x := range []byte(k.operands) {
		e.ins("ADDQ", regs[x][1], regs[x][0])
	}
	e.ins("DECQ", "R11")
	e.ins("JNZ", "one")
	e.label("done")
	e.end()
}

// file writes all kernels.
func (e *emitter) file() {
	for _, k := range kernels {
		e.elementwise(k)
	}
	for _, k := range groupKernels {
		e.grouped(k)
	}
	for _, k := range foldKernels {
		e.fold(k)
		e.foldRows(k)
	}
	e.spread()
	e.transpose()
}

// text is the file.
func (e *emitter) text() string {
	var b strings.Builder
	b.WriteString("// Code generated by gen; DO NOT EDIT.\n\n#include \"textflag.h\"\n\n")
	for i, c := range e.consts {
		for j := range 4 {
			fmt.Fprintf(&b, "DATA consts<>+%d(SB)/8, $0x%08x%08x\n", 32*i+8*j, c, c)
		}
	}
	fmt.Fprintf(&b, "GLOBL consts<>(SB), RODATA|NOPTR, $%d\n", 32*len(e.consts))
	if !e.masks {
		b.WriteString("\n")
		for i := range 16 {
			word := "0xffffffffffffffff"
			if i >= 8 {
				word = "0"
			}
			fmt.Fprintf(&b, "DATA tails<>+%d(SB)/8, $%s\n", 8*i, word)
		}
		b.WriteString("GLOBL tails<>(SB), RODATA|NOPTR, $128\n")
	}
	return b.String() + e.b.String()
}
