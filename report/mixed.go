package report

import (
	"context"
	"fmt"
	"strconv"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train"
)

// MixedBatch is the first batch of a run that its method mixes, as training
// meets it.
type MixedBatch struct {
	Epoch, Step int // from 0
	Samples     []Sample
}

// FirstMixed draws the batch that training by spec mixes first: the same
// samples, partners and weights. At most count samples are returned, and nil
// for a method that mixes nothing. Schedules that react to the course of
// training are taken as on from the start.
func FirstMixed(ctx context.Context, set *data.Set, spec train.Spec, count int) (*MixedBatch, error) {
	method, err := mix.Parse(spec.Method, spec.Epochs)
	if err != nil {
		return nil, err
	}
	loader := data.Loader{Split: set.Train, Batch: spec.Batch, Shuffle: true, Seed: spec.Seed, Stream: mix.StreamShuffle, Values: set.Size()}
	var plan mix.Plan
	at := mix.At{Seed: spec.Seed, Epochs: spec.Epochs}
	for ; at.Epoch < spec.Epochs; at.Epoch++ {
		for at.Step = 0; at.Step < loader.Steps(); at.Step++ {
			at.N = min(spec.Batch, loader.Len()-at.Step*spec.Batch)
			if mix.PhaseAt(method, at) == mix.PhaseOn {
				batch, err := batchAt(ctx, loader, at.Epoch, at.Step)
				if err != nil {
					return nil, err
				}
				at.Labels = batch.Labels
				if err := method.Draw(&plan, at); err != nil {
					return nil, fmt.Errorf("mixing by %s: %w", method, err)
				}
				if plan.Mixed() {
					samples, err := mixedSamples(ctx, set, loader, batch, &plan, count)
					return &MixedBatch{at.Epoch, at.Step, samples}, err
				}
				at.Labels = nil
			}
			at.Seen += int64(at.N)
		}
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

// mixedSamples applies a plan to a batch.
func mixedSamples(ctx context.Context, set *data.Set, loader data.Loader, batch *data.Batch, plan *mix.Plan, count int) ([]Sample, error) {
	partners := batch
	if plan.Second {
		loader.Stream = mix.StreamSecond
		var err error
		if partners, err = batchAt(ctx, loader, batch.Epoch, batch.Step); err != nil {
			return nil, err
		}
	}
	mixed := make([]float32, len(batch.X))
	if err := mix.ApplyFloat32(mixed, batch.X, partners.X, plan); err != nil {
		return nil, err
	}
	visible, err := newScale(ctx, set)
	if err != nil {
		return nil, err
	}
	size := set.Size()
	sample := func(x []float32, i int) []float32 { return visible.apply(x[i*size : (i+1)*size]) }
	var samples []Sample
	for i := range min(count, batch.N) {
		j := int(plan.Partner[i])
		samples = append(samples, Sample{
			Mixed: sample(mixed, i), Own: sample(batch.X, i), Partner: sample(partners.X, j),
			OwnLabel: className(set, batch, i), PartnerLabel: className(set, partners, j),
			Input: float64(plan.Input[i]), Target: float64(plan.Target[i]),
		})
	}
	return samples, nil
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

// scale maps normalised values to [0, 1] for drawing: images back to their
// brightness, the rest to the range of the training samples.
type scale struct{ factor, shift []float32 } // one for each index of the last dimension

func newScale(ctx context.Context, set *data.Set) (*scale, error) {
	last := set.Shape[len(set.Shape)-1]
	if len(set.Shape) == 3 && len(set.Mean) == last && len(set.Std) == last {
		return &scale{set.Std, set.Mean}, nil
	}
	low, high := make([]float32, last), make([]float32, last)
	sample := make([]float32, set.Size())
	for i := range set.Train.Len() {
		if err := set.Train.Read(ctx, i, sample); err != nil {
			return nil, fmt.Errorf("reading training sample %d: %w", i, err)
		}
		for k, x := range sample {
			c := k % last
			if i == 0 && k < last {
				low[c], high[c] = x, x
			}
			low[c], high[c] = min(low[c], x), max(high[c], x)
		}
	}
	s := &scale{make([]float32, last), make([]float32, last)}
	for c := range last {
		if high[c] > low[c] {
			s.factor[c] = 1 / (high[c] - low[c])
			s.shift[c] = -low[c] * s.factor[c]
		}
	}
	return s, nil
}

func (s *scale) apply(x []float32) []float32 {
	out := make([]float32, len(x))
	for i := range x {
		c := i % len(s.factor)
		out[i] = x[i]*s.factor[c] + s.shift[c]
	}
	return out
}
