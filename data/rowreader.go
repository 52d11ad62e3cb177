package data

import (
	"fmt"
	"io"
)

// maxRow bounds the bytes of a row of a table.
const maxRow = 1 << 24

// rowReader fails where a row takes more than what is left for it.
type rowReader struct {
	r    io.Reader
	left int64
}

func (r *rowReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, fmt.Errorf("a row of more than %d bytes", maxRow)
	}
	n, err := r.r.Read(p)
	r.left -= int64(n)
	return n, err
}
