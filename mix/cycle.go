package mix

import (
	"fmt"
	"strconv"
)

// Unit is what a Cycle counts.
type Unit string

const (
	Epochs Unit = "epochs" // finished epochs; the zero value "" means the same
	Images Unit = "images" // samples drawn
)

// Cycle turns mixing on and off in turn: On units on, Off units off, and again,
// from unit From of the run. Before From it leaves the batch to the method
// inside, so a Warmup as long as From makes the cycle begin with mixing.
//
// Counted in images, a batch belongs to the part its first image falls in, the
// parts run on over the ends of epochs, and At.Seen is needed. From is counted
// from the end of epoch FromEpoch then, for which At.EpochSize is needed too.
type Cycle struct {
	Method    Method
	On, Off   int64 // 1 or more
	From      int64 // 0 or more
	FromEpoch int   // 0 or more; 0 unless Unit is Images
	Unit      Unit
}

// Draw draws from the method inside in the on part of the cycle.
func (s Cycle) Draw(p *Plan, at At) error {
	if err := s.knows(&at); err != nil {
		return err
	}
	return drawScheduled(s, p, at)
}

// knows reports what the position of a batch lacks for the cycle to count.
func (s Cycle) knows(at *At) error {
	switch {
	case s.Unit != Images:
		return nil
	case at.Seen == 0 && (at.Epoch > 0 || at.Step > 0):
		return fmt.Errorf("epoch %d, step %d: on-images counts the samples drawn, and the batch's position has none: set At.Seen", at.Epoch, at.Step)
	case s.FromEpoch == 0 || at.Epoch < s.FromEpoch:
		return nil
	case at.EpochSize == 0:
		return fmt.Errorf("epoch %d, step %d: from-epoch=%d needs the number of samples of an epoch, and the batch's position names none: set At.EpochSize", at.Epoch, at.Step, s.FromEpoch)
	case at.Seen/int64(at.Epoch) < at.EpochSize:
		return fmt.Errorf("epoch %d, step %d: %d samples drawn are fewer than %d in each of the epochs before: At.Seen or At.EpochSize is wrong", at.Epoch, at.Step, at.Seen, at.EpochSize)
	}
	return nil
}

// Unwrap returns the method inside.
func (s Cycle) Unwrap() Method { return s.Method }

// Plain is true in the off part of the cycle.
func (s Cycle) Plain(at At) (Phase, bool) {
	position := int64(at.Epoch)
	if s.Unit == Images {
		position = at.Seen
		if at.Epoch < s.FromEpoch {
			return PhaseOff, false
		}
		position -= int64(s.FromEpoch) * at.EpochSize
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
	case s.FromEpoch < 0 || s.FromEpoch > 0 && s.Unit != Images:
		return fmt.Errorf("the cycle starts from the end of epoch %d, it must be 0 or more, and 0 where it counts epochs", s.FromEpoch)
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
	opts := []option{
		{on, strconv.FormatInt(s.On, 10)},
		{off, strconv.FormatInt(s.Off, 10)},
		{"from", strconv.FormatInt(s.From, 10)},
	}
	if s.FromEpoch > 0 {
		opts = append(opts, option{"from-epoch", strconv.Itoa(s.FromEpoch)})
	}
	return opts
}
