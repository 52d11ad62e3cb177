// Package mat5 reads arrays of real numbers, of text and of structures of them out of
// MATLAB files of level 5 (MAT-File Format, The MathWorks, "Level 5 MAT-File
// Format"), compressed or not. Other kinds of variables are left out.
package mat5

import (
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

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
	miINT64      = 12
	miUINT64     = 13
	miMATRIX     = 14
	miCOMPRESSED = 15
	miUTF8       = 16
	miUTF16      = 17
)

// MaxBytes bounds the memory of all arrays of a file.
const MaxBytes = 1 << 31

const (
	headerBytes   = 128
	maxDimensions = 32
	maxName       = 1 << 10
	maxFields     = 1 << 8
	maxElements   = 1 << 20 // of an array of structures, times its fields
)

// What is taken off the budget beside values, in bytes.
const (
	arrayCost = 512 // an array and its place among the others
	fieldCost = 32  // a place for an array
)

// reader is what reading the variables of a file shares.
type reader struct {
	order  binary.ByteOrder
	budget *bounded.Budget
	arrays map[string]*Array
}

// Read returns the arrays of a file by name.
func Read(r io.Reader) (map[string]*Array, error) { return read(r, MaxBytes) }

// read is Read with a budget of memory.
func read(r io.Reader, budget int64) (map[string]*Array, error) {
	head, err := bounded.Bytes(r, headerBytes)
	if err != nil {
		return nil, fmt.Errorf("MATLAB header: %w", err)
	}
	f := &reader{budget: bounded.NewBudget(budget), arrays: make(map[string]*Array)}
	switch string(head[126:]) {
	case "IM":
		f.order = binary.LittleEndian
	case "MI":
		f.order = binary.BigEndian
	default:
		return nil, errors.New("MATLAB header: not a MATLAB file of level 5")
	}
	if version := f.order.Uint16(head[124:]); version != 0x0100 {
		return nil, fmt.Errorf("MATLAB header: version %#x, only 0x100 is read (save with -v7 or earlier)", version)
	}
	for n := 1; ; n++ {
		kind, size, _, err := tag(r, f.order)
		if errors.Is(err, io.EOF) {
			return f.arrays, nil
		}
		if err == nil {
			err = f.variable(io.LimitReader(r, int64(size)), kind)
		}
		if err != nil {
			return nil, fmt.Errorf("MATLAB variable %d: %w", n, err)
		}
	}
}

// variable reads one element at the top of the file.
func (f *reader) variable(r io.Reader, kind uint32) error {
	switch kind {
	case miCOMPRESSED:
		z, err := zlib.NewReader(r)
		if err != nil {
			return unexpected(err)
		}
		inner, innerSize, _, err := tag(z, f.order)
		if err != nil {
			return unexpected(err)
		}
		if inner != miMATRIX {
			return nil
		}
		if err := f.keep(io.LimitReader(z, int64(innerSize))); err != nil {
			return err
		}
		// To the end, so that the checksum is seen; what is left of an array of
		// another kind is no more than it claims.
		if _, err := io.Copy(io.Discard, io.LimitReader(z, MaxBytes)); err != nil {
			return unexpected(err)
		}
	case miMATRIX:
		if err := f.keep(r); err != nil {
			return err
		}
	}
	_, err := io.Copy(io.Discard, r)
	return err
}

// keep reads an array and keeps it by its name.
func (f *reader) keep(r io.Reader) error {
	name, a, err := f.matrix(r, true)
	if err == nil && a != nil {
		f.arrays[name] = a
	}
	return err
}
