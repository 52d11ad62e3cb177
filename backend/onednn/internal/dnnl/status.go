package dnnl

import "fmt"

// Status is a status code of the library. As an error it is what an [Error] wraps, so
// errors.Is(err, dnnl.Unimplemented) tells an operation that the library lacks from one that was asked for wrongly.
type Status int32

// The status codes, dnnl_status_t.
const (
	Success          Status = 0
	OutOfMemory      Status = 1
	InvalidArguments Status = 2
	Unimplemented    Status = 3
	IteratorEnds     Status = 4
	RuntimeError     Status = 5
	NotRequired      Status = 6
)

// Error says what the code means.
func (s Status) Error() string {
	switch s {
	case Success:
		return "success"
	case OutOfMemory:
		return "out of memory"
	case InvalidArguments:
		return "invalid arguments"
	case Unimplemented:
		return "not implemented by this version of oneDNN on this CPU"
	case IteratorEnds:
		return "no more implementations"
	case RuntimeError:
		return "runtime error"
	case NotRequired:
		return "not required"
	}
	return fmt.Sprintf("status %d", int32(s))
}

// Error is a failed call: what was being done, and the status it ended with. It wraps the status.
type Error struct {
	Doing  string
	Status Status
}

func (e *Error) Error() string { return "oneDNN: " + e.Doing + ": " + e.Status.Error() }

// Unwrap returns the status.
func (e *Error) Unwrap() error { return e.Status }

// invalid is an error for arguments that are wrong before the library is asked.
func invalid(doing, format string, args ...any) error {
	return fmt.Errorf("oneDNN: %s: %s: %w", doing, fmt.Sprintf(format, args...), InvalidArguments)
}
