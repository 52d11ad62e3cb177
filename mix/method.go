package mix

import (
	"fmt"
	"reflect"
)

// Method draws the Plan of a batch.
//
// Draw is pure: the same At gives the same Plan, whatever was drawn before. It
// reuses p's memory. It fails, and leaves p undefined, when a parameter is
// outside its domain or the batch cannot be planned (a batch of one with
// partners=derangement, say).
//
// String gives the canonical spec: Parse of it gives an equal Method.
type Method interface {
	Draw(p *Plan, at At) error
	String() string
}

// Schedule is a Method that wraps another and decides, batch by batch, whether
// that one mixes. Schedules of different kinds nest in any order: a batch is
// mixed when all of them let it pass. The same kind twice in one nest is an
// error.
type Schedule interface {
	Method
	Unwrap() Method
	// Plain reports whether the schedule leaves the batch unmixed, and the name
	// of that phase.
	Plain(at At) (Phase, bool)
}

// UsesSecond reports whether m may take partners from a second batch, so that
// the caller has to draw one (from stream.Second) beside each batch.
func UsesSecond(m Method) bool {
	s, ok := innermost(m).(interface{ UsesSecond() bool })
	return ok && s.UsesSecond()
}

// CheckBatch reports why m can plan no batch of n samples that it mixes, if so:
// Draw then fails wherever a run comes to such a batch, which is often the last
// one of an epoch.
func CheckBatch(m Method, n int) error {
	if n < 1 {
		return fmt.Errorf("a batch of %d samples cannot be planned: it needs at least one", n)
	}
	if c, ok := innermost(m).(interface{ checkBatch(n int) error }); ok {
		return c.checkBatch(n)
	}
	return nil
}

// UsesRegion reports whether m mixes a region of pictures, so that the caller
// has to fill At.Height and At.Width.
func UsesRegion(m Method) bool {
	r, ok := innermost(m).(interface{ UsesRegion() bool })
	return ok && r.UsesRegion()
}

// UsesClasses reports whether m's partners depend on the classes of samples, so
// that the caller has to fill At.Labels, or At.Train with neighbours of a class.
func UsesClasses(m Method) bool {
	c, ok := innermost(m).(interface{ UsesClasses() bool })
	return ok && c.UsesClasses()
}

// UsesNoise reports whether m adds noise to inputs.
func UsesNoise(m Method) bool {
	n, ok := innermost(m).(interface{ UsesNoise() bool })
	return ok && n.UsesNoise()
}

// UsesDepth reports whether m mixes within the network, so that the caller has
// to fill At.Blocks and mix at Plan.Depth.
func UsesDepth(m Method) bool {
	d, ok := innermost(m).(interface{ UsesDepth() bool })
	return ok && d.UsesDepth()
}

// CheckBlocks reports why m cannot mix within a network of so many blocks, if so.
func CheckBlocks(m Method, blocks int) error {
	if c, ok := innermost(m).(interface{ checkBlocks(blocks int) error }); ok {
		return c.checkBlocks(blocks)
	}
	return nil
}

// PhaseAt returns the phase the batch would be in, without drawing. It is the
// Phase of the Plan that Draw gives.
func PhaseAt(m Method, at At) Phase {
	for {
		if s, ok := m.(Schedule); ok {
			if phase, off := s.Plain(at); off {
				return phase
			}
		}
		w, ok := m.(wrapper)
		if !ok {
			break
		}
		m = w.Unwrap()
	}
	if b, ok := m.(interface{ phase() Phase }); ok {
		return b.phase()
	}
	return PhaseOn
}

// wrapper is a Method around another: the schedules and Probability.
type wrapper interface {
	Method
	Unwrap() Method
}

func innermost(m Method) Method {
	for {
		w, ok := m.(wrapper)
		if !ok {
			return m
		}
		m = w.Unwrap()
	}
}

// drawScheduled is Draw of the schedules of this package. It is generic so that
// a schedule is not boxed, which would allocate, for each batch.
func drawScheduled[S interface {
	Schedule
	validator
}](s S, p *Plan, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	if err := validateWrapper(s, s.Unwrap()); err != nil {
		return err
	}
	if phase, off := s.Plain(at); off {
		p.Plain(at.N, phase)
		return nil
	}
	return s.Unwrap().Draw(p, at)
}

// UsesEpochs reports whether m looks at At.Epochs: whether it does something
// else towards the end of the run.
func UsesEpochs(m Method) bool { return contains(m, reflect.TypeFor[LastOff]()) }

// UsesHistory reports whether m looks at At.History, so that the caller has to
// fill it with the training loss and accuracy of each finished epoch.
func UsesHistory(m Method) bool {
	for {
		if _, ok := m.(UntilSettled); ok {
			return true
		}
		w, ok := m.(wrapper)
		if !ok {
			return false
		}
		m = w.Unwrap()
	}
}
