//go:build unix

package filelock_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/filelock"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestTry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, second := open(t, path), open(t, path)
	try := func(f *os.File, want bool) {
		t.Helper()
		if ok, err := filelock.Try(f); ok != want || err != nil {
			t.Fatalf("Try is %t, %v; want %t", ok, err, want)
		}
	}
	try(first, true)
	try(first, true) // its own lock is no obstacle
	try(second, false)
	first.Close()
	try(second, true)
	if _, err := filelock.Try(first); err == nil {
		t.Error("the lock of a closed file was granted")
	}
}
