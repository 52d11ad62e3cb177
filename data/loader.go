package data

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/vicinal-ml/vicinal/mix"
)

// Loader feeds a split batch by batch. Which samples make up a batch is a
// pure function of its fields, the epoch and the step: there is no state to
// save, and any step can be the first. Several iterations may run at once.
type Loader struct {
	Split
	Batch int // samples a batch, at least 1

	// Shuffle draws a new order for each epoch from the stream of that name
	// ("" is mix.StreamShuffle) and Seed. Otherwise the order is the split's.
	Shuffle bool
	Seed    uint64
	Stream  string

	// DropLast leaves out the last batch of an epoch if it is smaller than
	// Batch. Otherwise it is yielded with the samples that there are.
	DropLast bool

	// Values is the number of values of a sample, needed only for a Split
	// that is not Sized.
	Values int
}

// Steps returns the number of batches of an epoch.
func (l *Loader) Steps() int {
	if l.Batch < 1 {
		return 0
	}
	if l.DropLast {
		return l.Len() / l.Batch
	}
	return (l.Len() + l.Batch - 1) / l.Batch
}

// Epoch yields the batches of an epoch from step from on (0 is the first). A
// *Batch is valid until the next one is asked for. After an error, which
// comes with a nil batch, the iteration ends.
func (l *Loader) Epoch(ctx context.Context, epoch, from int) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		batch, order, err := l.begin(epoch, from)
		if err != nil {
			yield(nil, err)
			return
		}
		for step := from; step < l.Steps(); step++ {
			if err := l.fill(ctx, batch, order, step); err != nil {
				yield(nil, err)
				return
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// begin allocates all that an epoch needs.
func (l *Loader) begin(epoch, from int) (*Batch, []int32, error) {
	switch {
	case l.Split == nil:
		return nil, nil, errors.New("loader: no split to read")
	case l.Batch < 1:
		return nil, nil, fmt.Errorf("loader: a batch of %d samples: at least 1 is needed", l.Batch)
	case epoch < 0 || from < 0 || from > l.Steps():
		return nil, nil, fmt.Errorf("loader: epoch %d, step %d: an epoch has %d steps", epoch, from, l.Steps())
	case l.size() < 1:
		return nil, nil, errors.New("loader: the split does not tell the number of values of a sample: set Values")
	}
	order := make([]int32, l.Len())
	for i := range order {
		order[i] = int32(i)
	}
	if l.Shuffle {
		name := l.Stream
		if name == "" {
			name = mix.StreamShuffle
		}
		rand := mix.NewStream(l.Seed, name).At(uint64(epoch), 0)
		rand.Perm(order)
	}
	n := min(l.Batch, l.Len())
	batch := &Batch{Epoch: epoch, Index: make([]int, n), X: make([]float32, n*l.size())}
	if l.Labels() != nil {
		batch.Labels = make([]int32, n)
	}
	if Targets(l.Split) != nil {
		batch.Targets = make([]float32, n)
	}
	return batch, order, nil
}

func (l *Loader) size() int {
	if l.Values > 0 {
		return l.Values
	}
	return sizeOf(l.Split)
}

// fill reads the samples of a step into batch.
func (l *Loader) fill(ctx context.Context, batch *Batch, order []int32, step int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	size := l.size()
	n := min(l.Batch, len(order)-step*l.Batch)
	batch.Step, batch.N = step, n
	batch.Index, batch.X = batch.Index[:n], batch.X[:n*size]
	for j, i := range order[step*l.Batch:][:n] {
		batch.Index[j] = int(i)
		if err := l.Read(ctx, int(i), batch.X[j*size:(j+1)*size]); err != nil {
			return err
		}
	}
	if batch.Labels != nil {
		batch.Labels = batch.Labels[:n]
		labels := l.Labels()
		for j, i := range batch.Index {
			batch.Labels[j] = labels[i]
		}
	}
	if batch.Targets != nil {
		batch.Targets = batch.Targets[:n]
		targets := Targets(l.Split)
		for j, i := range batch.Index {
			batch.Targets[j] = targets[i]
		}
	}
	return nil
}
