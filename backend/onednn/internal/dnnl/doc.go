// Package dnnl is a binding to the C API of oneDNN without cgo: the library is opened when it is needed, so that a
// program builds with plain go build and a machine without oneDNN gets an ordinary error.
//
// One Go API covers both major versions: libdnnl.so.2 (2.6 and newer) and libdnnl.so.3. Their enumerations and
// signatures differ, and codes of the one are often valid in the other with another meaning, so every call branches
// on the version that the library reports.
//
// # Objects
//
// A [Library] is an opened library. An [Engine] is its CPU, a [Stream] where work is submitted. A [MemoryDesc] says
// what a tensor is (dimensions, element type, strides or a layout of oneDNN's choice), a [Memory] is such a tensor over
// memory that the caller owns. A [PrimitiveDesc] is an operation for which an implementation was found; it answers
// which layouts it wants ([PrimitiveDesc.Desc]). A [Primitive] is its compiled code, and an [Execution] is a primitive
// with its arguments, ready to run any number of times.
//
// All of them are native objects that the garbage collector does not see: whoever creates one destroys it, once, and
// not while it is in use. Descriptors returned by queries belong to the object that was asked. [Library.Live] counts
// what was not destroyed. Destroying a nil object does nothing.
//
// # Dimensions
//
// Dimensions are in oneDNN's logical order whatever the layout: activations N, C, [D, [H,]] W; weights
// O, I, [D, [H,]] W, or G, O/G, I/G, … with groups. Strides are in elements. Channels-last data is the same dimensions
// with other strides, see [Engine.NewMemoryDesc].
//
// # Threads
//
// Objects may be created and destroyed on any goroutine. Executing is another matter: the library parallelises with
// OpenMP, which gives each calling operating-system thread a team of its own, and fresh teams are slow and leave
// threads behind. So [Execution.Run] and [Library.SetThreads] should be called from one goroutine that has called
// runtime.LockOSThread. An Execution, and a scratchpad, serve one caller at a time. Scratchpads are always the
// caller's (argument [ArgScratchpad]), since the library's own are bound to the thread that created the primitive and
// crash on another.
//
// An execution costs about 0.3 µs besides its work on one thread, and allocates nothing.
//
// On the CPU runtimes accepted here (sequential, OpenMP, TBB) work is done when Run returns.
//
// # What the versions do differently
//
// As tried on 2.6.3 and 3.2 with AVX-512:
//
//   - [ConvWinograd] in f32 is in 2.6.3, and Unimplemented in 3.2. Its errors are stated in the tests: a relative root
//     mean square below 5e-6, where direct convolution stays below 1e-6.
//   - The gradients of weights on tiny images are wrong in some kernels of both; those are passed over.
//   - Which kernel runs depends on the layouts. One whose [PrimitiveDesc.Implementation] starts with "ref" is slow:
//     in both, element-wise functions that do not keep zero, on blocked layouts with padding; in 2.6.3 a convolution
//     of one channel described as channels-last whose result's layout is left open.
package dnnl
