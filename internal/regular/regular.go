// Package regular opens files that hold their contents, and nothing that could
// keep a reader waiting: a pipe, a socket, a terminal.
package regular

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Open opens the regular file at path for reading, without waiting. The error of anything
// else says what it is.
func Open(path string) (*os.File, error) {
	// A pipe without a writer would block an ordinary open, and no signal ends that.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		if stat, statErr := os.Stat(path); statErr == nil && !stat.Mode().IsRegular() {
			return nil, notRegular(path, stat.Mode()) // a socket cannot be opened
		}
		return nil, err
	}
	stat, err := file.Stat()
	if err == nil && !stat.Mode().IsRegular() {
		err = notRegular(path, stat.Mode())
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func notRegular(path string, mode fs.FileMode) error {
	what := "something else"
	switch {
	case mode.IsDir():
		what = "a folder"
	case mode&fs.ModeNamedPipe != 0:
		what = "a pipe"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	case mode&fs.ModeDevice != 0:
		what = "a device"
	}
	return fmt.Errorf("%s is %s, not a file", path, what)
}
