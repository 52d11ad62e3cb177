package patherr

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCause(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, opening := os.Open(missing)
	for name, err := range map[string]error{
		"path": opening, "link": os.Rename(missing, missing+"2"), "wrapped": fmt.Errorf("reading: %w", opening),
	} {
		if got := Cause(err); !errors.Is(got, fs.ErrNotExist) || strings.Contains(got.Error(), "missing") || strings.Contains(got.Error(), ":") {
			t.Errorf("%s: %v of %v", name, got, err)
		}
	}
	other := errors.New("other")
	if Cause(other) != other || Cause(nil) != nil {
		t.Error("another error is changed")
	}
}
