package train

import (
	"errors"
	"fmt"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

var (
	// ErrDiverged: the loss or the weights became NaN or infinite. The run
	// folder keeps the last good state.
	ErrDiverged = errors.New("training diverged")

	// ErrInterrupted: the context was cancelled. The state is saved; running
	// the same spec in the same folder goes on from there.
	ErrInterrupted = errors.New("training interrupted")

	// ErrOtherRun: the folder holds something else than a run of this spec.
	ErrOtherRun = errors.New("folder belongs to something else")

	// ErrBusy: another process is training in the folder.
	ErrBusy = rundir.ErrBusy

	// ErrDamaged: a checkpoint cannot be trusted.
	ErrDamaged = rundir.ErrDamaged
)

// NotFiniteError says that a network computed an output that is NaN or infinite,
// or one too large for what is told of it, so that nothing can be measured.
type NotFiniteError struct {
	Sample int     // of the split, from 0
	Column string  // of what the sample was judged to be, see task.Task: "loss" unless that is finite
	Value  float64 // of it
}

func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("the outputs of sample %d (from 0) are not finite, its %s is %v: the weights, or the sample's values, are not sound", e.Sample, e.Column, e.Value)
}
