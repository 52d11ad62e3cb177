package train

import (
	"encoding/binary"
	"fmt"

	"github.com/nlpodyssey/safetensors"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// maxTensorHead bounds the header of a file, in bytes: its JSON takes many times
// as much memory when it is read.
const maxTensorHead = 1 << 22

// tensorFile is the content of a safetensors file.
type tensorFile struct {
	notes   map[string]string
	tensors map[string]safetensors.TensorView
}

// encode returns the file's bytes: equal content gives equal bytes.
func (f *tensorFile) encode() ([]byte, error) { return safetensors.Serialize(f.tensors, f.notes) }

// readTensorFile reads a file of at most limit bytes. The error wraps ErrDamaged
// for content that is no sound safetensors file.
func readTensorFile(path string, limit int64) (*tensorFile, error) {
	content, err := wholefile.Read(path, limit)
	if err != nil {
		return nil, err
	}
	f, err := decodeTensorFile(content)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return f, nil
}

func decodeTensorFile(content []byte) (*tensorFile, error) {
	if len(content) >= 8 {
		if head := binary.LittleEndian.Uint64(content); head > maxTensorHead {
			return nil, fmt.Errorf("its header claims %d bytes: at most %d are read", head, maxTensorHead)
		}
	}
	parsed, err := safetensors.Deserialize(content)
	if err != nil {
		return nil, err
	}
	_, head, err := safetensors.ReadMetadata(content)
	if err != nil {
		return nil, err
	}
	f := &tensorFile{notes: head.Metadata(), tensors: make(map[string]safetensors.TensorView, parsed.Len())}
	for _, t := range parsed.Tensors() {
		f.tensors[t.Name] = t.TensorView
	}
	return f, nil
}
