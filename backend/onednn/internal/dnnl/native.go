package dnnl

import "unsafe"

// maxDims is DNNL_MAX_NDIMS.
const maxDims = 12

// at is the value of type T in native memory.
func at[T any](address uintptr, offset uintptr) *T {
	address += offset
	return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&address)))
}

// cstring copies a C string.
func cstring(address uintptr) string {
	if address == 0 {
		return ""
	}
	var b []byte
	for ; *at[byte](address, 0) != 0; address++ {
		b = append(b, *at[byte](address, 0))
	}
	return string(b)
}

// cell is an out-parameter. It is always on the heap: the stack may move while C writes to it.
type cell struct{ v uintptr }

//go:noinline
func newCell() *cell { return new(cell) }

func (c *cell) addr() uintptr { return uintptr(unsafe.Pointer(c)) }

// vec is a dnnl_dims_t. It is always on the heap, see cell.
type vec [maxDims]int64

//go:noinline
func newVec(values []int) *vec {
	v := new(vec)
	for i, x := range values {
		v[i] = int64(x)
	}
	return v
}

func ints(v []int64) []int {
	out := make([]int, len(v))
	for i, x := range v {
		out[i] = int(x)
	}
	return out
}
