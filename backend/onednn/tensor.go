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

// view is how oneDNN counts the dimensions of a tensor: dimension i is the shape's axis perm[i]. With groups > 1 the
// first of them is split in two, groups outermost, as weights of grouped convolutions are.
type view struct {
	perm   []int
	groups int
}

func (v view) equal(o view) bool {
	return slices.Equal(v.perm, o.perm) && max(v.groups, 1) == max(o.groups, 1)
}

// of reorders values that belong to the shape's axes; split tells how the first of them divides.
func (v view) of(values []int, split func(first int) (outer, inner int)) []int {
	out := pick(values, v.perm)
	if v.groups > 1 {
		outer, inner := split(out[0])
		out = slices.Insert(out, 0, outer)
		out[1] = inner
	}
	return out
}

// dims are the dimensions in the view's order.
func (v view) dims(shape shapes.Shape) []int {
	return v.of(shape.Dimensions, func(n int) (int, int) { return v.groups, n / v.groups })
}

// strides are those of a row-major tensor, in the view's order.
func (v view) strides(shape shapes.Shape) []int {
	return v.of(rowMajorStrides(shape.Dimensions), func(stride int) (int, int) {
		return stride * (shape.Dimensions[v.perm[0]] / v.groups), stride
	})
}

// layout is how a tensor that is not row-major lies in memory.
type layout struct {
	view view
	desc *dnnl.MemoryDesc // belongs to the plan
}

func (l *layout) equal(o *layout) bool {
	if l == nil || o == nil {
		return l == o
	}
	return l == o || l.view.equal(o.view) && l.desc.Equal(o.desc)
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
