package dnnl

import "fmt"

// Reorder computes [ArgDst] from [ArgSrc], the same tensor in another layout or element type.
func (e *Engine) Reorder(src, dst *MemoryDesc, attr *Attr) (*PrimitiveDesc, error) {
	doing := fmt.Sprintf("reorder %v to %v", src, dst)
	return e.newPrimitiveDesc(doing, attr, nil, nil, func(out, attr, _ uintptr) int32 {
		return int32(call(e.lib.fn.reorderCreate, out, src.pointer(), e.handle, dst.pointer(), e.handle, attr))
	})
}
