package dnnl

import (
	"fmt"
	"slices"
	"unsafe"
)

// Sum computes [ArgDst], the sum of the sources [ArgSrcOf](0), … of the same dimensions, each times its scale.
func (e *Engine) Sum(dst *MemoryDesc, scales []float32, srcs []*MemoryDesc, attr *Attr) (*PrimitiveDesc, error) {
	doing := fmt.Sprintf("sum of %v times %v to %v", srcs, scales, dst)
	n := len(srcs)
	if n == 0 || len(scales) != n {
		return nil, invalid(doing, "%d scales for %d sources", len(scales), n)
	}
	if dst == nil || slices.Contains(srcs, nil) {
		return nil, invalid(doing, "sources and destination are needed")
	}
	l := e.lib
	factors := l.alloc(4 * n)
	defer l.free(factors)
	for i, s := range scales {
		*at[float32](factors, uintptr(4*i)) = s
	}
	return e.newPrimitiveDesc(doing, attr, nil, nil, func(out, attr, _ uintptr) int32 {
		if l.version.Major == 2 { // an array of structs
			descs := l.alloc(n * sizeofDescV2)
			defer l.free(descs)
			for i, s := range srcs {
				*at[[sizeofDescV2]byte](descs, uintptr(i*sizeofDescV2)) = *at[[sizeofDescV2]byte](s.pointer(), 0)
			}
			return int32(call(l.fn.sumCreate, out, dst.pointer(), uintptr(n), factors, descs, attr, e.handle))
		}
		descs := l.alloc(n * int(unsafe.Sizeof(uintptr(0))))
		defer l.free(descs)
		for i, s := range srcs {
			*at[uintptr](descs, uintptr(i)*unsafe.Sizeof(uintptr(0))) = s.pointer()
		}
		return int32(call(l.fn.sumCreate, out, e.handle, dst.pointer(), uintptr(n), factors, descs, attr))
	})
}
