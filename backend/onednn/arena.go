package onednn

import "unsafe"

// arena is the memory of everything that lives only during an execution. One serves all executables of a backend,
// since their plans run one after the other. Only the executor's thread touches it.
type arena struct {
	block *block
}

// ensure returns memory of at least size bytes, with the contents of any earlier plan.
func (a *arena) ensure(size int) (unsafe.Pointer, error) {
	if a.block == nil || a.block.size < size {
		a.close()
		rounded := (max(size, 1) + pageSize - 1) / pageSize * pageSize
		blk, err := mapBlock(rounded)
		if err != nil {
			return nil, err
		}
		a.block = blk
	}
	return a.block.ptr, nil
}

func (a *arena) close() {
	if a.block != nil {
		unmapMemory(a.block.mapping)
		a.block = nil
	}
}
