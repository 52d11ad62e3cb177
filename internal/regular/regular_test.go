package regular

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("file"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", at("link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(at("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, name := range []string{"file", "link"} {
		file, err := Open(at(name))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(file); err != nil || string(text) != "text" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		file.Close()
	}
	for path, want := range map[string]string{
		at("pipe"): "is a pipe, not a file", at("socket"): "is a socket, not a file", dir: "is a folder, not a file",
		"/dev/null": "is a device, not a file", at("none"): "no such file or directory",
	} {
		began := time.Now()
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		if d := time.Since(began); d > 10*time.Second {
			t.Errorf("%s: waited %v", path, d)
		}
	}
}
