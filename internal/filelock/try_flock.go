//go:build unix && !aix && (!solaris || illumos)

package filelock

import (
	"errors"
	"os"
	"syscall"
)

// Try takes the exclusive lock of f. It does not wait: it returns false where
// another holds it.
func Try(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		default:
			return false, os.NewSyscallError("flock", err)
		}
	}
}
