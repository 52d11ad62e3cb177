package dnnl

import "fmt"

// DataType is the type of a tensor's elements. Which types an operation takes depends on the library and the CPU.
type DataType int32

// The element types, dnnl_data_type_t.
const (
	F16  DataType = 1 // IEEE half precision
	BF16 DataType = 2 // bfloat16
	F32  DataType = 3
	S32  DataType = 4
	S8   DataType = 5
	U8   DataType = 6
)

// Size is the number of bytes of an element, 0 for an unknown type.
func (t DataType) Size() int {
	switch t {
	case F32, S32:
		return 4
	case F16, BF16:
		return 2
	case S8, U8:
		return 1
	}
	return 0
}

func (t DataType) String() string {
	switch t {
	case F16:
		return "f16"
	case BF16:
		return "bf16"
	case F32:
		return "f32"
	case S32:
		return "s32"
	case S8:
		return "s8"
	case U8:
		return "u8"
	}
	return fmt.Sprintf("dtype(%d)", int32(t))
}
