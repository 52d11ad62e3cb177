package data

import (
	"context"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// part is a Split that picks samples of another and may corrupt their labels.
type part struct {
	base    Split
	index   []int32 // of base
	labels  []int32 // nil where base has none
	truth   []int32 // labels before corruption
	targets []float32
}

// pick returns the samples of base at index. It is an Images, a Segmented or a
// Sounds if base is.
func pick(base Split, index []int32) Split {
	p := &part{base: base, index: index}
	if labels := base.Labels(); labels != nil {
		p.labels = make([]int32, len(index))
		for i, k := range index {
			p.labels[i] = labels[k]
		}
		p.truth = p.labels
	}
	if targets, each := targetsOf(base); targets != nil {
		p.targets = make([]float32, 0, len(index)*each)
		for _, k := range index {
			p.targets = append(p.targets, targets[int(k)*each:][:each]...)
		}
	}
	if stored, ok := base.(Labelled); ok {
		return &labelledPart{segmentedPart{p, stored}, stored}
	}
	if stored, ok := base.(Segmented); ok {
		return &segmentedPart{p, stored}
	}
	if stored, ok := base.(Images); ok {
		return &imagePart{p, stored}
	}
	if stored, ok := base.(Sounds); ok {
		return &soundPart{p, stored}
	}
	return p
}

// picked returns the part that pick made s, nil where it is none.
func picked(s Split) *part {
	switch s := s.(type) {
	case *part:
		return s
	case *imagePart:
		return s.part
	case *segmentedPart:
		return s.part
	case *labelledPart:
		return s.part
	case *soundPart:
		return s.part
	}
	return nil
}

func (p *part) Len() int            { return len(p.index) }
func (p *part) Size() int           { return sizeOf(p.base) }
func (p *part) Labels() []int32     { return p.labels }
func (p *part) Targets() []float32  { return p.targets }
func (p *part) Clean(i int) bool    { return p.labels == nil || p.labels[i] == p.truth[i] }
func (p *part) TrueLabels() []int32 { return p.truth }
func (p *part) relabel(labels, truth []int32) {
	p.labels, p.truth = labels, truth
}

func (p *part) Read(ctx context.Context, i int, dst []float32) error {
	if err := checkRead(ctx, p, i, len(dst)); err != nil {
		return err
	}
	return p.base.Read(ctx, int(p.index[i]), dst)
}

type imagePart struct {
	*part
	stored Images
}

func (p *imagePart) ReadImage(ctx context.Context, i int, c *augment.Canvas) error {
	if err := checkRead(ctx, p, i, p.Size()); err != nil {
		return err
	}
	return p.stored.ReadImage(ctx, int(p.index[i]), c)
}

type segmentedPart struct {
	*part
	stored Segmented
}

func (p *segmentedPart) Pixels() int { return p.stored.Pixels() }

func (p *segmentedPart) ReadPixels(ctx context.Context, i int, dst []int32) error {
	if err := checkRead(ctx, p, i, p.Size()); err != nil {
		return err
	}
	return p.stored.ReadPixels(ctx, int(p.index[i]), dst)
}

// readPair implements pairReader, with two readings where base does not.
func (p *segmentedPart) readPair(ctx context.Context, i int, x []float32, labels []int32) error {
	if err := checkRead(ctx, p, i, len(x)); err != nil {
		return err
	}
	return readPair(ctx, p.stored, int(p.index[i]), x, labels)
}

type labelledPart struct {
	segmentedPart
	pairs Labelled
}

func (p *labelledPart) ReadImage(ctx context.Context, i int, c *augment.Canvas) error {
	if err := checkRead(ctx, p, i, p.Size()); err != nil {
		return err
	}
	return p.pairs.ReadImage(ctx, int(p.index[i]), c)
}

func (p *labelledPart) ReadLabelled(ctx context.Context, i int, c *augment.Canvas) error {
	if err := checkRead(ctx, p, i, p.Size()); err != nil {
		return err
	}
	return p.pairs.ReadLabelled(ctx, int(p.index[i]), c)
}

type soundPart struct {
	*part
	stored Sounds
}

func (p *soundPart) ReadSound(ctx context.Context, i int, s *augment.Sound) error {
	if err := checkRead(ctx, p, i, p.Size()); err != nil {
		return err
	}
	return p.stored.ReadSound(ctx, int(p.index[i]), s)
}

func (p *soundPart) Spectrogram(dst []float32, s *augment.Sound) { p.stored.Spectrogram(dst, s) }
