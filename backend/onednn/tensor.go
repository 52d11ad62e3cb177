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

	// source is the parameter that an import is a copy of, and order that of its elements; nil for others.
	source *tensor
	order  *order

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
	ofImport               // the caller's buffer or a copy of it, see imports.go
)

// view is how oneDNN counts the dimensions of a tensor: dimension i is the shape's axis perm[i]. With groups > 1 one of the
// first two is split, and the groups become the outermost, as with weights of grouped convolutions.
type view struct {
	perm        []int
	groups      int
	splitSecond bool // not the first
}

func (v view) equal(o view) bool {
	return slices.Equal(v.perm, o.perm) && max(v.groups, 1) == max(o.groups, 1) && v.splitSecond == o.splitSecond
}

// split is the dimension that the groups divide.
func (v view) split() int {
	if v.splitSecond {
		return 1
	}
	return 0
}

// of reorders values that belong to the shape's axes; split tells how that of the grouped dimension divides.
func (v view) of(values []int, split func(value int) (outer, inner int)) []int {
	out := pick(values, v.perm)
	if v.groups > 1 {
		at := v.split()
		outer, inner := split(out[at])
		out[at] = inner
		out = slices.Insert(out, 0, outer)
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
		return stride * (shape.Dimensions[v.perm[v.split()]] / v.groups), stride
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
