package dnnl

import (
	"fmt"
	"unsafe"
)

// Memory is a tensor over bytes that the caller owns, keeps alive and does not move while executions use it. They
// need no alignment, but 64 bytes are faster.
//
// Where a layout pads dimensions, as blocked layouts do, the padding of an input must hold zeros. Primitives write it
// with their results, so bytes that a primitive wrote are right, whatever was there before. Creating a memory or
// changing its data touches no bytes.
type Memory struct {
	lib    *Library
	handle uintptr
	desc   *MemoryDesc
}

// NewMemory makes a tensor of the description over the bytes at data, at least desc.Size() of them. Data may be nil
// until [Memory.SetData]. The description must live as long as the memory.
func (e *Engine) NewMemory(desc *MemoryDesc, data unsafe.Pointer) (*Memory, error) {
	out := newCell()
	status := int32(call(e.lib.fn.memoryCreate, out.addr(), desc.ptr, e.handle, uintptr(data)))
	if err := e.lib.check(status, fmt.Sprintf("creating a memory %v", desc)); err != nil {
		return nil, err
	}
	e.lib.live.memories.Add(1)
	return &Memory{e.lib, out.v, desc}, nil
}

// Desc is the description that the memory was made with.
func (m *Memory) Desc() *MemoryDesc { return m.desc }

// SetData points the memory at other bytes, from the next execution on.
func (m *Memory) SetData(data unsafe.Pointer) error {
	if status := int32(call(m.lib.fn.memorySetDataHandle, m.handle, uintptr(data))); status != 0 {
		return m.lib.check(status, fmt.Sprintf("setting the data of a memory %v", m.desc))
	}
	return nil
}

// Destroy frees the memory object, not the bytes.
func (m *Memory) Destroy() {
	if m == nil || m.handle == 0 {
		return
	}
	call(m.lib.fn.memoryDestroy, m.handle)
	m.handle = 0
	m.lib.live.memories.Add(-1)
}
