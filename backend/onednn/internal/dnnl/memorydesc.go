package dnnl

import (
	"fmt"
	"slices"
	"unsafe"
)

const (
	formatTagAny = 1
	// descBytes is more than any 2.x's sizeof(dnnl_memory_desc_t), which is 696 in 2.6.
	descBytes = 1024
	// sizeofDescV2 is sizeof(dnnl_memory_desc_t) in version 2, whose ABI is fixed by its soname.
	sizeofDescV2 = 696
)

// MemoryDesc says what a tensor is: logical dimensions, element type and layout. The layout is given by strides,
// chosen by the library (blocked or opaque), or still open ("any"), which asks a primitive to choose.
type MemoryDesc struct {
	lib   *Library
	ptr   uintptr // const dnnl_memory_desc_t* in version 2, const_dnnl_memory_desc_t in version 3: the same to callers
	owned bool
	dims  []int
	dtype DataType
}

// NewMemoryDesc describes a tensor by strides in elements, one per dimension; nil strides mean dense, the last
// dimension innermost. A channels-last image is
//
//	NewMemoryDesc([]int{n, c, h, w}, F32, []int{h * w * c, 1, w * c, c})
func (e *Engine) NewMemoryDesc(dims []int, dtype DataType, strides []int) (*MemoryDesc, error) {
	if strides == nil {
		strides = denseStrides(dims)
	}
	doing := fmt.Sprintf("describing a tensor %v%v with strides %v", dtype, dims, strides)
	if len(strides) != len(dims) {
		return nil, invalid(doing, "%d strides for %d dimensions", len(strides), len(dims))
	}
	if err := checkDims(doing, dims); err != nil {
		return nil, err
	}
	for i, stride := range strides {
		if stride < 0 || dims[i] > 0 && stride > maxElements/dims[i] {
			return nil, invalid(doing, "stride out of range")
		}
	}
	cdims, cstrides := newVec(dims), newVec(strides)
	return e.lib.newDesc(doing, func(v2 uintptr, v3 *cell) int32 {
		if v3 == nil {
			return int32(call(e.lib.fn.memoryDescInitByStridesV2, v2, uintptr(len(dims)),
				uintptr(unsafe.Pointer(cdims)), uintptr(dtype), uintptr(unsafe.Pointer(cstrides))))
		}
		return int32(call(e.lib.fn.memoryDescCreateWithStridesV3, v3.addr(), uintptr(len(dims)),
			uintptr(unsafe.Pointer(cdims)), uintptr(dtype), uintptr(unsafe.Pointer(cstrides))))
	})
}

// NewAnyDesc describes a tensor whose layout the primitive that it is given to shall choose.
func (e *Engine) NewAnyDesc(dims []int, dtype DataType) (*MemoryDesc, error) {
	doing := fmt.Sprintf("describing a tensor %v%v of any layout", dtype, dims)
	if err := checkDims(doing, dims); err != nil {
		return nil, err
	}
	cdims := newVec(dims)
	return e.lib.newDesc(doing, func(v2 uintptr, v3 *cell) int32 {
		if v3 == nil {
			return int32(call(e.lib.fn.memoryDescInitByTagV2, v2, uintptr(len(dims)),
				uintptr(unsafe.Pointer(cdims)), uintptr(dtype), formatTagAny))
		}
		return int32(call(e.lib.fn.memoryDescCreateWithTagV3, v3.addr(), uintptr(len(dims)),
			uintptr(unsafe.Pointer(cdims)), uintptr(dtype), formatTagAny))
	})
}

// Reshape is the same data with other dimensions, without moving it; Unimplemented or InvalidArguments where the
// layout does not allow that.
func (d *MemoryDesc) Reshape(dims []int) (*MemoryDesc, error) {
	doing := fmt.Sprintf("reshaping %v to %v", d, dims)
	if err := checkDims(doing, dims); err != nil {
		return nil, err
	}
	cdims := newVec(dims)
	return d.lib.newDesc(doing, func(v2 uintptr, v3 *cell) int32 {
		if v3 != nil {
			v2 = v3.addr()
		}
		return int32(call(d.lib.fn.memoryDescReshape, v2, d.ptr, uintptr(len(dims)), uintptr(unsafe.Pointer(cdims))))
	})
}

