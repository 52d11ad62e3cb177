package mix

import (
	"fmt"
	"strconv"
)

// LastOff leaves the last Epochs epochs of the run unmixed, to fine-tune. It
// needs At.Epochs.
type LastOff struct {
	Method Method
	Epochs int // 1 or more
}

// Draw draws from the method inside until the last epochs begin.
func (s LastOff) Draw(p *Plan, at At) error {
	if at.Epochs == 0 {
		return fmt.Errorf("last=%d needs the number of epochs of the run, and the batch's position names none", s.Epochs)
	}
	return drawScheduled(s, p, at)
}

// Unwrap returns the method inside.
func (s LastOff) Unwrap() Method { return s.Method }

// Plain is true in the last Epochs epochs, and past the end of the run.
func (s LastOff) Plain(at At) (Phase, bool) {
	return PhaseFineTune, at.Epochs > 0 && at.Epoch >= at.Epochs-s.Epochs
}

// Validate reports a length below 1.
func (s LastOff) Validate() error {
	if s.Epochs < 1 {
		return fmt.Errorf("last is %d epochs, it must be 1 or more", s.Epochs)
	}
	return nil
}

// String returns the spec of the whole nest.
func (s LastOff) String() string { return specOf(s) }

func (s LastOff) option() []option { return []option{{"last", strconv.Itoa(s.Epochs)}} }
