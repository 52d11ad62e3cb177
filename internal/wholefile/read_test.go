package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.WriteFile(path, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := Read(path, 5); err != nil || string(text) != "12345" {
		t.Errorf("Read = %q, %v", text, err)
	}
	if _, err := Read(path, 4); err == nil || !strings.Contains(err.Error(), "at most 4 are read") {
		t.Errorf("beyond the limit: %v", err)
	}
	if _, err := Read(filepath.Join(dir, "none"), 4); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	// A file of a terabyte that takes no room, and one without end that has no size.
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, "/dev/zero"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if _, err := Read(path, 1<<20); err == nil || !strings.Contains(err.Error(), "at most 1048576 are read") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
