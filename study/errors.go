package study

import "errors"

var (
	// ErrOtherStudy: the folder holds another study, or something else. The
	// error that wraps it names the difference.
	ErrOtherStudy = errors.New("folder belongs to something else")

	// ErrNotComparable: runs of the study were made from other data, from other
	// initial weights or by another arithmetic than the others, or than runs
	// would be now. The error that wraps it names them.
	ErrNotComparable = errors.New("runs that cannot be compared")

	// ErrBusy: another process is running the study in the folder.
	ErrBusy = errors.New("study is being run by another process")

	// ErrNoValidation: something is to be picked by the validation part, and
	// there is none.
	ErrNoValidation = errors.New("no validation part")

	// ErrNoStudy: there is no study in the folder.
	ErrNoStudy = errors.New("no study")
)
