package mat5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/vicinal-ml/vicinal/data/internal/bounded"
)

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
