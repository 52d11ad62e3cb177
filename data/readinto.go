package data

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/internal/regular"
)

// maxSampleBytes bounds the file of one sample.
const maxSampleBytes = 1 << 28

// readInto returns the contents of the file at path, in the memory of b where
// it has the room. The error is a *BrokenError where the file is to blame.
func readInto(b []byte, path string) ([]byte, error) {
	file, err := regular.Open(path)
	if err != nil {
		return b, readError(path, err)
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return b, readError(path, err)
	}
	if stat.Size() > maxSampleBytes {
		return b, &BrokenError{path, fmt.Errorf("%d bytes, at most %d are read", stat.Size(), maxSampleBytes)}
	}
	if int64(cap(b)) < stat.Size() {
		b = make([]byte, stat.Size())
	}
	b = b[:stat.Size()]
	if n, err := file.ReadAt(b, 0); n < len(b) {
		return b, fmt.Errorf("reading %s: %w", path, err)
	}
	return b, nil
}
