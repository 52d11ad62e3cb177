package mix

import (
	"fmt"
	"strconv"
)

// Unit is what a Cycle counts.
type Unit string

const (
	Epochs Unit = "epochs" // finished epochs; the zero value "" means the same
	Images Unit = "images" // samples drawn since the start of the run, warm-up included
)

// Cycle turns mixing on and off in turn: On units on, Off units off, and again,
// from unit From of the run. Before From it leaves the batch to the method
// inside, so a Warmup as long as From makes the cycle begin with mixing.
//
// Counted in images, a batch belongs to the part its first image falls in.
type Cycle struct {
	Method  Method
	On, Off int64 // 1 or more
	From    int64 // 0 or more
	Unit    Unit
}

// Draw draws from the method inside in the on part of the cycle.
func (s Cycle) Draw(p *Plan, at At) error { return drawScheduled(s, p, at) }

// Unwrap returns the method inside.
func (s Cycle) Unwrap() Method { return s.Method }

// Plain is true in the off part of the cycle.
func (s Cycle) Plain(at At) (Phase, bool) {
	position := int64(at.Epoch)
	if s.Unit == Images {
		position = at.Seen
	}
	position -= s.From
	return PhaseOff, s.On > 0 && s.Off > 0 && position >= 0 && position%(s.On+s.Off) >= s.On
}

// maxCycle keeps On + Off far from overflow.
const maxCycle = 1 << 60

// Validate reports parts shorter than 1, a negative start or an unknown unit.
func (s Cycle) Validate() error {
	switch {
	case s.On < 1 || s.Off < 1:
		return fmt.Errorf("the cycle is on for %d and off for %d, both must be 1 or more", s.On, s.Off)
	case s.On > maxCycle || s.Off > maxCycle:
		return fmt.Errorf("the cycle is on for %d and off for %d, both must be at most %d", s.On, s.Off, int64(maxCycle))
	case s.From < 0:
		return fmt.Errorf("the cycle starts from %d, it must be 0 or more", s.From)
	case s.Unit != "" && s.Unit != Epochs && s.Unit != Images:
		return fmt.Errorf("the cycle counts %q, it must count %s or %s", s.Unit, Epochs, Images)
	}
	return nil
}

// String returns the spec of the whole nest.
func (s Cycle) String() string { return specOf(s) }

func (s Cycle) option() []option {
	on, off := "on", "off"
	if s.Unit == Images {
		on, off = "on-images", "off-images"
	}
	return []option{
		{on, strconv.FormatInt(s.On, 10)},
		{off, strconv.FormatInt(s.Off, 10)},
		{"from", strconv.FormatInt(s.From, 10)},
	}
}
