package wholefile

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

func TestMkdirAll(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, path := range []string{dir, filepath.Join(dir, "a", "b", "c"), filepath.Join(dir, "a", "b", "c"), "d/e/", ".", "/"} {
		if err := MkdirAll(path); err != nil {
			t.Errorf("MkdirAll(%q): %v", path, err)
		}
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			t.Errorf("%q afterwards: %v", path, err)
		}
	}
	if err := os.WriteFile("file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"file", "file/below", filepath.Join(dir, "file", "a", "b")} {
		if err := MkdirAll(path); !errors.Is(err, syscall.ENOTDIR) {
			t.Errorf("MkdirAll(%q): %v", path, err)
		}
	}
}

// Many that make the same folders at once all succeed.
func TestMkdirAllAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "c", "d")
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if err := MkdirAll(path); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestSyncDir(t *testing.T) {
	if err := SyncDir(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a folder that is not there was synced")
	}
	if err := SyncDir("/proc"); err != nil {
		t.Errorf("a folder that cannot be synced: %v", err)
	}
}
