package memorytest

import (
	"os"
	"path/filepath"
	"testing"
)

// Sparse makes a file of a terabyte of zeros below dir, which takes no room on the disk.
func Sparse(t testing.TB, dir, name string) (path string) {
	t.Helper()
	path = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Skipf("SKIP: no file of a terabyte can be made here: %v", err)
	}
	return path
}
