// Package patherr shortens errors of files.
package patherr

import (
	"errors"
	"io/fs"
	"os"
)

// Cause strips the operation and the path off an error of package os that is
// reported with a better name. Any other error stays as it is.
func Cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
