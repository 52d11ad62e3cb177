package mix

import (
	"fmt"
	"strconv"
)

// Warmup leaves the first Epochs epochs unmixed.
type Warmup struct {
	Method Method
	Epochs int // 1 or more
}

// Draw draws from the method inside once the warm-up is over.
func (s Warmup) Draw(p *Plan, at At) error { return drawScheduled(s, p, at) }

// Unwrap returns the method inside.
func (s Warmup) Unwrap() Method { return s.Method }

// Plain is true in the first Epochs epochs.
func (s Warmup) Plain(at At) (Phase, bool) { return PhaseWarmup, at.Epoch < s.Epochs }

// Validate reports a length below 1.
func (s Warmup) Validate() error {
	if s.Epochs < 1 {
		return fmt.Errorf("warmup is %d epochs, it must be 1 or more", s.Epochs)
	}
	return nil
}

// String returns the spec of the whole nest.
func (s Warmup) String() string { return specOf(s) }

func (s Warmup) option() []option { return []option{{"warmup", strconv.Itoa(s.Epochs)}} }
