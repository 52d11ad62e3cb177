package cifartest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Folder returns a folder with all that there is of "cifar10" or "cifar100", for Options.Dir: that of
// UnpackedVariable if the set is in it, else one unpacked for this test. The test is skipped where there is no copy.
func Folder(t testing.TB, name string) string {
	t.Helper()
	s, err := setOf(name)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv(UnpackedVariable); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, s.folder)); err == nil {
			return dir
		}
	}
	dir := t.TempDir()
	err = Unpack(dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("SKIP: %s names no folder with %s: %v", DataVariable, s.archive, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
