package train

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
)

// MixedBatch is the first batch of a run that its method mixes, as training
// meets it, for people to look at.
type MixedBatch struct {
	Epoch, Step int   // from 0
	Shape       []int // of each sample's values: the data set's, [H W] for spectrograms
	Samples     []MixedSample
}

// MixedSample is one mixed sample with the two it was made of, of the batch's
// shape. Values are in [0, 1], the brightness of pictures; what lies outside is
// to be cut.
type MixedSample struct {
	Mixed, Own, Partner    []float32
	OwnLabel, PartnerLabel string  // class names, or what the targets are
	Input, Target          float64 // weight of the own input and of the own target, in [0, 1]
}

// FirstMixed draws the batch that training by spec mixes first, without
// training: the same samples, partners and weights. At most count samples are
// returned, and nil for a method that mixes no inputs; of one that mixes within
// the network, too, it is the first batch that is mixed at the input. Schedules
// that react to the course of training are taken as on from the start.
func FirstMixed(ctx context.Context, set *data.Set, spec Spec, count int) (*MixedBatch, error) {
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
					partners := batch
					if plan.Second {
						if partners, err = batchAt(ctx, second, at.Epoch, at.Step); err != nil {
							return nil, err
						}
					}
					return mixedBatch(&set.Info, batch, partners, &plan, count)
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

// mixedBatch applies a plan to a batch, whose partners are in the other one.
func mixedBatch(info *data.Info, batch, partners *data.Batch, plan *mix.Plan, count int) (*MixedBatch, error) {
	m := &MixedBatch{Epoch: batch.Epoch, Step: batch.Step, Shape: info.Shape}
	mixed := make([]float32, len(batch.X))
	if err := mix.ApplyFloat32(mixed, batch.X, partners.X, plan); err != nil {
		return nil, err
	}
	visible, image := newScale(info, batch.X, partners.X)
	if !image && len(info.Shape) == 3 && info.Shape[2] == 1 {
		m.Shape = info.Shape[:2]
	}
	size := sizeOf(info.Shape)
	sample := func(x []float32, i int) []float32 { return visible.apply(x[i*size : (i+1)*size]) }
	for i := range min(count, batch.N) {
		j := int(plan.Partner[i])
		m.Samples = append(m.Samples, MixedSample{
			Mixed: sample(mixed, i), Own: sample(batch.X, i), Partner: sample(partners.X, j),
			OwnLabel: labelOf(info, batch, i), PartnerLabel: labelOf(info, partners, j),
			Input: plan.Share(i), Target: float64(plan.Target[i]),
		})
	}
	return m, nil
}

// labelOf is the class of a sample, or what its targets are; of a picture whose
// pixels have classes it is empty.
func labelOf(info *data.Info, batch *data.Batch, i int) string {
	var words []string
	targets := len(info.Targets)
	switch {
	case info.Task == data.Segmentation:
	case i < len(batch.Labels) && int(batch.Labels[i]) < len(info.Classes):
		return info.Classes[batch.Labels[i]]
	case i < len(batch.Labels):
		return strconv.Itoa(int(batch.Labels[i]))
	case (i+1)*targets <= len(batch.Targets):
		for k, x := range batch.Targets[i*targets : (i+1)*targets] {
			switch {
			case info.Task != data.MultiLabel:
				words = append(words, strconv.FormatFloat(float64(x), 'g', 3, 32))
			case x > 0.5:
				words = append(words, info.Targets[k])
			}
		}
		if len(words) == 0 && info.Task == data.MultiLabel {
			return "none"
		}
	}
	return strings.Join(words, ", ")
}

// scale maps normalised values to [0, 1] for drawing.
type scale struct{ factor, shift []float32 } // one for each index of the last dimension

// newScale returns the scale that undoes the normalisation of images, whose
// values are brightness in [0, 1], and for what is no image the one that
// spreads the values of these batches over [0, 1].
func newScale(info *data.Info, batches ...[]float32) (s *scale, image bool) {
	last := info.Shape[len(info.Shape)-1]
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
	image = len(info.Shape) == 3 && len(info.Mean) == last && len(info.Std) == last
	for c := 0; image && c < last; c++ {
		image = low[c]*info.Std[c]+info.Mean[c] >= -slack && high[c]*info.Std[c]+info.Mean[c] <= 1+slack
	}
	if image {
		return &scale{info.Std, info.Mean}, true
	}
	if len(info.Shape) == 3 && last == 1 { // a few loud moments would leave the rest dark
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
