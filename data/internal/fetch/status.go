package fetch

import (
	"io/fs"
	"net/http"
)

// StatusError is the error for an answer with which there is no use trying again.
type StatusError struct {
	Code   int
	Status string // the code and its name
}

// Error names the status.
func (e *StatusError) Error() string { return "the server answered " + e.Status }

// Is reports that a file which a server does not have is not there, as one that a folder does not have.
func (e *StatusError) Is(target error) bool {
	return target == fs.ErrNotExist && (e.Code == http.StatusNotFound || e.Code == http.StatusGone)
}
