package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train"
)

// MixedBatch is the first batch of a run that its method mixes, as training
// meets it.
type MixedBatch struct {
	Epoch, Step int   // from 0
	Shape       []int // for [PreviewGrid]: the data set's, [H W] for spectrograms
	Samples     []Sample
}

// FirstMixed draws the batch that training by spec mixes first: the same
// samples, partners and weights. At most count samples are returned, and nil
// for a method that mixes no inputs; of one that mixes within the network, too, it
// is the first batch that is mixed at the input. Schedules that react to the course of
// training are taken as on from the start.
func FirstMixed(ctx context.Context, set *data.Set, spec train.Spec, count int) (*MixedBatch, error) {
	method, err := mix.Parse(spec.Method, spec.Epochs)
	if err != nil {
		return nil, err
	}
	loader, second, err := spec.Loaders(set)
	if err != nil {
		return nil, err
	}
	loader.Ahead, second.Ahead = 1, 1 // one batch is enough
	var plan mix.Plan
	at := mix.At{Seed: spec.Seed, Epochs: spec.Epochs, EpochSize: spec.EpochSize(loader.Len())}
	blocks := 0
	if mix.UsesDepth(method) {
		_, network, err := spec.Learns(set)
		if err != nil {
			return nil, err
		}
		blocks = len(network.Blocks)
	}
	for ; at.Epoch < spec.Epochs; at.Epoch++ {
		for at.Step = 0; at.Step < loader.Steps(); at.Step++ {
			at.N = min(spec.Batch, loader.Len()-at.Step*spec.Batch)
			if mix.PhaseAt(method, at) == mix.PhaseOn {
				batch, err := batchAt(ctx, loader, at.Epoch, at.Step)
				if err != nil {
					return nil, err
				}
				here := spec.At(set, batch)
				here.Seen, here.History, here.Blocks = at.Seen, at.History, blocks
				if here.Train, err = spec.ChooseBy(ctx, &second, method, set, batch.Index); err != nil {
					return nil, err
				}
				if err := method.Draw(&plan, here); err != nil {
					return nil, fmt.Errorf("mixing by %s: %w", method, err)
				}
				if plan.Mixed() && plan.Depth == 0 {
					m := &MixedBatch{Epoch: at.Epoch, Step: at.Step, Shape: set.Shape}
					return m, m.draw(ctx, set, second, batch, &plan, count)
				}
			}
			at.Seen += int64(at.N)
		}
		// An epoch that did not mix settles nothing.
		at.History = append(at.History, mix.EpochStats{Epoch: at.Epoch, Phase: mix.PhaseOff})
	}
	return nil, nil
}

// batchAt reads one batch.
func batchAt(ctx context.Context, loader data.Loader, epoch, step int) (*data.Batch, error) {
	for batch, err := range loader.Epoch(ctx, epoch, step) {
		if err != nil {
			return nil, fmt.Errorf("reading training samples: %w", err)
		}
		return batch, nil
	}
	return nil, fmt.Errorf("epoch %d has no step %d", epoch, step)
}

// draw applies a plan to a batch and, where it says so, the second one.
func (m *MixedBatch) draw(ctx context.Context, set *data.Set, second data.Loader, batch *data.Batch, plan *mix.Plan, count int) error {
	partners := batch
	if plan.Second {
		var err error
		if partners, err = batchAt(ctx, second, batch.Epoch, batch.Step); err != nil {
			return err
		}
	}
	mixed := make([]float32, len(batch.X))
	if err := mix.ApplyFloat32(mixed, batch.X, partners.X, plan); err != nil {
		return err
	}
	visible, image := newScale(set, batch.X, partners.X)
	if !image && len(set.Shape) == 3 && set.Shape[2] == 1 {
		m.Shape = set.Shape[:2]
	}
	size := set.Size()
	sample := func(x []float32, i int) []float32 { return visible.apply(x[i*size : (i+1)*size]) }
	for i := range min(count, batch.N) {
		j := int(plan.Partner[i])
		m.Samples = append(m.Samples, Sample{
			Mixed: sample(mixed, i), Own: sample(batch.X, i), Partner: sample(partners.X, j),
			OwnLabel: className(set, batch, i), PartnerLabel: className(set, partners, j),
			Input: plan.Share(i), Target: float64(plan.Target[i]),
		})
	}
	return nil
}

// className is the class of a sample, or its target where there are no classes.
func className(set *data.Set, batch *data.Batch, i int) string {
	switch {
	case i < len(batch.Labels) && int(batch.Labels[i]) < len(set.Classes):
		return set.Classes[batch.Labels[i]]
	case i < len(batch.Labels):
		return strconv.Itoa(int(batch.Labels[i]))
	case i < len(batch.Targets):
		return strconv.FormatFloat(float64(batch.Targets[i]), 'g', 3, 32)
	}
	return ""
}

// scale maps normalised values to [0, 1] for drawing.
type scale struct{ factor, shift []float32 } // one for each index of the last dimension

// newScale returns the scale that undoes the normalisation of images, whose
// values are brightness in [0, 1], and for what is no image the one that
// spreads the values of these batches over [0, 1].
func newScale(set *data.Set, batches ...[]float32) (s *scale, image bool) {
	last := set.Shape[len(set.Shape)-1]
	low, high := make([]float32, last), make([]float32, last)
	for b, values := range batches {
		for i, x := range values {
			c := i % last
			if b == 0 && i < last {
				low[c], high[c] = x, x
			}
			low[c], high[c] = min(low[c], x), max(high[c], x)
		}
	}
	const slack = 1e-3 // of rounding
	image = len(set.Shape) == 3 && len(set.Mean) == last && len(set.Std) == last
	for c := 0; image && c < last; c++ {
		image = low[c]*set.Std[c]+set.Mean[c] >= -slack && high[c]*set.Std[c]+set.Mean[c] <= 1+slack
	}
	if image {
		return &scale{set.Std, set.Mean}, true
	}
	if len(set.Shape) == 3 && last == 1 { // a few loud moments would leave the rest dark
		low[0], high[0] = bulk(batches)
	}
	s = &scale{make([]float32, last), make([]float32, last)}
	for c := range last {
		if high[c] > low[c] {
			s.factor[c] = 1 / (high[c] - low[c])
			s.shift[c] = -low[c] * s.factor[c]
		}
	}
	return s, false
}

// bulk returns the range of the values without the lowest and the highest
// hundredth.
func bulk(batches [][]float32) (low, high float32) {
	sorted := slices.Concat(batches...)
	slices.Sort(sorted)
	out := len(sorted) / 100
	return sorted[out], sorted[len(sorted)-1-out]
}

func (s *scale) apply(x []float32) []float32 {
	out := make([]float32, len(x))
	for i := range x {
		c := i % len(s.factor)
		out[i] = x[i]*s.factor[c] + s.shift[c]
	}
	return out
}
