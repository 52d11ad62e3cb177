package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/train"
)

// mixedBatch is the first batch of a run that its method mixes, at the position where the run meets it.
type mixedBatch struct {
	method      mix.Method
	epoch, step int // from 0
	mixed       bool
	samples     []report.Sample
}

// firstMixed draws the batch that training by spec mixes first: the same samples, partners and weights. A
// method that mixes nothing gives the first batch as it is. At most count samples are returned.
func firstMixed(ctx context.Context, set *data.Set, spec train.Spec, count int) (*mixedBatch, error) {
	method, err := mix.Parse(spec.Method, spec.Epochs)
	if err != nil {
		return nil, asUsage(err)
	}
	loader := &data.Loader{Split: set.Train, Batch: spec.Batch, Shuffle: true, Seed: spec.Seed, Values: set.Size()}
	if loader.Steps() == 0 {
		return nil, fmt.Errorf("data set %s has no training samples", set.Name)
	}
	b := &mixedBatch{method: method}
	var plan mix.Plan
	at := mix.At{Seed: spec.Seed, Epochs: spec.Epochs}
	for ; at.Epoch < spec.Epochs; at.Epoch++ {
		for at.Step = 0; at.Step < loader.Steps(); at.Step++ {
			at.N = min(spec.Batch, loader.Len()-at.Step*spec.Batch)
			if mix.PhaseAt(method, at) == mix.PhaseOn {
				batch, err := oneBatch(ctx, loader, at.Epoch, at.Step)
				if err != nil {
					return nil, err
				}
				at.Labels = batch.Labels
				if err := method.Draw(&plan, at); err != nil {
					return nil, fmt.Errorf("mixing by %s: %w", method, err)
				}
				if plan.Mixed() {
					b.epoch, b.step, b.mixed = at.Epoch, at.Step, true
					return b, b.draw(ctx, set, loader, batch, &plan, count)
				}
				at.Labels = nil
			}
			at.Seen += int64(at.N)
		}
	}
	batch, err := oneBatch(ctx, loader, 0, 0)
	if err != nil {
		return nil, err
	}
	plan.Plain(batch.N, mix.PhasePlain)
	return b, b.draw(ctx, set, loader, batch, &plan, count)
}

// oneBatch is the batch of one position.
func oneBatch(ctx context.Context, loader *data.Loader, epoch, step int) (*data.Batch, error) {
	for batch, err := range loader.Epoch(ctx, epoch, step) {
		return batch, err
	}
	return nil, fmt.Errorf("epoch %d has no step %d", epoch, step)
}

// draw fills in the samples.
func (b *mixedBatch) draw(ctx context.Context, set *data.Set, loader *data.Loader, batch *data.Batch, plan *mix.Plan, count int) error {
	partners := batch
	if plan.Second {
		second := *loader
		second.Stream = mix.StreamSecond
		var err error
		if partners, err = oneBatch(ctx, &second, b.epoch, b.step); err != nil {
			return err
		}
	}
	mixed := make([]float32, len(batch.X))
	if err := mix.ApplyFloat32(mixed, batch.X, partners.X, plan); err != nil {
		return err
	}
	visible, err := newVisible(ctx, set)
	if err != nil {
		return err
	}
	size := set.Size()
	for i := range min(count, batch.N) {
		j := int(plan.Partner[i])
		b.samples = append(b.samples, report.Sample{
			Mixed:        visible.values(mixed[i*size : (i+1)*size]),
			Own:          visible.values(batch.X[i*size : (i+1)*size]),
			Partner:      visible.values(partners.X[j*size : (j+1)*size]),
			OwnLabel:     className(set, batch, i),
			PartnerLabel: className(set, partners, j),
			Input:        float64(plan.Input[i]),
			Target:       float64(plan.Target[i]),
		})
	}
	return nil
}

// className is the class of a sample of a batch, or its target where there are no classes.
func className(set *data.Set, batch *data.Batch, i int) string {
	switch {
	case batch.Labels == nil && batch.Targets == nil:
		return ""
	case batch.Labels == nil:
		return fmt.Sprintf("%.3g", batch.Targets[i])
	case int(batch.Labels[i]) < len(set.Classes):
		return set.Classes[batch.Labels[i]]
	}
	return strconv.Itoa(int(batch.Labels[i]))
}

// title says what a picture of the batch shows.
func (b *mixedBatch) title(set *data.Set, seed uint64) string {
	if !b.mixed {
		return fmt.Sprintf("%s on %s, seed %d: not mixed", shortMethod(b.method.String()), set.Name, seed)
	}
	return fmt.Sprintf("%s on %s, seed %d, epoch %d", shortMethod(b.method.String()), set.Name, seed, b.epoch+1)
}

// shortMethod is a method's name and its first option if that is a number.
func shortMethod(method string) string {
	name, options, _ := strings.Cut(method, ":")
	first, _, _ := strings.Cut(options, ",")
	if _, err := strconv.ParseFloat(first, 64); err == nil {
		return name + ":" + first
	}
	return name
}

// visible maps normalised values to [0, 1] for drawing: images back to their brightness, the features of a
// table to their range over the training samples.
type visible struct{ scale, shift []float32 }

func newVisible(ctx context.Context, set *data.Set) (*visible, error) {
	channels := set.Shape[len(set.Shape)-1]
	v := &visible{make([]float32, channels), make([]float32, channels)}
	if len(set.Shape) == 3 {
		copy(v.scale, set.Std)
		copy(v.shift, set.Mean)
		return v, nil
	}
	low, high := make([]float32, channels), make([]float32, channels)
	sample := make([]float32, set.Size())
	for i := range set.Train.Len() {
		if err := set.Train.Read(ctx, i, sample); err != nil {
			return nil, fmt.Errorf("reading training sample %d of %s: %w", i, set.Name, err)
		}
		for k, x := range sample {
			c := k % channels
			if i == 0 && k < channels {
				low[c], high[c] = x, x
			}
			low[c], high[c] = min(low[c], x), max(high[c], x)
		}
	}
	for c := range channels {
		if high[c] > low[c] {
			v.scale[c] = 1 / (high[c] - low[c])
			v.shift[c] = -low[c] * v.scale[c]
		}
	}
	return v, nil
}

func (v *visible) values(x []float32) []float32 {
	out := make([]float32, len(x))
	for i := range x {
		c := i % len(v.scale)
		out[i] = x[i]*v.scale[c] + v.shift[c]
	}
	return out
}
