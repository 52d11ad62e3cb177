// Package mat5 reads real numeric arrays out of MATLAB files of level 5
// (MAT-File Format, The MathWorks, "Level 5 MAT-File Format"), compressed or
// not. Other kinds of variables are left out.
package mat5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
)

// Types of data elements.
const (
	miINT8       = 1
	miUINT8      = 2
	miINT16      = 3
	miUINT16     = 4
	miINT32      = 5
	miUINT32     = 6
	miSINGLE     = 7
	miDOUBLE     = 9
	miMATRIX     = 14
	miCOMPRESSED = 15
)

// MaxBytes bounds the values of one array.
const MaxBytes = 1 << 31

const (
	headerBytes   = 128
	maxDimensions = 32
	maxName       = 1 << 10
	flagComplex   = 0x0800
)

// Array is a real array, first index fastest. Values are in the type of the
// file, which may be smaller than the array's class.
type Array struct {
	Shape  []int
	values []byte
	kind   uint32
	order  binary.ByteOrder
}

// Read returns the real numeric arrays of a file by name.
func Read(r io.Reader) (map[string]*Array, error) {
	head, err := bounded.Bytes(r, headerBytes)
	if err != nil {
		return nil, fmt.Errorf("MATLAB header: %w", err)
	}
	var order binary.ByteOrder
	switch string(head[126:]) {
	case "IM":
		order = binary.LittleEndian
	case "MI":
		order = binary.BigEndian
	default:
		return nil, errors.New("MATLAB header: not a MATLAB file of level 5")
	}
	if version := order.Uint16(head[124:]); version != 0x0100 {
		return nil, fmt.Errorf("MATLAB header: version %#x, only 0x100 is read (save with -v7 or earlier)", version)
	}
	arrays := make(map[string]*Array)
	for n := 1; ; n++ {
		kind, size, _, err := tag(r, order)
		if errors.Is(err, io.EOF) {
			return arrays, nil
		}
		if err == nil {
			err = variable(arrays, io.LimitReader(r, int64(size)), kind, size, order)
		}
		if err != nil {
			return nil, fmt.Errorf("MATLAB variable %d: %w", n, err)
		}
	}
}

// variable reads one element at the top of the file.
func variable(arrays map[string]*Array, r io.Reader, kind, size uint32, order binary.ByteOrder) error {
	switch kind {
	case miCOMPRESSED:
		z, err := zlib.NewReader(r)
		if err != nil {
			return unexpected(err)
		}
		inner, innerSize, _, err := tag(z, order)
		if err != nil {
			return unexpected(err)
		}
		if inner != miMATRIX {
			return nil
		}
		if err := matrix(arrays, io.LimitReader(z, int64(innerSize)), order); err != nil {
			return err
		}
		// To the end, so that the checksum is seen; what is left of an array of
		// another kind is no more than it claims.
		if _, err := io.Copy(io.Discard, io.LimitReader(z, MaxBytes)); err != nil {
			return unexpected(err)
		}
	case miMATRIX:
		if err := matrix(arrays, r, order); err != nil {
			return err
		}
	}
	_, err := io.Copy(io.Discard, r)
	return err
}

// matrix reads an array if it is real and numeric.
func matrix(arrays map[string]*Array, r io.Reader, order binary.ByteOrder) error {
	flags, kind, err := element(r, order, 8)
	if err != nil {
		return err
	}
	if kind != miUINT32 || len(flags) != 8 {
		return errors.New("no array flags")
	}
	word := order.Uint32(flags)
	if class := word & 0xff; class < 6 || class > 13 || word&flagComplex != 0 {
		return nil // a structure, cell, text, sparse or complex array
	}
	dims, kind, err := element(r, order, 4*maxDimensions)
	if err != nil {
		return err
	}
	if kind != miINT32 || len(dims)%4 != 0 || len(dims) < 8 {
		return errors.New("no dimensions")
	}
	a := &Array{order: order}
	n := int64(1)
	for i := 0; i < len(dims); i += 4 {
		d := int64(int32(order.Uint32(dims[i:])))
		if d < 0 || d > 0 && n > MaxBytes/d {
			return fmt.Errorf("%d as a dimension: none may be negative, and at most %d values are read", d, int64(MaxBytes))
		}
		n *= d
		a.Shape = append(a.Shape, int(d))
	}
	name, kind, err := element(r, order, maxName)
	if err != nil {
		return err
	}
	if kind != miINT8 {
		return errors.New("no name")
	}
	if a.values, a.kind, err = element(r, order, MaxBytes); err != nil {
		return fmt.Errorf("array %q: %w", name, err)
	}
	width := int64(width(a.kind))
	if width == 0 || int64(len(a.values)) != n*width {
		return fmt.Errorf("array %q: %d bytes of type %d for shape %v", name, len(a.values), a.kind, a.Shape)
	}
	arrays[string(name)] = a
	return nil
}

// element reads a data element of at most limit bytes, and its padding.
func element(r io.Reader, order binary.ByteOrder, limit uint32) (content []byte, kind uint32, err error) {
	kind, size, small, err := tag(r, order)
	if err != nil {
		return nil, 0, unexpected(err)
	}
	if small != nil {
		return small, kind, nil
	}
	if size > limit {
		return nil, 0, fmt.Errorf("an element of %d bytes where at most %d can be", size, limit)
	}
	if content, err = bounded.Bytes(r, int64(size)); err != nil {
		return nil, 0, err
	}
	// Elements start at multiples of 8.
	if _, err = bounded.Bytes(r, int64(-size&7)); err != nil {
		return nil, 0, err
	}
	return content, kind, nil
}

// tag reads the type and size of an element. An element of up to four bytes
// is in the tag itself, and returned as small.
func tag(r io.Reader, order binary.ByteOrder) (kind, size uint32, small []byte, err error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, 0, nil, err
	}
	kind, size = order.Uint32(b[:4]), order.Uint32(b[4:])
	if n := kind >> 16; n != 0 {
		if n > 4 {
			return 0, 0, nil, fmt.Errorf("a small element of %d bytes", n)
		}
		return kind & 0xffff, n, bytes.Clone(b[4 : 4+n]), nil
	}
	return kind, size, nil, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// width returns the bytes of a value, 0 for a type that is not read.
func width(kind uint32) int {
	switch kind {
	case miINT8, miUINT8:
		return 1
	case miINT16, miUINT16:
		return 2
	case miINT32, miUINT32, miSINGLE:
		return 4
	case miDOUBLE:
		return 8
	}
	return 0
}

// Len returns the number of values.
func (a *Array) Len() int { return len(a.values) / width(a.kind) }

// Bytes returns the values if they are stored as unsigned bytes.
func (a *Array) Bytes() ([]byte, bool) { return a.values, a.kind == miUINT8 }

// At returns value i in the order of the file.
func (a *Array) At(i int) float64 {
	b := a.values[i*width(a.kind):]
	switch a.kind {
	case miINT8:
		return float64(int8(b[0]))
	case miUINT8:
		return float64(b[0])
	case miINT16:
		return float64(int16(a.order.Uint16(b)))
	case miUINT16:
		return float64(a.order.Uint16(b))
	case miINT32:
		return float64(int32(a.order.Uint32(b)))
	case miUINT32:
		return float64(a.order.Uint32(b))
	case miSINGLE:
		return float64(math.Float32frombits(a.order.Uint32(b)))
	}
	return math.Float64frombits(a.order.Uint64(b))
}
