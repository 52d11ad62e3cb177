package data

import (
	"context"
	"fmt"
	"sync"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/data/internal/photo"
)

// scenes is a Split of image files each of which has a PNG file with a label
// for each of its pixels. Both are decoded when they are read. Read and
// ReadPixels resize them to H rows by W columns.
type scenes struct {
	pictures, labels []string
	size             augment.Resize
	classes          *classTable
	norm             *norm
	spare            sync.Pool // of *sceneReader
}

// classTable has the class of each label that a file may have, augment.Void, or
// noClass.
type classTable [256]uint8

const (
	noClass = 254 // a label that no class has
	// maxPixelClasses is how many classes pixels may have.
	maxPixelClasses = noClass
)

// newClassTable gives the smallest labels but void to the classes in turn. void
// is -1 where there is none.
func newClassTable(classes, void int) *classTable {
	t := &classTable{}
	next := 0
	for v := range t {
		switch {
		case v == void:
			t[v] = augment.Void
		case next < classes:
			t[v] = uint8(next)
			next++
		default:
			t[v] = noClass
		}
	}
	return t
}

// sceneReader is the memory to read one pair.
type sceneReader struct {
	photoReader
	labels augment.Canvas
}

func (s *scenes) Len() int        { return len(s.pictures) }
func (s *scenes) Size() int       { return s.size.H * s.size.W * 3 }
func (s *scenes) Pixels() int     { return s.size.H * s.size.W }
func (s *scenes) Labels() []int32 { return nil }

func (s *scenes) Read(ctx context.Context, i int, dst []float32) error {
	if err := checkRead(ctx, s, i, len(dst)); err != nil {
		return err
	}
	r := s.reader()
	defer s.spare.Put(r)
	if err := r.decode(&r.canvas, s.pictures[i]); err != nil {
		return err
	}
	if err := s.fit(i, &r.canvas); err != nil {
		return err
	}
	normalise(dst, r.canvas.Pix, s.norm)
	return nil
}

func (s *scenes) ReadPixels(ctx context.Context, i int, dst []int32) error {
	return s.readPair(ctx, i, nil, dst)
}

// readPair is Read and ReadPixels at once. x is nil where only labels are asked.
func (s *scenes) readPair(ctx context.Context, i int, x []float32, labels []int32) error {
	if err := checkRead(ctx, s, i, s.Size()); err != nil {
		return err
	}
	if x != nil && len(x) != s.Size() || len(labels) != s.Pixels() {
		return fmt.Errorf("reading sample %d: the destination holds %d values and %d labels, a sample has %d and %d", i, len(x), len(labels), s.Size(), s.Pixels())
	}
	r := s.reader()
	defer s.spare.Put(r)
	if err := s.decode(r, i, &r.canvas); err != nil {
		return err
	}
	if err := s.fit(i, &r.canvas); err != nil {
		return err
	}
	if x != nil {
		normalise(x, r.canvas.Pix, s.norm)
	}
	widen(labels, r.canvas.Labels)
	return nil
}

// widen writes the labels of a canvas.
func widen(dst []int32, labels []uint8) {
	for k, v := range labels {
		if dst[k] = int32(v); v == augment.Void {
			dst[k] = Void
		}
	}
}

func (s *scenes) ReadImage(ctx context.Context, i int, c *augment.Canvas) error {
	if err := checkRead(ctx, s, i, s.Size()); err != nil {
		return err
	}
	r := s.reader()
	defer s.spare.Put(r)
	return r.decode(c, s.pictures[i])
}

func (s *scenes) ReadLabelled(ctx context.Context, i int, c *augment.Canvas) error {
	if err := checkRead(ctx, s, i, s.Size()); err != nil {
		return err
	}
	r := s.reader()
	defer s.spare.Put(r)
	return s.decode(r, i, c)
}

func (s *scenes) reader() *sceneReader {
	if r, ok := s.spare.Get().(*sceneReader); ok {
		return r
	}
	return new(sceneReader)
}

