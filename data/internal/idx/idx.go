// Package idx reads the IDX format of the MNIST files
// (http://yann.lecun.com/exdb/mnist/): two zero bytes, the type of the
// values, the number of dimensions, the dimensions as big-endian 32-bit
// numbers, then the values in row-major order. Only unsigned bytes are read.
package idx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
)

// MaxBytes bounds the values of one file.
const MaxBytes = 1 << 30

const unsignedByte = 0x08

// Read returns the dimensions and the values of a file of unsigned bytes.
// Bytes after the last value are an error.
func Read(r io.Reader) (shape []int, values []byte, err error) { return read(r, MaxBytes) }

// read is Read of at most limit values.
func read(r io.Reader, limit uint64) (shape []int, values []byte, err error) {
	head, err := bounded.Bytes(r, 4)
	if err != nil {
		return nil, nil, fmt.Errorf("IDX header: %w", err)
	}
	if head[0] != 0 || head[1] != 0 {
		return nil, nil, fmt.Errorf("IDX header: starts with bytes %#x %#x, not two zeros: not an IDX file", head[0], head[1])
	}
	if head[2] != unsignedByte {
		return nil, nil, fmt.Errorf("IDX header: values of type %#x; only unsigned bytes, type %#x, are read", head[2], unsignedByte)
	}
	if head[3] == 0 {
		return nil, nil, errors.New("IDX header: no dimensions")
	}
	dims, err := bounded.Bytes(r, 4*int64(head[3]))
	if err != nil {
		return nil, nil, fmt.Errorf("IDX dimensions: %w", err)
	}
	size := uint64(1)
	for i := range int(head[3]) {
		d := uint64(binary.BigEndian.Uint32(dims[4*i:]))
		if d == 0 || d > limit/size {
			return nil, nil, fmt.Errorf("IDX dimensions: %d as dimension %d: none may be 0 and the product at most %d", d, i+1, limit)
		}
		size *= d
		shape = append(shape, int(d))
	}
	values, err = bounded.Bytes(r, int64(size))
	if err != nil {
		return nil, nil, fmt.Errorf("IDX values: %w", err)
	}
	if err := bounded.End(r); err != nil {
		return nil, nil, fmt.Errorf("after the %d IDX values: %w", size, err)
	}
	return shape, values, nil
}
