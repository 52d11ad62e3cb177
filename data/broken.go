package data

import (
	"errors"
	"fmt"
	"io/fs"
)

// BrokenError is the error of reading a sample whose file is broken: it is cut
// off, of another kind, too large, gone, or may not be read. Reading it again
// gives the same.
type BrokenError struct {
	Path string
	Err  error // without the path
}

// Error says which file is broken, and why.
func (e *BrokenError) Error() string { return fmt.Sprintf("decoding %s: %v", e.Path, e.Err) }

// Unwrap returns why.
func (e *BrokenError) Unwrap() error { return e.Err }

// Broken is a file that Check has found broken, or that Options.SkipBroken has
// left out.
type Broken struct {
	Part   string `json:"part"` // "train", "validation" or "test"
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// readError is the error of reading the file at path: a *BrokenError, unless
// what failed may go well another time.
func readError(path string, err error) error {
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
		err = file.Err
	}
	return &BrokenError{path, err}
}
