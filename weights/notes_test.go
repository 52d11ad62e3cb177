package weights

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/vicinal-ml/vicinal/zoo"
)

// Notes come back as they were written, whatever text they hold.
func TestReadNotes(t *testing.T) {
	n, err := zoo.New("mlp:3", []int{2}, 2)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]float32{}
	for _, v := range n.Variables {
		size := 1
		for _, d := range v.Dims {
			size *= d
		}
		values[v.Path] = make([]float32, size)
	}
	path := filepath.Join(t.TempDir(), "w.safetensors")
	notes := map[string]string{"a": "{\"b\": [1, \"é\n\"]}", "": "empty"}
	if err := WriteFile(path, n, values, notes); err != nil {
		t.Fatal(err)
	}
	read, err := ReadNotes(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range notes {
		if read[name] != text {
			t.Errorf("%q is %q, want %q", name, read[name], text)
		}
	}
	if err := os.WriteFile(path, []byte("no weights"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadNotes(path); !errors.Is(err, ErrFormat) {
		t.Errorf("another file: %v", err)
	}
}
