//go:build linux

package study

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/internal/memorytest"
)

func TestHostileStudiesStayWithinMemory(t *testing.T) {
	t.Run("results of a terabyte", func(t *testing.T) {
		memorytest.Within(t, 64, func(t *testing.T) {
			dir := t.TempDir()
			memorytest.Sparse(t, dir, resultsName)
			if _, err := stored(dir); err == nil || !strings.Contains(err.Error(), "bytes or more: at most") {
				t.Error(err)
			}
		})
	})
	t.Run("runs of two bytes", func(t *testing.T) {
		memorytest.Within(t, 128, func(t *testing.T) {
			dir := t.TempDir()
			text := `{"runs":[` + strings.Repeat("{},", 8<<20) + "{}]}"
			if err := os.WriteFile(filepath.Join(dir, resultsName), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := stored(dir); err == nil || !strings.Contains(err.Error(), "objects: at most") {
				t.Error(err)
			}
		})
	})
	t.Run("study of a terabyte", func(t *testing.T) {
		memorytest.Within(t, 64, func(t *testing.T) {
			if _, err := ReadSpec(memorytest.Sparse(t, t.TempDir(), "study.toml")); err == nil || !strings.Contains(err.Error(), "bytes or more: at most") {
				t.Error(err)
			}
		})
	})
}
