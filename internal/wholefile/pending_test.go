package wholefile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPrepare(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	// A killed process left a longer one.
	if err := os.WriteFile(Aside(path), []byte(strings.Repeat("x", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(path, strings.NewReader("after"))
	if err != nil {
		t.Fatal(err)
	}
	if read(t, path) != "before" || read(t, Aside(path)) != "after" {
		t.Error("the file is not aside")
	}
	if err := p.Commit(); err != nil || read(t, path) != "after" {
		t.Errorf("committed: %v", err)
	}
	if p, err = Prepare(path, strings.NewReader("never")); err != nil {
		t.Fatal(err)
	}
	p.Discard()
	broken := errors.New("broken")
	if _, err := Prepare(path, iotest.ErrReader(broken)); !errors.Is(err, broken) || !strings.Contains(err.Error(), path) {
		t.Errorf("a source that breaks: %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 || read(t, path) != "after" {
		t.Errorf("left: %v, %v", entries, err)
	}
}
