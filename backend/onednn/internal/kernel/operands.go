package kernel

import "unsafe"

// group is the unit of the vector kernels: 64 bytes.
const groupLanes = 16

// operands are the arguments of a vector kernel: n groups of 16 lanes, d = f(a, b, c). A step is 64, or 0 for an
// operand whose one group serves all. The layout is known to the assembly.
type operands struct {
	d, a, b, c unsafe.Pointer
	sa, sb, sc uintptr
	n          uintptr
}

// vectorFunc computes n groups. The destination may be the memory of an operand.
type vectorFunc func(*operands)

// opTable holds the kernels of one instruction set.
type opTable struct {
	isa ISA
	fn  [codeCount]vectorFunc

	loadBF16  vectorFunc // a: bfloat16 in steps of 32 bytes, d: f32
	storeBF16 vectorFunc // a: f32, d: bfloat16 in steps of 32 bytes
	loadBool  vectorFunc // a: bytes in steps of 16, d: masks
	storeBool vectorFunc // a: masks, d: bytes in steps of 16

	// Folds: d[0..15] = a reduced over its groups into 64 partial results (4 groups), these folded to one
	// group; n >= 1. Element i goes to partial i%64.
	fold [reduceOpCount]vectorFunc

	// Folds of n rows, sa bytes apart, of sb groups and sc more elements, to n elements of d: element i of a row
	// goes to partial result i%16, these are folded by halves.
	foldRows [reduceOpCount]vectorFunc

	// spread writes, for each of n values at a, sa bytes apart, sb groups of it to d, those of the next value sc
	// bytes on and after: they may overwrite the end of the groups before.
	spread vectorFunc

	// transpose32 turns 16 by 16 4-byte elements: a's rows are sa bytes apart, d's sb bytes.
	transpose32 vectorFunc
}

// spreadRows writes n values, step bytes apart, each to a row of width lanes. Up to 60 bytes after the last row
// are spoilt.
func (t *opTable) spreadRows(o *operands, d, values unsafe.Pointer, step, width, n int) {
	*o = operands{
		d: d, a: values, n: uintptr(n),
		sa: uintptr(step), sb: uintptr((width + groupLanes - 1) / groupLanes), sc: uintptr(4 * width),
	}
	t.spread(o)
}
