package weights

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/vicinal-ml/vicinal/internal/jsonfile"
	"github.com/vicinal-ml/vicinal/internal/regular"
)

// Bounds of the header of a safetensors file: the bytes are those of the format, and each tensor is an
// object.
const (
	maxHeaderBytes   = 100_000_000
	maxHeaderObjects = 1 << 20
)

// ReadNotes returns the text that a safetensors file has in its header for
// people and programs, by name: that of WriteFile, and the network's spec. Of
// the file it reads the header alone. Errors are those of ReadFile.
func ReadNotes(path string) (map[string]string, error) {
	file, err := regular.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading weights: %w", err)
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading weights: %w", err)
	}
	notes, err := notesOf(file, stat.Size())
	if err != nil {
		return nil, fmt.Errorf("reading weights from %s: %w", path, err)
	}
	return notes, nil
}

func notesOf(file io.ReaderAt, size int64) (map[string]string, error) {
	begin := make([]byte, min(size, 64))
	if _, err := file.ReadAt(begin, 0); err != nil && err != io.EOF {
		return nil, err
	}
	if len(begin) < 8 {
		return nil, unsound(begin, errors.New("header too small"))
	}
	length := binary.LittleEndian.Uint64(begin)
	if length > maxHeaderBytes || length > uint64(size-8) {
		return nil, unsound(begin, fmt.Errorf("a header of %d bytes in a file of %d", length, size))
	}
	text := make([]byte, length)
	if _, err := file.ReadAt(text, 8); err != nil && err != io.EOF {
		return nil, err
	}
	var header map[string]json.RawMessage
	if err := jsonfile.Decode(text, maxHeaderObjects, &header); err != nil {
		return nil, unsound(begin, err)
	}
	written, ok := header["__metadata__"]
	if !ok {
		return nil, nil
	}
	var notes map[string]string
	if err := jsonfile.Decode(written, maxHeaderObjects, &notes); err != nil {
		return nil, unsound(begin, err)
	}
	return notes, nil
}
