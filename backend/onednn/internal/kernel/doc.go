// Package kernel holds the parallel CPU kernels of the oneDNN backend that oneDNN has no good primitive for:
// chains of element-wise operations in one pass over memory, reductions with such a chain in front, strided
// copies (transpose, broadcast, slice, concatenate, pad, reverse), gathers and scatters of rows, softmax.
//
// # Use
//
// A [Team] owns the worker goroutines. Everything else is compiled once for fixed shapes and run many times:
// a [Program] (built with a [Builder]), a [Copy], a [Softmax]. Running allocates nothing.
//
//	team := kernel.NewTeam(kernel.Config{Workers: 2})
//	defer team.Close()
//
//	b := kernel.NewBuilder()
//	w, g, lr := b.Input(kernel.F32), b.Input(kernel.F32), b.Input(kernel.F32)
//	b.Output(kernel.F32, b.Binary(kernel.Sub, w, b.Binary(kernel.Mul, lr, g)))
//	sgd, err := b.Compile([]int{512, 512}, []kernel.Access{nil, nil, kernel.Scalar(2)}, nil)
//	...
//	sgd.Run(team, []unsafe.Pointer{wPtr}, []unsafe.Pointer{wPtr, gPtr, lrPtr}) // in place
//
// # Results
//
// Every result is the same bit for bit whatever the number of workers and whatever the instruction set
// (portable Go, AVX2, AVX-512), NaN payloads excepted: no product is fused into a sum, reductions are split by
// shape alone, and exp, log, tanh, logistic and erf are one algorithm written three times. Their errors are stated
// at the [Op] constants.
//
// Semantics follow GoMLX's Go backend: Max and Min return NaN if either operand is NaN and order -0 below +0;
// Sign of NaN and of -0 is +0; Abs of -0 is -0; comparisons with NaN are false, but for Ne. Denormal numbers
// are kept. A NaN stays a NaN when rounded to bfloat16 (the Go backend turns those with a small payload
// into Inf).
//
// # Memory
//
// Operands are unsafe pointers to the first element; the caller vouches for their sizes, which follow from the
// compiled shape. No kernel keeps a pointer after its call. An output may be the very memory of a full-size
// input of the same element size (in place); any other overlap is undefined.
//
// # Threads
//
// A Team runs one task at a time: a second goroutine that calls while the team is busy computes its task alone.
// Workers spin about 20 µs after a task and then sleep, so they take next to no time from the OpenMP threads of
// a oneDNN primitive that follows; a worker that is late in waking delays nobody, as others take over its parts. The reverse does not hold: libgomp's threads by default spin for
// milliseconds after a primitive (GOMP_SPINCOUNT, OMP_WAIT_POLICY) on the cores that the team needs. The owner
// alternates, never runs both at once, and must make libgomp's threads passive (OMP_WAIT_POLICY=passive, or
// a small GOMP_SPINCOUNT, in the C environment before libgomp is loaded) or give team and OpenMP disjoint cores.
package kernel
