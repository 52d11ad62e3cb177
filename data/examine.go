package data

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/data/internal/photo"
)

// contentSum identifies what a sample holds: the bytes of its file, or its
// values.
type contentSum [16]byte

// examined is a Split of this package whose samples can be looked at one by one.
type examined interface {
	Split
	// examine reads sample i whole, as it is stored. A *BrokenError is of the
	// sample, any other error of the reading.
	examine(ctx context.Context, i int, e *examination) error
	// name is how people find sample i: its path, or its place.
	name(i int) string
}

// examination is what examining one sample came to, with the memory it needs.
type examination struct {
	sum     contentSum
	bytes   int64
	odd     string     // "" for nothing
	labels  contentSum // of the labels of its pixels, where they have some
	classes [4]uint64  // the classes of its pixels, a bit each

	canvas augment.Canvas
	sound  augment.Sound
	values []byte
}

// holds takes the sample's content.
func (e *examination) holds(content []byte) {
	sum := sha256.Sum256(content)
	e.sum, e.bytes = contentSum(sum[:]), int64(len(content))
}

// examine is a file's bytes, then its image.
func (p *photos) examine(ctx context.Context, i int, e *examination) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := p.reader()
	defer p.spare.Put(r)
	if r.file, err = readInto(r.file, p.paths[i]); err != nil {
		return err
	}
	e.holds(r.file)
	if err := photo.Decode(&e.canvas, r.file); err != nil {
		return &BrokenError{p.paths[i], err}
	}
	if err := p.crop.Check(e.canvas.H, e.canvas.W); err != nil {
		return &BrokenError{p.paths[i], err}
	}
	if oneColour(&e.canvas) {
		e.odd = "one colour throughout"
	}
	return nil
}

func (p *photos) name(i int) string { return p.paths[i] }

// oneColour reports whether all pixels of an image are equal.
func oneColour(c *augment.Canvas) bool {
	for i := c.C; i < len(c.Pix); i++ {
		if c.Pix[i] != c.Pix[i-c.C] {
			return false
		}
	}
	return true
}

// examine is a file's bytes, then its samples.
func (s *recordings) examine(ctx context.Context, i int, e *examination) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := s.reader()
	defer s.spare.Put(r)
	if r.file, err = readInto(r.file, s.paths[i]); err != nil {
		return err
	}
	e.holds(r.file)
	if err := s.decodeFile(r, i, &e.sound); err != nil {
		return err
	}
	if silent(e.sound.Samples) {
		e.odd = "silence throughout"
	}
	return nil
}

func (s *recordings) name(i int) string { return s.paths[i] }

// silent reports whether all samples of a sound are equal.
func silent(x []float32) bool {
	for i := 1; i < len(x); i++ {
		if x[i] != x[0] {
			return false
		}
	}
	return true
}

func (m *images) examine(ctx context.Context, i int, e *examination) error {
	e.holds(m.image(i))
	return ctx.Err()
}

func (m *images) name(i int) string { return fmt.Sprintf("image %d", i+1) }

// examine is a row's values, missing ones among them.
func (r *rows) examine(ctx context.Context, i int, e *examination) error {
	e.values = e.values[:0]
	for _, v := range r.x[i*r.size : (i+1)*r.size] {
		if math.IsNaN(v) {
			v = math.NaN() // of which there are many
		}
		e.values = binary.LittleEndian.AppendUint64(e.values, math.Float64bits(v+0)) // -0 is 0
	}
	e.holds(e.values)
	return ctx.Err()
}

func (r *rows) name(i int) string { return fmt.Sprintf("row %d", i+1) }

func (s *noiseImages) examine(ctx context.Context, i int, e *examination) error {
	if err := s.ReadImage(ctx, i, &e.canvas); err != nil {
		return err
	}
	e.holds(e.canvas.Pix)
	return nil
}

func (s *noiseImages) name(i int) string { return fmt.Sprintf("image %d", i+1) }
