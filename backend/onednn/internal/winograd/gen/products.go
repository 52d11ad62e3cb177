package main

import "fmt"

// product writes a function that multiplies p.blocks blocks of so many rows by a panel of the right factor, see the
// type product of the package. Rows of the left factor are tiles, or with columns channels.
//
// Registers: Y0 to Y11 are sums, two for a row; Y12 and Y13 are a row of the right factor, Y14 and Y15 elements of the
// left one. R8, R9, R10 are where the block's left factor, the right factor and the result begin; SI and DX walk along
// the first two, CX counts; R11 is the argument.
func (e *emitter) product(rows int, columns bool) {
	e.enter(productName(rows, columns), "product", "R11")
	e.f("MOVQ 0(R11), R10")
	e.f("MOVQ 8(R11), R8")
	e.f("MOVQ 16(R11), R9")
	e.label("block")
	e.f("MOVQ R8, SI")
	e.f("MOVQ R9, DX")
	for i := range 2 * rows {
		e.f("VXORPS Y%d, Y%d, Y%d", i, i, i)
	}
	if columns {
		e.sumColumns(rows)
	} else {
		e.sumRows(rows)
	}
	if columns {
		e.f("CMPQ 56(R11), $0")
		e.f("JEQ store")
		for i := range 2 * rows {
			e.f("VADDPS %d(R10), Y%d, Y%d", 32*i, i, i)
		}
		e.label("store")
	}
	for i := range 2 * rows {
		e.f("VMOVUPS Y%d, %d(R10)", i, 32*i)
	}
	e.f("ADDQ $%d, R10", 64*rows)
	e.f("ADDQ $%d, R8", 64*rows)
	e.f("DECQ 48(R11)")
	e.f("JNZ block")
	e.f("VZEROUPPER")
	e.f("RET\n")
}

// sumRows sums over whole panels of the left factor and, if there is one, half a panel.
func (e *emitter) sumRows(rows int) {
	at := func(r, k int) int { return 64*r + 4*k }
	e.f("MOVQ 24(R11), CX")
	e.f("TESTQ CX, CX")
	e.f("JZ half")
	e.label("panel")
	e.steps(rows, 16, at)
	e.f("ADDQ $%d, DX", 64*16)
	e.f("ADDQ 32(R11), SI")
	e.f("DECQ CX")
	e.f("JNZ panel")
	e.label("half")
	e.f("CMPQ 40(R11), $0")
	e.f("JEQ summed")
	e.steps(rows, 8, at)
	e.label("summed")
}

// sumColumns sums over the rows of both factors.
func (e *emitter) sumColumns(rows int) {
	const unroll = 4
	at := func(r, k int) int { return 64*k + 4*r }
	e.f("MOVQ 24(R11), CX")
	e.f("SUBQ $%d, CX", unroll)
	e.f("JLT rest")
	e.label("several")
	e.steps(rows, unroll, at)
	e.f("ADDQ $%d, DX", 64*unroll)
	e.f("ADDQ $%d, SI", 64*unroll)
	e.f("SUBQ $%d, CX", unroll)
	e.f("JGE several")
	e.label("rest")
	e.f("ADDQ $%d, CX", unroll)
	e.f("JZ summed")
	e.label("one")
	e.steps(rows, 1, at)
	e.f("ADDQ $64, DX")
	e.f("ADDQ $64, SI")
	e.f("DECQ CX")
	e.f("JNZ one")
	e.label("summed")
}

// steps adds n products of an element of each row and a row of the right factor; at tells where the elements are.
func (e *emitter) steps(rows, n int, at func(row, k int) int) {
	for k := range n {
		e.f("VMOVUPS %d(DX), Y12", 64*k)
		e.f("VMOVUPS %d(DX), Y13", 64*k+32)
		for r := range rows {
			e.f("VBROADCASTSS %d(SI), Y%d", at(r, k), 14+r%2)
			e.f("VFMADD231PS Y12, Y%d, Y%d", 14+r%2, 2*r)
			e.f("VFMADD231PS Y13, Y%d, Y%d", 14+r%2, 2*r+1)
		}
	}
}

func (e *emitter) label(name string) { fmt.Fprintf(&e.text, "%s:\n", name) }

func productName(rows int, columns bool) string {
	if columns {
		return fmt.Sprintf("columns%dAVX2", rows)
	}
	return fmt.Sprintf("rows%dAVX2", rows)
}
