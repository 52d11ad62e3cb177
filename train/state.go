package train

import (
	"slices"

	"github.com/vicinal-ml/vicinal/mix"
)

// state is where a run is, but for the variables.
type state struct {
	Epoch int   `json:"epoch"` // finished epochs
	Step  int   `json:"step"`  // finished steps of the epoch after them
	Steps int64 `json:"steps"` // finished steps of the run
	Seen  int64 `json:"seen"`  // samples drawn in them

	Tally   tally            `json:"tally"`   // of the unfinished epoch
	History []mix.EpochStats `json:"history"` // of the finished ones
	Last    *Metric          `json:"last"`    // of the last finished epoch
	Best    *best            `json:"best"`
	Stale   int              `json:"stale,omitempty"`   // evaluations since Best, where Spec.StopAfter counts them
	Stopped bool             `json:"stopped,omitempty"` // by Spec.StopAfter, before the last epoch
	Seconds float64          `json:"seconds"`           // of training and evaluation
}

// best is the epoch with the smallest validation error, then the smallest
// validation loss, then the earliest. Without a validation split it is the
// last one evaluated.
type best struct {
	Epoch           int      `json:"epoch"` // from 1
	ValidationError *float64 `json:"val_error"`
	ValidationLoss  *float64 `json:"val_loss"`
	TestError       *float64 `json:"test_error"`
}

// improves reports whether an evaluated epoch is better than b.
func (b *best) improves(m *Metric) bool {
	switch {
	case b == nil || m.ValError == nil || b.ValidationError == nil || b.ValidationLoss == nil:
		return true
	case *m.ValError != *b.ValidationError:
		return *m.ValError < *b.ValidationError
	default:
		return *m.ValLoss < *b.ValidationLoss
	}
}

// endEpoch makes the epoch whose metric that is a finished one.
func (s *state) endEpoch(m Metric) {
	s.History = append(s.History, mix.EpochStats{Epoch: s.Epoch, Phase: s.Tally.Phase, Loss: s.Tally.loss(), Accuracy: s.Tally.accuracy()})
	s.Last = &m
	s.Epoch++
	s.Step = 0
	s.Tally = tally{}
}

// clone copies what later epochs change in place.
func (s *state) clone() state {
	c := *s
	c.History = slices.Clone(s.History)
	return c
}
