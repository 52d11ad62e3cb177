package rundir

import "errors"

var (
	// ErrBusy: another process has the folder.
	ErrBusy = errors.New("folder is in use by another process")

	// ErrDamaged: what a checkpoint says is not what is there.
	ErrDamaged = errors.New("checkpoint is damaged")
)
