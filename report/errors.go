package report

import (
	"errors"
	"io/fs"
)

// bare strips the operation and path off a file error, for messages that name
// the path themselves.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
