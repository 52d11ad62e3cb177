package onednn

import (
	"sync"
	"unsafe"

	"github.com/pkg/errors"
)

const (
	alignment = 64      // bytes: a cache line, and the widest vector register
	mapLimit  = 1 << 20 // bytes: from here on blocks are mapped from the system
	pageSize  = 2 << 20 // bytes: mapped blocks are whole huge pages
	keepLimit = 1 << 30 // bytes: more than that of free blocks goes back to the system
)

// block is a piece of memory aligned to 64 bytes.
type block struct {
	ptr  unsafe.Pointer
	size int // usable bytes

	// keep holds what owns the memory where the garbage collector does; nil for mapped memory.
	keep any

	mapping []byte // the whole mapping, nil unless mapped
}

// blockPool allocates blocks and keeps the large ones for the next request of their size.
type blockPool struct {
	mu     sync.Mutex
	free   map[int][]*block // by size of the mapping
	kept   int              // bytes in free
	closed bool
}

// get returns a block of at least size bytes, not zeroed. It fails where the system has no memory.
func (p *blockPool) get(size int) (*block, error) {
	if size < 0 {
		return nil, errors.Errorf("allocating a tensor: its size overflows")
	}
	if size < mapLimit {
		mem := make([]byte, max(size, 1)+alignment)
		shift := -uintptr(unsafe.Pointer(&mem[0])) % alignment
		return &block{ptr: unsafe.Pointer(&mem[shift]), size: size, keep: &mem[0]}, nil
	}
	rounded := (size + pageSize - 1) / pageSize * pageSize
	if rounded < size {
		return nil, errors.Errorf("allocating a tensor of %d bytes: its size overflows", size)
	}
	p.mu.Lock()
	if list := p.free[rounded]; len(list) > 0 {
		b := list[len(list)-1]
		p.free[rounded] = list[:len(list)-1]
		p.kept -= rounded
		p.mu.Unlock()
		return b, nil
	}
	p.mu.Unlock()
	return mapBlock(rounded)
}

// mapBlock maps size bytes, a multiple of pageSize, starting at such a multiple.
func mapBlock(size int) (*block, error) {
	mapping, err := mapMemory(size + pageSize)
	if err != nil {
		return nil, errors.Wrapf(err, "allocating %d bytes for tensors", size)
	}
	shift := -uintptr(unsafe.Pointer(&mapping[0])) % pageSize
	return &block{ptr: unsafe.Pointer(&mapping[shift]), size: size, mapping: mapping}, nil
}

// put takes a block back; nobody may use it any more.
func (p *blockPool) put(b *block) {
	if b == nil || b.mapping == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.kept+b.size > keepLimit {
		unmapMemory(b.mapping)
		return
	}
	if p.free == nil {
		p.free = make(map[int][]*block)
	}
	p.free[b.size] = append(p.free[b.size], b)
	p.kept += b.size
}

// close gives all free blocks back to the system, now and in future.
func (p *blockPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, list := range p.free {
		for _, b := range list {
			unmapMemory(b.mapping)
		}
	}
	p.free = nil
}
