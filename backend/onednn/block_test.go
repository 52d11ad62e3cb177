package onednn

import (
	"testing"
	"unsafe"
)

// TestBlocks checks alignment, reuse, and that a pool keeps no more than its limit.
func TestBlocks(t *testing.T) {
	var p blockPool
	for _, size := range []int{0, 1, 63, 4096, mapLimit - 1, mapLimit, pageSize + 1} {
		b, err := p.get(size)
		if err != nil {
			t.Fatal(err)
		}
		if uintptr(b.ptr)%alignment != 0 || b.size < size {
			t.Errorf("block of %d bytes: %d bytes at %p", size, b.size, b.ptr)
		}
		if size > 0 {
			mem := unsafe.Slice((*byte)(b.ptr), size)
			mem[0], mem[size-1] = 1, 2
		}
		p.put(b)
	}
	a, err := p.get(3 * pageSize)
	if err != nil {
		t.Fatal(err)
	}
	p.put(a)
	if b, err := p.get(3*pageSize - 5); err != nil || b.ptr != a.ptr {
		t.Errorf("a free block was not reused (%v)", err)
	}
	big, err := p.get(keepLimit)
	if err != nil {
		t.Fatal(err)
	}
	p.put(big)
	if p.kept > keepLimit {
		t.Errorf("%d bytes kept", p.kept)
	}
	if _, err := p.get(-1); err == nil {
		t.Error("a block of negative size")
	}
	p.close()
	p.put(&block{})
}
