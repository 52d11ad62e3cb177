package main

import "fmt"

// patch writes a function that copies a grid of vectors, see the type patch of the package.
func (e *emitter) patch() {
	fmt.Fprintf(&e.text, "// func patchAVX2(a *patch)\nTEXT ·patchAVX2(SB), NOSPLIT, $0-8\n")
	e.f("MOVQ a+0(FP), R14")
	e.f("MOVQ 0(R14), DI")
	e.f("MOVQ 8(R14), SI")
	e.f("MOVQ 16(R14), R8")
	e.f("MOVQ 24(R14), R9")
	e.f("MOVQ 32(R14), R10")
	e.f("MOVQ 40(R14), R11")
	e.f("MOVQ 48(R14), DX")
	e.label("row")
	e.f("MOVQ DI, BX")
	e.f("MOVQ SI, AX")
	e.f("MOVQ 56(R14), CX")
	e.label("column")
	e.f("VMOVUPS (AX), Y0")
	e.f("VMOVUPS Y0, (BX)")
	e.f("ADDQ R9, BX")
	e.f("ADDQ R11, AX")
	e.f("DECQ CX")
	e.f("JNZ column")
	e.f("ADDQ R8, DI")
	e.f("ADDQ R10, SI")
	e.f("DECQ DX")
	e.f("JNZ row")
	e.f("VZEROUPPER")
	e.f("RET\n")
}
