package onednn

import (
	"slices"
	"unsafe"

	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// tensor is a piece of memory in a plan: a value in one layout, or scratch memory.
type tensor struct {
	id     int
	shape  shapes.Shape
	layout *layout // nil: row-major, as GoMLX sees it
	size   int     // bytes

	// root is the tensor whose memory this one shares; itself unless it is a view.
	root *tensor

	// What follows describes the memory and is of roots only.
	place  place
	index  int            // of the parameter or output
	offset int            // in the arena
	ptr    unsafe.Pointer // of a constant
	keep   any            // what owns the constant's memory

	// donor is the parameter whose memory an output takes over where the caller donates it; -1: none.
	donor int

	first, last int // steps between which the contents matter
}

// place is where a tensor's memory comes from.
type place int

const (
	inArena   place = iota // planned, valid within an execution
	ofParam                // the caller's buffer
	ofOutput               // a new buffer for the caller
	ofRegion               // memory of the Go backend
	ofConst                // lives as long as the executable
	inScratch              // as inArena, within one step
)

// layout is how oneDNN sees a tensor that is not row-major: desc's dimension i is the shape's axis perm[i].
type layout struct {
	perm []int
	desc *dnnl.MemoryDesc // belongs to the plan
}

func (l *layout) equal(o *layout) bool {
	if l == nil || o == nil {
		return l == o
	}
	return l == o || slices.Equal(l.perm, o.perm) && l.desc.Equal(o.desc)
}

// rowMajorStrides are in elements.
func rowMajorStrides(dims []int) []int {
	strides, n := make([]int, len(dims)), 1
	for i := len(dims) - 1; i >= 0; i-- {
		strides[i] = n
		n *= max(dims[i], 1)
	}
	return strides
}

// pick returns v[perm[0]], v[perm[1]], …
func pick(v, perm []int) []int {
	out := make([]int, len(perm))
	for i, p := range perm {
		out[i] = v[p]
	}
	return out
}
