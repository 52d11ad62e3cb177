package onednn

import (
	"unsafe"
)

// step is one action of a plan.
type step struct {
	name   string // for profiles
	detail string
	reads  []*tensor
	writes []*tensor

	// sharing lists pairs of a written and a read tensor that may be the same memory, where the latter dies here.
	sharing [][2]*tensor

	run func(x *execution) error
}

// execution is the state of one run of a plan.
type execution struct {
	plan *plan
	ptrs []unsafe.Pointer // of root tensors, by id
	keep []any            // what owns memory of the Go backend, by root tensor's id
}

// ptr is where t's memory is in this execution.
func (x *execution) ptr(t *tensor) unsafe.Pointer { return x.ptrs[t.root.id] }

// bytes is t's memory.
func (x *execution) bytes(t *tensor) []byte { return unsafe.Slice((*byte)(x.ptr(t)), t.size) }

// floats is t's memory as float32 values.
func (x *execution) floats(t *tensor) []float32 {
	return unsafe.Slice((*float32)(x.ptr(t)), t.size/4)
}
