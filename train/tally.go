package train

import (
	"math"

	"github.com/vicinal-ml/vicinal/mix"
)

// tally sums what training saw in an epoch.
type tally struct {
	Phase mix.Phase `json:"phase"` // of the first batch
	Rate  float64   `json:"lr"`    // of the last step
	Clean sums      `json:"clean"`
	Mixed sums      `json:"mixed"`

	Unjudged bool `json:"unjudged,omitempty"` // no batch has hits: the task knows no right and wrong
}

// sums are over samples, so that a short last batch counts for what it is.
type sums struct {
	Samples int64   `json:"samples"`
	Loss    float64 `json:"loss"`
	Hits    float64 `json:"hits"`
}

func (t *tally) add(plan *mix.Plan, mixed bool, rate, loss, hit float64) {
	if t.samples() == 0 {
		t.Phase = plan.Phase
	}
	t.Rate = rate
	s := &t.Clean
	if mixed {
		s = &t.Mixed
	}
	n := float64(plan.N)
	s.Samples += int64(plan.N)
	s.Loss += n * loss
	if math.IsNaN(hit) {
		t.Unjudged = true
		return
	}
	s.Hits += n * hit
}

func (t *tally) samples() int64 { return t.Clean.Samples + t.Mixed.Samples }

// mixed is the share of the samples that were in mixed batches, 0 of none.
func (t *tally) mixed() float64 {
	if t.samples() == 0 {
		return 0
	}
	return float64(t.Mixed.Samples) / float64(t.samples())
}

func (t *tally) loss() float64 { return (t.Clean.Loss + t.Mixed.Loss) / float64(t.samples()) }

// accuracy is NaN where the task knows none.
func (t *tally) accuracy() float64 {
	if t.Unjudged {
		return math.NaN()
	}
	return (t.Clean.Hits + t.Mixed.Hits) / float64(t.samples())
}

// metric returns the training part of an epoch's line. Samples are at least 1.
func (t *tally) metric(epoch int, step int64) Metric {
	m := Metric{Epoch: epoch, Step: step, Phase: t.Phase, LearningRate: t.Rate, Mixed: t.mixed()}
	loss := t.loss()
	m.Loss = &loss
	m.LossClean, m.AccClean = t.Clean.means()
	m.LossMixed, m.AccMixed = t.Mixed.means()
	if t.Unjudged {
		m.AccClean, m.AccMixed = nil, nil
	}
	return m
}

func (s *sums) means() (loss, accuracy *float64) {
	if s.Samples == 0 {
		return nil, nil
	}
	l, a := s.Loss/float64(s.Samples), s.Hits/float64(s.Samples)
	return &l, &a
}
