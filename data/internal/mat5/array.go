package mat5

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf16"
)

// Array is an array, first index fastest: of real numbers, of text, or of structures. Numbers
// are in the type of the file, which may be smaller than the array's class.
type Array struct {
	Shape []int

	// Fields has the values of each field of an array of structures, one for each
	// of its elements, nil for those that are no numbers and no text.
	Fields map[string][]*Array

	text   bool
	values []byte
	kind   uint32
	order  binary.ByteOrder
}

// width returns the bytes of a value, 0 for a type that is not read.
func width(kind uint32) int {
	switch kind {
	case miINT8, miUINT8, miUTF8:
		return 1
	case miINT16, miUINT16, miUTF16:
		return 2
	case miINT32, miUINT32, miSINGLE:
		return 4
	case miDOUBLE, miINT64, miUINT64:
		return 8
	}
	return 0
}

// Len returns the number of values, 0 of structures.
func (a *Array) Len() int { return len(a.values) / max(1, width(a.kind)) }

// Text returns the characters of an array of text of one row.
func (a *Array) Text() (string, bool) {
	if a == nil || !a.text {
		return "", false
	}
	switch a.kind {
	case miUINT16, miUTF16:
		units := make([]uint16, a.Len())
		for i := range units {
			units[i] = a.order.Uint16(a.values[2*i:])
		}
		return string(utf16.Decode(units)), true
	}
	return strings.ToValidUTF8(string(a.values), "\ufffd"), true
}

// Bytes returns the values if they are stored as unsigned bytes.
func (a *Array) Bytes() ([]byte, bool) { return a.values, a.kind == miUINT8 }

// At returns value i in the order of the file.
func (a *Array) At(i int) float64 {
	b := a.values[i*width(a.kind):]
	switch a.kind {
	case miINT8:
		return float64(int8(b[0]))
	case miUINT8, miUTF8:
		return float64(b[0])
	case miINT16:
		return float64(int16(a.order.Uint16(b)))
	case miUINT16, miUTF16:
		return float64(a.order.Uint16(b))
	case miINT32:
		return float64(int32(a.order.Uint32(b)))
	case miUINT32:
		return float64(a.order.Uint32(b))
	case miINT64:
		return float64(int64(a.order.Uint64(b)))
	case miUINT64:
		return float64(a.order.Uint64(b))
	case miSINGLE:
		return float64(math.Float32frombits(a.order.Uint32(b)))
	}
	return math.Float64frombits(a.order.Uint64(b))
}
