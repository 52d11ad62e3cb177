package data

import (
	"context"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// Split is one part of a data set: its samples in a fixed order. The splits of
// this package may be read by several goroutines at once.
type Split interface {
	// Len returns the number of samples.
	Len() int
	// Labels returns the label of each sample, nil where the task is not
	// Classification. The caller must not change it.
	Labels() []int32
	// Read writes the normalised sample i into dst, whose length must be the
	// number of values of a sample.
	Read(ctx context.Context, i int, dst []float32) error
}

// Sized is a Split that knows the number of values of a sample. Every split of
// this package is one.
type Sized interface{ Size() int }

// Images is a Split of images that can also be read as they are stored: 8-bit
// pixels before normalisation, in a size that may differ from image to image.
type Images interface {
	Split
	// ReadImage makes the canvas the stored image i.
	ReadImage(ctx context.Context, i int, c *augment.Canvas) error
}

// Sounds is a Split of sounds, whose values are spectrograms, that can also be
// read as they are stored.
type Sounds interface {
	Split
	// ReadSound makes s the stored sound i.
	ReadSound(ctx context.Context, i int, s *augment.Sound) error
	// Spectrogram writes the values of a sound to dst.
	Spectrogram(dst []float32, s *augment.Sound)
}

// Targeted is a Split of a Regression or MultiLabel set.
type Targeted interface {
	// Targets returns the targets of each sample, one sample after another: Len
	// times len(Info.Targets) values. The caller must not change it.
	Targets() []float32
}

// Segmented is a Split of a Segmentation set: of images each pixel of which has
// a label.
type Segmented interface {
	Split
	// Pixels returns the number of pixels of a sample.
	Pixels() int
	// ReadPixels writes the label of each pixel of the sample i that Read gives,
	// row by row, into dst, whose length must be Pixels. Void is no class.
	ReadPixels(ctx context.Context, i int, dst []int32) error
}

// Labelled is a Segmented whose images can also be read as they are stored, with
// their labels.
type Labelled interface {
	Segmented
	ReadImage(ctx context.Context, i int, c *augment.Canvas) error
	// ReadLabelled makes the canvas the stored image i with the label of each of
	// its pixels: augment.Void for Void.
	ReadLabelled(ctx context.Context, i int, c *augment.Canvas) error
}

// pairReader is a Segmented that reads values and labels of a sample at once.
type pairReader interface {
	readPair(ctx context.Context, i int, x []float32, labels []int32) error
}

// readPair reads the values and the labels of sample i.
func readPair(ctx context.Context, s Segmented, i int, x []float32, labels []int32) error {
	if p, ok := s.(pairReader); ok {
		return p.readPair(ctx, i, x, labels)
	}
	if err := s.Read(ctx, i, x); err != nil {
		return err
	}
	return s.ReadPixels(ctx, i, labels)
}

// Corrupted is a Split some of whose labels were replaced.
type Corrupted interface {
	// Clean reports whether the label of sample i is the true one.
	Clean(i int) bool
	// TrueLabels returns the labels before corruption.
	TrueLabels() []int32
}

// Targets returns the targets of s, nil where it has none; see Targeted.
func Targets(s Split) []float32 {
	if t, ok := s.(Targeted); ok {
		return t.Targets()
	}
	return nil
}

// Clean reports whether the label of sample i of s is the true one: true
// unless label noise replaced it by another.
func Clean(s Split, i int) bool {
	c, ok := s.(Corrupted)
	return !ok || c.Clean(i)
}

// TrueLabels returns the labels of s before any were corrupted.
func TrueLabels(s Split) []int32 {
	if c, ok := s.(Corrupted); ok {
		return c.TrueLabels()
	}
	return s.Labels()
}

// targetsOf returns the targets of s, and how many a sample has.
func targetsOf(s Split) (targets []float32, each int) {
	targets = Targets(s)
	return targets, len(targets) / max(s.Len(), 1)
}

// InMemory reports whether reading a sample of s takes neither a file nor a
// decoder: whether one worker can keep up with most networks.
func InMemory(s Split) bool {
	switch base(s).(type) {
	case *photos, *scenes, *recordings:
		return false
	}
	return true
}

// sizeOf returns the number of values of a sample, 0 where s does not tell.
func sizeOf(s Split) int {
	if z, ok := s.(Sized); ok {
		return z.Size()
	}
	return 0
}
