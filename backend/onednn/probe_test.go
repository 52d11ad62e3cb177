package onednn_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/backend/onednn"
)

func TestProbe(t *testing.T) {
	b := newBackend(t, "") // skips where there is no library
	info, err := onednn.Probe()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.Description(), info.String()) || info.Path == "" || info.ISA == "" || info.Version.Major < 2 {
		t.Errorf("probed %+v, the backend says %q", info, b.Description())
	}
}

func TestProbeFails(t *testing.T) {
	damaged := filepath.Join(t.TempDir(), "libdnnl.so")
	if err := os.WriteFile(damaged, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ONEDNN_LIBRARY", damaged)
	_, err := onednn.Probe()
	if err == nil || !strings.Contains(err.Error(), damaged) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line that names the file", err)
	}
	if _, ofNew := onednn.New(""); ofNew == nil || !strings.Contains(ofNew.Error(), err.Error()) {
		t.Errorf("New says %v, Probe %v", ofNew, err)
	}
	var missing *onednn.NotFoundError
	if errors.As(err, &missing) {
		t.Errorf("a library that was named is not one that was not found: %v", err)
	}
}
