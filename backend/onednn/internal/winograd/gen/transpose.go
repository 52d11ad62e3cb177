package main

// transpose writes a function that transposes g.n blocks of 8 vectors.
func (e *emitter) transpose() {
	e.enter("transposeAVX2", "grid", "R14")
	e.f("MOVQ 0(R14), DI")
	e.f("MOVQ 8(R14), SI")
	e.f("MOVQ 16(R14), CX")
	e.f("MOVQ 32(R14), R8")
	e.label("next")
	e.f("MOVQ SI, AX")
	for i := range 8 {
		if i > 0 {
			e.f("ADDQ R8, AX")
		}
		e.f("VMOVUPS (AX), Y%d", i)
	}
	for i := range 4 { // pairs of vectors, low and high elements: Y8 to Y15
		e.f("VUNPCKLPS Y%d, Y%d, Y%d", 2*i+1, 2*i, 8+2*i)
		e.f("VUNPCKHPS Y%d, Y%d, Y%d", 2*i+1, 2*i, 9+2*i)
	}
	for half := range 2 { // four vectors: Y0 to Y7
		for part := range 2 {
			for high := range 2 {
				first, second := 8+4*half+part, 8+4*half+2+part
				e.f("VSHUFPS $%d, Y%d, Y%d, Y%d", []int{0x44, 0xEE}[high], second, first, 4*half+2*part+high)
			}
		}
	}
	e.f("MOVQ DI, BX")
	for i := range 8 {
		if i > 0 {
			e.f("ADDQ CX, BX")
		}
		e.f("VPERM2F128 $%d, Y%d, Y%d, Y8", []int{0x20, 0x31}[i/4], 4+i%4, i%4)
		e.f("VMOVUPS Y8, (BX)")
	}
	e.nextGrid()
}
