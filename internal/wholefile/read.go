package wholefile

import (
	"fmt"
	"io"
	"os"
)

// Read returns the content of the file at path. One of more than limit bytes is an error, before its
// size is asked for as memory: a file may claim any size and take none on the disk.
func Read(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return nil, err
	}
	var content []byte
	if stat.Size() <= limit {
		content, err = io.ReadAll(io.LimitReader(file, limit+1)) // of a pipe, whose size is not known
	}
	if size := max(stat.Size(), int64(len(content))); size > limit {
		return nil, fmt.Errorf("%s has %d bytes or more: at most %d are read", path, size, limit)
	}
	return content, err
}
