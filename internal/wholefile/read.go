package wholefile

import (
	"bytes"
	"fmt"
	"io"

	"github.com/vicinal-ml/vicinal/internal/regular"
)

// Read returns the content of the file at path. One of more than limit bytes is an error, before its
// size is asked for as memory: a file may claim any size and take none on the disk. So is what is no
// file, such as a pipe, which could keep its reader waiting.
func Read(path string, limit int64) ([]byte, error) {
	file, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	if stat.Size() <= limit {
		content.Grow(int(stat.Size()) + bytes.MinRead)
		_, err = content.ReadFrom(io.LimitReader(file, limit+1)) // it may grow, and files of /proc have no size
	}
	if size := max(stat.Size(), int64(content.Len())); size > limit {
		return nil, fmt.Errorf("%s has %d bytes or more: at most %d are read", path, size, limit)
	}
	return content.Bytes(), err
}
