package kernel

import "fmt"

// DType is the type of an element in memory.
type DType uint8

const (
	// F32 is IEEE 754 binary32.
	F32 DType = iota
	// BF16 is bfloat16: the upper half of a binary32, rounded to nearest even on store.
	BF16
	// S32 is a signed 32-bit integer; arithmetic wraps.
	S32
	// S64 is a signed 64-bit integer in memory only: truncated to 32 bits when it is read, sign-extended when it is
	// written. A program is right for it only where the values fit 32 bits.
	S64
	// U8 is an unsigned byte in memory, s32 in a program.
	U8
	// Bool is a byte, 0 or 1 and nothing else, in memory; a mask in a program.
	Bool
)

// Size returns the bytes of one element.
func (d DType) Size() int {
	switch d {
	case F32, S32:
		return 4
	case BF16:
		return 2
	case S64:
		return 8
	}
	return 1
}

// String returns the lower-case name.
func (d DType) String() string {
	if int(d) < len(dtypeNames) {
		return dtypeNames[d]
	}
	return fmt.Sprintf("DType(%d)", uint8(d))
}

var dtypeNames = [...]string{"f32", "bf16", "s32", "s64", "u8", "bool"}

// lane is what one 32-bit lane of a register holds.
type lane uint8

const (
	laneF32  lane = iota
	laneS32       // two's complement
	laneMask      // all ones or all zeros
)

func (d DType) lane() lane {
	switch d {
	case F32, BF16:
		return laneF32
	case Bool:
		return laneMask
	}
	return laneS32
}
