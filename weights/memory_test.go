//go:build linux

package weights

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
	"github.com/vicinal-ml/vicinal/zoo"
)

func TestFileOfATerabyteIsRefused(t *testing.T) {
	memorytest.Within(t, 256, func(t *testing.T) {
		n, err := zoo.New("mlp:8", []int{4}, 3)
		if err != nil {
			t.Fatal(err)
		}
		path := memorytest.Sparse(t, t.TempDir(), "w.safetensors")
		if _, err := ReadFile(path, n, Options{}); err == nil || !strings.Contains(err.Error(), "bytes or more: at most") {
			t.Error(err)
		}
		if _, err := Inspect(path, n, Options{}); err == nil || !strings.Contains(err.Error(), "bytes or more: at most") {
			t.Error(err)
		}
		if _, err := ReadNotes(path); !errors.Is(err, ErrFormat) {
			t.Error(err)
		}
	})
}

// Of a file its notes alone are read, whatever else its header holds.
func TestNotesStayWithinMemory(t *testing.T) {
	memorytest.Within(t, 384, func(t *testing.T) {
		for _, c := range []struct {
			header string
			length uint64 // that is claimed; 0 is the right one
			want   string // "" where the notes are read
		}{
			{`{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[` + strings.Repeat("1,", 4<<20) + `1],"data_offsets":[0,4]}}`, 0, ""},
			{`{"a":` + strings.Repeat(`{"a":`, 2<<20), 0, "objects: at most"},
			{"{}", 99_000_000_000, "a header of 99000000000 bytes"},
		} {
			path := filepath.Join(t.TempDir(), "w.safetensors")
			length := c.length
			if length == 0 {
				length = uint64(len(c.header))
			}
			err := os.WriteFile(path, append(binary.LittleEndian.AppendUint64(nil, length), c.header...), 0o644)
			if err == nil {
				err = os.Truncate(path, 100e9)
			}
			if err != nil {
				t.Fatal(err)
			}
			notes, err := ReadNotes(path)
			if c.want == "" && (err != nil || notes["format"] != "pt") || c.want != "" && (!errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, %v, want %q", notes, err, c.want)
			}
		}
	})
}

// A header takes no more than a few times its bytes.
func TestHostileHeadersStayWithinMemory(t *testing.T) {
	n, err := zoo.New("mlp:8", []int{4}, 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, header := range map[string]string{
		"metadata": `{"__metadata__":{` + strings.Repeat(`"a":"",`, 1<<20) + `"b":""}}`,
		"shape":    `{"w":{"dtype":"F32","shape":[` + strings.Repeat("1,", 4<<20) + `1],"data_offsets":[0,4]}}`,
		"nested":   strings.Repeat(`{"a":`, 4<<20),
		"claims":   `{"w":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			memorytest.Within(t, 384, func(t *testing.T) {
				content := []byte{byte(len(header)), byte(len(header) >> 8), byte(len(header) >> 16), byte(len(header) >> 24), 0, 0, 0, 0}
				content = append(append(content, header...), 0, 0, 0, 0)
				if _, err := Decode(content, n, Options{}); err == nil || len(err.Error()) > 500 {
					t.Errorf("error %.600v", err)
				}
			})
		})
	}
}