// fit gives the canvas the size of a sample.
func (s *scenes) fit(i int, c *augment.Canvas) error {
	if err := s.size.Apply(c, nil); err != nil {
		return fmt.Errorf("%s: %w", s.pictures[i], err)
	}
	return nil
}

// decode makes the canvas the picture i with its labels, both turned as the
// picture's EXIF orientation says.
func (s *scenes) decode(r *sceneReader, i int, c *augment.Canvas) error {
	if err := r.decode(c, s.pictures[i]); err != nil {
		return err
	}
	h, w, orientation := c.H, c.W, photo.Orientation(r.file)
	if err := r.decodeLabels(s.labels[i]); err != nil {
		return err
	}
	if err := fitTogether(s.pictures[i], s.labels[i], h, w, orientation, &r.labels); err != nil {
		return err
	}
	for k, v := range r.labels.Pix {
		class := s.classes[v]
		if class == noClass {
			return s.outside(i, k, &r.labels)
		}
		r.labels.Pix[k] = class
	}
	r.labels.Orient(orientation)
	c.SetLabels()
	copy(c.Labels, r.labels.Pix)
	return nil
}

// decodeLabels decodes the file at path to r.labels.
func (r *sceneReader) decodeLabels(path string) (err error) {
	if r.file, err = readInto(r.file, path); err != nil {
		return err
	}
	if err := photo.DecodeLabels(&r.labels, r.file); err != nil {
		return &BrokenError{path, err}
	}
	return nil
}

// fitTogether refuses labels that are not as large as their picture, which is h
// rows by w columns upright, is in its file.
func fitTogether(picture, labels string, h, w, orientation int, c *augment.Canvas) error {
	turned := orientation >= 5
	if turned {
		h, w = w, h
	}
	switch {
	case c.H == h && c.W == w:
		return nil
	case turned && c.H == w && c.W == h:
		return &BrokenError{labels, fmt.Errorf("labels for the picture %s turned upright, which is turned by its EXIF orientation: they must lie as the picture does in its file, or the picture be saved upright", picture)}
	}
	return &BrokenError{labels, fmt.Errorf("labels of %d rows and %d columns for %s of %d rows and %d columns", c.H, c.W, picture, h, w)}
}

// outside is the error for the label of pixel k, which no class has.
func (s *scenes) outside(i, k int, c *augment.Canvas) error {
	classes := 0
	for _, class := range s.classes {
		if class != noClass && class != augment.Void {
			classes++
		}
	}
	return &BrokenError{s.labels[i], fmt.Errorf("row %d, column %d has the label %d, which is none of the %d classes, nor void", k/c.W+1, k%c.W+1, c.Pix[k], classes)}
}

func (s *scenes) name(i int) string { return s.pictures[i] }

func (s *scenes) without(gone []bool) Split {
	return &scenes{pictures: unmarked(s.pictures, gone), labels: unmarked(s.labels, gone), size: s.size, classes: s.classes, norm: s.norm}
}

// examine is the bytes of both files, then the pair.
func (s *scenes) examine(ctx context.Context, i int, e *examination) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := s.reader()
	defer s.spare.Put(r)
	if r.file, err = readInto(r.file, s.labels[i]); err != nil {
		return err
	}
	e.holds(r.file)
	e.labels = e.sum
	size := e.bytes
	if r.file, err = readInto(r.file, s.pictures[i]); err != nil {
		return err
	}
	e.holds(r.file)
	e.bytes += size
	if err := s.decode(r, i, &e.canvas); err != nil {
		return err
	}
	if err := s.size.Check(e.canvas.H, e.canvas.W); err != nil {
		return &BrokenError{s.pictures[i], err}
	}
	for _, class := range e.canvas.Labels {
		e.classes[class/64] |= 1 << (class % 64)
	}
	if oneColour(&e.canvas) {
		e.odd = "one colour throughout"
	}
	if e.classes == [4]uint64{3: 1 << 63} { // Void is the last
		e.odd = "void throughout"
	}
	return nil
}
