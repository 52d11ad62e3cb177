// Package onednn is a backend for GoMLX that runs on oneDNN: it trains convolutional networks on CPUs.
//
// A program imports it for its side effect and chooses it by the environment variable GOMLX_BACKEND, or by name:
//
//	import _ "github.com/vicinal-ml/vicinal/backend/onednn"
//
//	GOMLX_BACKEND=onednn ./program
//	GOMLX_BACKEND=onednn:threads=4,deterministic ./program
//
// GOMLX_BACKEND=onednn:help lists the options. Neither cgo nor oneDNN is needed to build; the library is opened when
// the backend starts, which otherwise fails with an error that says what to install.
//
// # How a graph runs
//
// A [Builder] records typed nodes, and the same graph in a builder of GoMLX's Go backend, which checks operands, infers
// shapes and merges common subexpressions. Compile drops what no output needs, computes constants, and turns the rest
// into a plan, a list of steps:
//
//   - convolutions and their gradients (recognised by algebra, see convolution), batch normalisation in training,
//     inference and gradient together with a ReLU, matrix products and pooling are oneDNN primitives; a convolution
//     adds its bias itself, and one of 3x3 without stride may be computed by Winograd's algorithm, by the library or,
//     where it has none, by package winograd, which leaves the products of matrices to the library where there is AVX-512;
//   - chains of element-wise operations and reductions, moves of elements, softmax and gathers of rows are kernels of
//     this module, which make one pass over memory;
//   - everything else, control flow and closures included, is given in regions to the Go backend, over the same memory.
//
// Tensors stay between primitives in the layout that the first of them chose, and are reordered only where another is
// wanted. Weights of convolutions, and an optimiser's state beside them, stay in it from one execution to the next: a
// [Buffer] becomes row-major when it is read. All that lives within an execution lies in one arena, planned by lifetime and shared by all executables of the
// backend; results that are computed element by element take the memory of donated inputs.
//
// Plans with primitives run on one thread, which owns oneDNN's OpenMP team, one after the other: executing from several
// goroutines is safe, and no faster. Plans without run on the caller's goroutine.
//
// # Numbers
//
// Float32 results differ from the Go backend's by rounding: sums are in other orders, and 3x3 convolutions may be
// computed by Winograd's algorithm, whose error is some ten times that of the direct sum. Which algorithm is used is
// decided by timing it once, so runs may differ in the last bits; with the option deterministic they repeat exactly, with
// as many threads. ReLU's gradient at 0 is 0. NaN passes through every operation that is not left to the Go backend, ReLU
// and maxima over windows included.
package onednn
