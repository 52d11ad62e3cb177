//go:build aix || (solaris && !illumos)

package filelock

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Try takes the exclusive lock of f, which is open for writing. It does not
// wait: it returns false where another process holds it. These systems have no
// flock; a lock of fcntl's does not keep the goroutines of one process apart.
func Try(f *os.File) (bool, error) {
	whole := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	for {
		err := unix.FcntlFlock(f.Fd(), unix.F_SETLK, &whole)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EACCES):
			return false, nil
		default:
			return false, os.NewSyscallError("fcntl", err)
		}
	}
}
