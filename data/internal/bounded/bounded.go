// Package bounded reads counted data of files that may lie about the count:
// memory grows with what the file really holds, never with what it claims.
package bounded

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// Bytes reads exactly n bytes. Less is io.ErrUnexpectedEOF with both numbers.
func Bytes(r io.Reader, n int64) ([]byte, error) {
	b := make([]byte, 0, min(n, 1<<11))
	for int64(len(b)) < n {
		if len(b) == cap(b) {
			b = slices.Grow(b, int(min(n-int64(len(b)), int64(len(b)))))
			b = b[:len(b):min(int64(cap(b)), n)]
		}
		got, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+got]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			if int64(len(b)) < n {
				return nil, Short(int64(len(b)), n)
			}
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Short is the error for got bytes where want should be.
func Short(got, want int64) error {
	return fmt.Errorf("%d bytes where %d should be: %w", got, want, io.ErrUnexpectedEOF)
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
