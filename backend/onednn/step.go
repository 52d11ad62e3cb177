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

	ends []*tensor // imports that are not needed after it

	run func(x *execution) error
}

// execution is the state of one run of a plan.
type execution struct {
	plan *plan
	ptrs []unsafe.Pointer // of root tensors, by id
	used []use            // the inputs
	keep []any            // what owns memory of the Go backend, by root tensor's id

	threads int // that oneDNN was told to use, 0 before the first primitive

	reads, writes []unsafe.Pointer // of the step at hand
}

// newExecution takes the state of an execution that has ended, or makes one.
func (pl *plan) newExecution(used []use) *execution {
	x, ok := pl.executions.Get().(*execution)
	if !ok {
		x = &execution{plan: pl, ptrs: make([]unsafe.Pointer, pl.size), keep: make([]any, pl.size)}
	}
	x.used = used
	return x
}

// free forgets the memory and leaves the state to the next execution.
func (x *execution) free() {
	clear(x.ptrs)
	clear(x.keep)
	clear(x.reads[:cap(x.reads)])
	clear(x.writes[:cap(x.writes)])
	x.used, x.threads = nil, 0
	x.plan.executions.Put(x)
}

// ptr is where t's memory is in this execution.
func (x *execution) ptr(t *tensor) unsafe.Pointer { return x.ptrs[t.root.id] }

// pointers is where the memory of what s writes and reads is. The slices are valid until the next call.
func (x *execution) pointers(s *step) (writes, reads []unsafe.Pointer) {
	x.writes, x.reads = x.writes[:0], x.reads[:0]
	for _, t := range s.writes {
		x.writes = append(x.writes, x.ptr(t))
	}
	for _, t := range s.reads {
		x.reads = append(x.reads, x.ptr(t))
	}
	return x.writes, x.reads
}
