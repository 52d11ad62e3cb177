//go:build linux

package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

func TestHostileToysStayWithinMemory(t *testing.T) {
	t.Run("of a terabyte", func(t *testing.T) {
		memorytest.Within(t, 64, func(t *testing.T) {
			dir := t.TempDir()
			memorytest.Sparse(t, dir, toyName)
			if _, err := ReadToy(dir); err == nil || !strings.Contains(err.Error(), "bytes or more: at most") {
				t.Error(err)
			}
		})
	})
	t.Run("of panels", func(t *testing.T) {
		memorytest.Within(t, 128, func(t *testing.T) {
			dir := t.TempDir()
			text := `{"panels":[` + strings.Repeat("{},", 11_000_000) + "{}]}"
			if err := os.WriteFile(filepath.Join(dir, toyName), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := ReadToy(dir); err == nil || !strings.Contains(err.Error(), "objects: at most") {
				t.Error(err)
			}
		})
	})
}
