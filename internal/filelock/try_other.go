//go:build !unix && !windows

package filelock

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

// Try refuses: this system has no locks of files, and what asks for one is not
// safe without.
func Try(f *os.File) (bool, error) {
	return false, fmt.Errorf("locking %s: %s has no locks of files: %w", f.Name(), runtime.GOOS, errors.ErrUnsupported)
}
