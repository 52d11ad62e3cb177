// Package winograd holds the transforms of Winograd's algorithm for convolutions with 3x3 kernels and stride 1, on
// tiles of 4x4 results: F(4x4, 3x3) of Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015,
// arXiv 1509.09308). What lies between the transforms are 36 products of matrices, which take a quarter of the
// multiplications of the direct sum.
//
// With d a patch of 6x6 inputs, w a kernel, y a tile of 4x4 outputs and ⊙ the product by elements, summed over channels,
//
//	forward               y = Aᵀ[(G w Gᵀ) ⊙ (Bᵀ d B)]A
//	gradient by inputs    as forward, of the outputs' gradient, with reversed kernels
//	gradient by weights   w = Gᵀ[(Bᵀ d B) ⊙ (A y Aᵀ)]G, summed over patches
//
// A [Convolution] gives the geometry. Its methods do one transform each, of some tile rows or of a block of weights: the
// caller goes through the tile rows in pieces that fit a core's caches. A tile row is a row of tiles of one image. The
// products of a piece are the caller's, of matrices by row, or the package's, of matrices by [Panel]: then the transforms
// write both factors as the kernels read them, and nothing is packed in between.
//
// The points of interpolation are 0, ±2/3, ±3/2 and infinity. Simulated in float32, with 256 channels of normal numbers, results
// differ from the exact ones by at most 3e-6 of the largest and the direct sum's by 4e-7; by 9e-6 with the usual
// points 0, ±1, ±2.
//
// Transforms and products are in AVX2 where the processor has it. Elsewhere they are in plain Go, slowly: [Fast] tells
// which.
package winograd

//go:generate go run ./gen
