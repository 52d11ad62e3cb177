package data

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/mix"
)

// Loader feeds a split batch by batch. What a batch holds is a pure function
// of its fields, the epoch and the step, whatever the number of workers: there
// is no state to save, and any step can be the first. Several iterations may
// run at once.
type Loader struct {
	Split
	Batch int // samples a batch, at least 1

	// Shuffle draws a new order for each epoch from the stream of that name
	// ("" is stream.Shuffle) and Seed. Otherwise the order is the split's.
	Shuffle bool
	Seed    uint64
	Stream  string

	// Choose, if not nil, puts other samples in the place of those that come up: it
	// gets the samples of a step in their order and leaves those that are read. It
	// must be a pure function of epoch, step and samples, for steps are read
	// ahead. One that comes up in two steps, or twice in one, is augmented in one
	// way in an epoch, and in another than by a Loader without Choose.
	Choose func(epoch, step int, index []int) error

	// DropLast leaves out the last batch of an epoch if it is smaller than
	// Batch. Otherwise it is yielded with the samples that there are.
	DropLast bool

	// Values is the number of values of a sample, needed only for a Split
	// that is not Sized.
	Values int

	// Augment changes each stored image by the streams of Seed; the Split
	// must be an Images. The result must have as many values as a sample. Norm,
	// the set's mean and deviation, then normalises it.
	Augment *augment.Pipeline
	Norm    mix.Normalization

	// AugmentSound changes each stored sound by the streams of Seed, before its
	// spectrogram is made; the Split must be a Sounds.
	AugmentSound *augment.SoundPipeline

	// Raw yields 8-bit pixels, for a later pass that normalises and mixes at
	// once (mix.ApplyUint8). The Split must be an Images.
	Raw bool

	// Workers is the number of goroutines that read ahead, 0 to read when
	// a batch is asked for. Ahead is the number of batches that may be ready
	// before they are asked for, at least 1; 0 is 2. So no more than
	// Ahead + 1 batches and one image for each worker are held.
	Workers, Ahead int
}

// Steps returns the number of batches of an epoch.
func (l *Loader) Steps() int {
	if l.Batch < 1 || l.Split == nil {
		return 0
	}
	if l.DropLast {
		return l.Len() / l.Batch
	}
	return (l.Len() + l.Batch - 1) / l.Batch
}

// Epoch yields the batches of an epoch from step from on (0 is the first). A
// *Batch is valid until the next one is asked for. After an error, which
// comes with a nil batch, the iteration ends. All goroutines have ended when
// the iteration has.
func (l *Loader) Epoch(ctx context.Context, epoch, from int) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		e, err := l.begin(epoch, from)
		if err != nil {
			yield(nil, err)
			return
		}
		if l.Workers > 0 {
			e.parallel(ctx, from, yield)
			return
		}
		batch := e.newBatch()
		var w worker
		for step := from; step < l.Steps(); step++ {
			if err := e.start(batch, step); err != nil {
				yield(nil, err)
				return
			}
			for j := range batch.N {
				if err := e.read(ctx, &w, batch, j); err != nil {
					yield(nil, err)
					return
				}
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// check reports fields that do not fit each other.
func (l *Loader) check(epoch, from int) error {
	switch {
	case l.Split == nil:
		return errors.New("loader: no split to read")
	case l.Batch < 1:
		return fmt.Errorf("loader: a batch of %d samples: at least 1 is needed", l.Batch)
	case l.Workers < 0 || l.Ahead < 0:
		return fmt.Errorf("loader: %d workers, %d batches ahead: neither may be negative", l.Workers, l.Ahead)
	case epoch < 0 || from < 0 || from > l.Steps():
		return fmt.Errorf("loader: epoch %d, step %d: an epoch has %d steps", epoch, from, l.Steps())
	case l.size() < 1:
		return errors.New("loader: the split does not tell the number of values of a sample: set Values")
	}
	if _, ok := l.Split.(Images); !ok && (l.Augment != nil || l.Raw) {
		return errors.New("loader: only images can be augmented or read as pixels")
	}
	if _, ok := l.Split.(Segmented); ok && (l.Augment != nil || l.Raw) {
		if _, ok := l.Split.(Labelled); !ok {
			return errors.New("loader: images whose pixels have labels can be augmented or read as pixels only with those: the split is no Labelled")
		}
	}
	if _, ok := l.Split.(Sounds); !ok && l.AugmentSound != nil {
		return errors.New("loader: only sounds can be augmented as sounds")
	}
	if l.Augment != nil && !l.Raw {
		if err := l.Norm.Validate(); err != nil {
			return fmt.Errorf("loader: normalising augmented images: %w", err)
		}
	}
	return nil
}

func (l *Loader) size() int {
	if l.Values > 0 {
		return l.Values
	}
	return sizeOf(l.Split)
}
