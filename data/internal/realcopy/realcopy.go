// Package realcopy gives tests pieces of real data sets, of which no copy is in
// the repository: they are taken from the folder that VICINAL_TEST_DATA names.
package realcopy

import (
	"archive/tar"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Variable is the environment variable that names the folder with the copies.
const Variable = "VICINAL_TEST_DATA"

// Head returns the first bytes of a file below the folder, at most n; nil where there is none.
func Head(name string, n int64) []byte {
	file, err := os.Open(filepath.Join(os.Getenv(Variable), name))
	if err != nil {
		return nil
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, n))
	if err != nil {
		return nil
	}
	return b
}

// InTar returns the first file of a tar archive below the folder whose name has the end and whose
// size is at most limit; nil where there is none.
func InTar(name, end string, limit int64) []byte {
	file, err := os.Open(filepath.Join(os.Getenv(Variable), name))
	if err != nil {
		return nil
	}
	defer file.Close()
	for r := tar.NewReader(file); ; {
		h, err := r.Next()
		if err != nil {
			return nil
		}
		if h.Typeflag == tar.TypeReg && strings.HasSuffix(h.Name, end) && h.Size <= limit {
			b, err := io.ReadAll(r)
			if err != nil {
				return nil
			}
			return b
		}
	}
}
