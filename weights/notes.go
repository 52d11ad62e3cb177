package weights

import (
	"fmt"
	"os"

	"github.com/nlpodyssey/safetensors"
)

// ReadNotes returns the text that a safetensors file has in its header for
// people and programs, by name: that of WriteFile, and the network's spec.
// Errors are those of ReadFile.
func ReadNotes(path string) (map[string]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading weights: %w", err)
	}
	if _, err := sound(content); err != nil {
		return nil, fmt.Errorf("reading weights from %s: %w", path, err)
	}
	_, header, err := safetensors.ReadMetadata(content)
	if err != nil {
		return nil, fmt.Errorf("reading weights from %s: %w: %w", path, ErrFormat, err)
	}
	return header.Metadata(), nil
}
