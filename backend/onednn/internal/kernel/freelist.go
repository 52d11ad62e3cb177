package kernel

import "sync"

// freeList keeps values for reuse, so that a steady state allocates nothing.
type freeList[T any] struct {
	mu   sync.Mutex
	idle []*T
}

// get returns an idle value, or a new zero one.
func (f *freeList[T]) get() *T {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.idle); n > 0 {
		x := f.idle[n-1]
		f.idle = f.idle[:n-1]
		return x
	}
	return new(T)
}

// put gives x back.
func (f *freeList[T]) put(x *T) {
	f.mu.Lock()
	f.idle = append(f.idle, x)
	f.mu.Unlock()
}
