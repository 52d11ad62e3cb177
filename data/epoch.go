package data

import (
	"context"
	"fmt"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/stream"
)

// epoch is one walk of a Loader: what all of its batches share.
type epoch struct {
	*Loader
	number    int
	order     []int32
	size      int
	targets   []float32
	each      int             // targets of a sample
	pixels    int             // labels of a sample of segmented
	labelled  Labelled        // nil where images are read without labels
	segmented Segmented       // nil where pixels have no labels
	images    Images          // nil where samples are read as they are
	sounds    Sounds          // nil where samples are read as they are
	streams   []stream.Stream // of Augment or AugmentSound
	norm      *norm
}

// worker is the memory of one reader of samples.
type worker struct {
	canvas augment.Canvas
	sound  augment.Sound
}

func (l *Loader) begin(number, from int) (*epoch, error) {
	if err := l.check(number, from); err != nil {
		return nil, err
	}
	e := &epoch{Loader: l, number: number, size: l.size()}
	e.targets, e.each = targetsOf(l.Split)
	if s, ok := l.Split.(Segmented); ok {
		e.segmented, e.pixels = s, s.Pixels()
	}
	e.order = make([]int32, l.Len())
	for i := range e.order {
		e.order[i] = int32(i)
	}
	if l.Shuffle {
		name := l.Stream
		if name == "" {
			name = stream.Shuffle
		}
		rand := stream.New(l.Seed, name).At(uint64(number), 0)
		rand.Perm(e.order)
	}
	if l.Augment != nil || l.Raw {
		e.images = l.Split.(Images)
		e.labelled, _ = l.Split.(Labelled)
		e.norm = &norm{toFloat64(l.Norm.Mean), toFloat64(l.Norm.Std)}
	}
	if l.Augment != nil {
		e.streams = l.Augment.Streams(l.Seed, l.branch())
	}
	if l.AugmentSound != nil {
		e.sounds = l.Split.(Sounds)
		e.streams = l.AugmentSound.Streams(l.Seed, l.branch())
	}
	return e, nil
}

// branch names the streams of augmentation. Those of an order of its own stream
// are its own, so that a sample that comes up in both orders of an epoch is
// augmented in two ways.
func (l *Loader) branch() string {
	switch {
	case l.Choose != nil:
		return stream.Second
	case l.Stream == stream.Shuffle:
		return ""
	}
	return l.Stream
}

// newBatch allocates a batch of any step.
func (e *epoch) newBatch() *Batch {
	n := min(e.Loader.Batch, e.Len())
	b := &Batch{Epoch: e.number, Index: make([]int, n)}
	if e.Raw {
		b.Pixels = make([]uint8, n*e.size)
	} else {
		b.X = make([]float32, n*e.size)
	}
	if e.segmented != nil {
		b.Labels = make([]int32, n*e.pixels)
	} else if e.Labels() != nil {
		b.Labels = make([]int32, n)
	}
	if e.targets != nil {
		b.Targets = make([]float32, n*e.each)
	}
	return b
}

// start makes b the batch of a step, all but what reading its samples gives.
func (e *epoch) start(b *Batch, step int) error {
	n := min(e.Loader.Batch, len(e.order)-step*e.Loader.Batch)
	b.Step, b.N, b.Index = step, n, b.Index[:n]
	if e.Raw {
		b.Pixels = b.Pixels[:n*e.size]
	} else {
		b.X = b.X[:n*e.size]
	}
	for j, i := range e.order[step*e.Loader.Batch:][:n] {
		b.Index[j] = int(i)
	}
	if e.Choose != nil {
		if err := e.Choose(e.number, step, b.Index); err != nil {
			return err
		}
		for _, i := range b.Index {
			if i < 0 || i >= e.Len() {
				return fmt.Errorf("loader: sample %d was chosen of %d", i, e.Len())
			}
		}
	}
	if e.segmented != nil {
		b.Labels = b.Labels[:n*e.pixels]
	} else if b.Labels != nil {
		b.Labels = b.Labels[:n]
		labels := e.Labels()
		for j, i := range b.Index {
			b.Labels[j] = labels[i]
		}
	}
	if b.Targets != nil {
		b.Targets = b.Targets[:n*e.each]
		for j, i := range b.Index {
			copy(b.Targets[j*e.each:], e.targets[i*e.each:][:e.each])
		}
	}
	return nil
}

// read fills the values of sample j of b, and the labels of its pixels.
func (e *epoch) read(ctx context.Context, w *worker, b *Batch, j int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	i := b.Index[j]
	from, to := j*e.size, (j+1)*e.size
	if e.sounds != nil {
		if err := e.sounds.ReadSound(ctx, i, &w.sound); err != nil {
			return err
		}
		e.AugmentSound.Apply(&w.sound, e.streams, e.number, i)
		e.sounds.Spectrogram(b.X[from:to], &w.sound)
		return nil
	}
	if e.images == nil {
		if e.segmented == nil {
			return e.Read(ctx, i, b.X[from:to])
		}
		return readPair(ctx, e.segmented, i, b.X[from:to], b.Labels[j*e.pixels:][:e.pixels])
	}
	readStored := e.images.ReadImage
	if e.labelled != nil {
		readStored = e.labelled.ReadLabelled
	}
	if err := readStored(ctx, i, &w.canvas); err != nil {
		return err
	}
	if e.Augment != nil {
		if err := e.Augment.Apply(&w.canvas, e.streams, e.number, i); err != nil {
			return fmt.Errorf("sample %d: %w", i, err)
		}
	}
	if len(w.canvas.Pix) != e.size {
		return fmt.Errorf("sample %d: %d rows, %d columns, %d channels after augmentation %q; a sample has %d values",
			i, w.canvas.H, w.canvas.W, w.canvas.C, e.Augment, e.size)
	}
	if e.labelled != nil {
		if len(w.canvas.Labels) != e.pixels {
			return fmt.Errorf("sample %d: %d labels after augmentation %q, a sample has %d", i, len(w.canvas.Labels), e.Augment, e.pixels)
		}
		widen(b.Labels[j*e.pixels:][:e.pixels], w.canvas.Labels)
	}
	if e.Raw {
		copy(b.Pixels[from:to], w.canvas.Pix)
		return nil
	}
	if w.canvas.C != len(e.norm.mean) {
		return fmt.Errorf("sample %d: %d channels, normalisation has %d", i, w.canvas.C, len(e.norm.mean))
	}
	normalise(b.X[from:to], w.canvas.Pix, e.norm)
	return nil
}
