// Package bounded reads counted data of files that may lie about the count:
// memory grows with what the file really holds, never with what it claims.
package bounded

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Bytes reads exactly n bytes. Less is io.ErrUnexpectedEOF with both numbers.
func Bytes(r io.Reader, n int64) ([]byte, error) {
	var b bytes.Buffer
	if n > 0 && n <= 1<<16 {
		b.Grow(int(n))
	}
	got, err := io.CopyN(&b, r, n)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("%d bytes where %d should be: %w", got, n, io.ErrUnexpectedEOF)
	}
	return b.Bytes(), err
}

// End checks that r has no more bytes. It also makes a decompressor check its
// checksum.
func End(r io.Reader) error {
	n, err := io.ReadFull(r, make([]byte, 1))
	if n > 0 {
		return errors.New("more bytes than there should be")
	}
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
