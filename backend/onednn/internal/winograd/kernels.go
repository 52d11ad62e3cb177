package winograd

import "unsafe"

// lanes is the number of float32 in the vectors that are transformed: that many channels at a time.
const lanes = 8

// grid is the argument of a kernel: n grids of vectors and where their transforms go. Steps are in bytes, between
// neighbours within a grid and between grids. Its layout is known to the assembly, which changes n.
type grid struct {
	dst, src       unsafe.Pointer
	dstRow, dstCol int
	srcRow, srcCol int
	dstNext        int
	srcNext        int
	n              int            // at least 1
	bias           unsafe.Pointer // output only: a vector that is added

	temp *[Points * lanes]float32 // aligned to a vector
}

// patch is the argument of the kernel that copies a grid of vectors, with steps in bytes. Its layout is known to the
// assembly.
type patch struct {
	dst, src       unsafe.Pointer
	dstRow, dstCol int
	srcRow, srcCol int
	rows, columns  int // at least 1
}

// kernels are the transforms of grids, see the package's comment: Bᵀ d B, Aᵀ m A, G w Gᵀ, A y Aᵀ, Gᵀ u G. transpose does
// that with 8 vectors, srcRow and dstRow apart. The products are of 1 to 6 rows.
type kernels struct {
	input, output, weights, gradient, weightsGradient, transpose func(g *grid)

	patch         func(p *patch)
	rows, columns [productRows]func(p *product)
}
