package rundir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
)

// A folder has one owner at a time, and another after it.
func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "run")
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), path) {
		t.Errorf("a second owner: %v", err)
	}
	first.Close()
	second, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if err := second.Replace(SpecFile, []byte("text")); err != nil || !second.Exists(SpecFile) || second.Exists(ResultFile) {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(second.File(SpecFile)); err != nil || string(text) != "text" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestRefuseStrangers(t *testing.T) {
	refused := errors.New("refused")
	d := At(t.TempDir())
	for _, name := range []string{LockFile, PreviewFile, "." + SpecFile + wholefile.Suffix} {
		write(t, d.File(name), "x")
	}
	if err := d.RefuseStrangers(refused); err != nil {
		t.Error(err)
	}
	write(t, d.File("thesis.tex"), "x")
	if err := d.RefuseStrangers(refused); !errors.Is(err, refused) || !strings.Contains(err.Error(), "thesis.tex and no "+SpecFile) {
		t.Errorf("%v", err)
	}
	write(t, d.File(SpecFile), "x")
	if err := d.RefuseStrangers(refused); err != nil {
		t.Error(err)
	}
}
