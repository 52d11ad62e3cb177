package data

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/internal/regular"
)

// maxSampleBytes bounds the file of one sample.
const maxSampleBytes = 1 << 28

// readInto returns the contents of the file at path, in the memory of b where
// it has the room.
func readInto(b []byte, path string) ([]byte, error) {
	file, err := regular.Open(path)
	if err != nil {
		return b, err
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return b, err
	}
	if stat.Size() > maxSampleBytes {
		return b, fmt.Errorf("%s: %d bytes, at most %d are read", path, stat.Size(), maxSampleBytes)
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