// Permute is the same data with the dimensions in another order, without moving it: dimension i becomes dimension
// permutation[i].
func (d *MemoryDesc) Permute(permutation []int) (*MemoryDesc, error) {
	doing := fmt.Sprintf("permuting %v by %v", d, permutation)
	sorted := slices.Sorted(slices.Values(permutation))
	for i, p := range sorted {
		if i != p {
			return nil, invalid(doing, "not a permutation")
		}
	}
	if len(permutation) != len(d.dims) {
		return nil, invalid(doing, "%d indices for %d dimensions", len(permutation), len(d.dims))
	}
	perm := new([maxDims]int32)
	for i, p := range permutation {
		perm[i] = int32(p)
	}
	return d.lib.newDesc(doing, func(v2 uintptr, v3 *cell) int32 {
		if v3 != nil {
			v2 = v3.addr()
		}
		return int32(call(d.lib.fn.memoryDescPermuteAxes, v2, d.ptr, uintptr(unsafe.Pointer(perm))))
	})
}

// newDesc makes a descriptor: version 2 fills the caller's struct, version 3 returns a handle.
func (l *Library) newDesc(doing string, create func(v2 uintptr, v3 *cell) int32) (*MemoryDesc, error) {
	d := &MemoryDesc{lib: l, owned: true}
	var status int32
	if l.version.Major == 2 {
		d.ptr = l.alloc(descBytes)
		if status = create(d.ptr, nil); status != 0 {
			l.free(d.ptr)
		}
	} else {
		out := newCell()
		status = create(0, out)
		d.ptr = out.v
	}
	if err := l.check(status, doing); err != nil {
		return nil, err
	}
	l.live.descs.Add(1)
	d.readShape()
	return d, nil
}

// borrowDesc wraps a descriptor that belongs to another native object; nil for one of zero dimensions, which is how
// the library says "no such tensor".
func (l *Library) borrowDesc(ptr uintptr) *MemoryDesc {
	if ptr == 0 {
		return nil
	}
	d := &MemoryDesc{lib: l, ptr: ptr}
	d.readShape()
	if len(d.dims) == 0 {
		return nil
	}
	return d
}

func (d *MemoryDesc) readShape() {
	r := d.reader()
	d.dims = r.dims()
	d.dtype = r.dataType()
}

// Dims are the logical dimensions; the caller does not change them.
func (d *MemoryDesc) Dims() []int { return d.dims }

// DataType is the element type.
func (d *MemoryDesc) DataType() DataType { return d.dtype }

// Size is the number of bytes that a memory of this description needs, padding included; 0 while the layout is open.
func (d *MemoryDesc) Size() int { return int(call(d.lib.fn.memoryDescGetSize, d.ptr)) }

// Equal says whether two descriptions mean the same bytes. Nil equals nil only.
func (d *MemoryDesc) Equal(o *MemoryDesc) bool {
	if d == nil || o == nil {
		return d == o
	}
	return int32(call(d.lib.fn.memoryDescEqual, d.ptr, o.ptr)) != 0
}

// String is the element type, the dimensions and the layout, e.g. "f32[128 64 32 32]aBcd16b": letters are dimensions
// from the outermost, a capital one is blocked, and the blocks follow from the outermost. Layouts without a name are
// shown by their strides; other words are "any" and "opaque".
func (d *MemoryDesc) String() string {
	if d == nil {
		return "none"
	}
	return fmt.Sprintf("%v%v%v", d.dtype, d.dims, d.Layout())
}

// Destroy frees the description; one that was returned by a query stays, with its owner.
func (d *MemoryDesc) Destroy() {
	if d == nil || d.ptr == 0 || !d.owned {
		return
	}
	if d.lib.version.Major == 2 {
		d.lib.free(d.ptr)
	} else {
		call(d.lib.fn.memoryDescDestroyV3, d.ptr)
	}
	d.ptr = 0
	d.lib.live.descs.Add(-1)
}

// pointer is the native pointer, null for no description.
func (d *MemoryDesc) pointer() uintptr {
	if d == nil {
		return 0
	}
	return d.ptr
}

func checkDims(doing string, dims []int) error {
	if len(dims) == 0 || len(dims) > maxDims {
		return invalid(doing, "%d dimensions, wanted 1 to %d", len(dims), maxDims)
	}
	elements := 1
	for _, n := range dims {
		if n < 0 {
			return invalid(doing, "negative dimension")
		}
		if n > 0 && elements > maxElements/n {
			return invalid(doing, "too many elements")
		}
		elements *= max(n, 1)
	}
	return nil
}

// maxElements keeps sizes in bytes, which the library does not check, within 63 bits.
const maxElements = 1 << 58

// denseStrides are those of a tensor without gaps whose last dimension is innermost.
func denseStrides(dims []int) []int {
	strides, n := make([]int, len(dims)), 1
	for i := len(dims) - 1; i >= 0; i-- {
		strides[i] = n
		n *= max(dims[i], 1)
	}
	return strides
}
