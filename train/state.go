package train

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/jsonobject"
	"github.com/vicinal-ml/vicinal/measure"
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

// best is the epoch with the best primary measure on the validation part, then
// the smallest validation loss, then the earliest. Without a validation part it
// is the last one evaluated.
type best struct {
	Epoch  int            // from 1
	Values measure.Values // of the epoch
}

// MarshalJSON writes the values beside the epoch.
func (b best) MarshalJSON() ([]byte, error) {
	values, err := json.Marshal(b.Values)
	if err != nil {
		return nil, err
	}
	return jsonobject.Join(fmt.Appendf(nil, `{"epoch":%d}`, b.Epoch), values), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (b *best) UnmarshalJSON(text []byte) error {
	var epoch struct {
		Epoch int `json:"epoch"`
	}
	if err := json.Unmarshal(text, &epoch); err != nil {
		return err
	}
	b.Epoch = epoch.Epoch
	return json.Unmarshal(text, &b.Values)
}

// improves reports whether an evaluated epoch is better than b.
func (b *best) improves(m *Metric, primary measure.Measure) bool {
	if b == nil {
		return true
	}
	was, measured := b.Values.Get(primary.Key())
	is, measures := m.Values.Get(primary.Key())
	switch {
	case !measured || !measures:
		return !measured // of two that are not, the later
	case is != was:
		return primary.Improves(is, was)
	default:
		return m.Values.Of("val_loss") < b.Values.Of("val_loss")
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
