package data

import (
	"context"
	"fmt"
	"sync"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/data/internal/photo"
)

// photos is a Split of image files, decoded when they are read. Read resizes
// and crops the centre; ReadImage gives the image as it is.
type photos struct {
	paths  []string
	labels []int32
	crop   augment.CenterCrop
	norm   *norm
	spare  sync.Pool // of *photoReader
}

// photoReader is the memory to read one image.
type photoReader struct {
	canvas augment.Canvas
	file   []byte
}

func (p *photos) Len() int        { return len(p.paths) }
func (p *photos) Size() int       { return p.crop.Side * p.crop.Side * 3 }
func (p *photos) Labels() []int32 { return p.labels }

func (p *photos) Read(ctx context.Context, i int, dst []float32) error {
	if err := checkRead(ctx, p, i, len(dst)); err != nil {
		return err
	}
	r := p.reader()
	defer p.spare.Put(r)
	if err := r.decode(&r.canvas, p.paths[i]); err != nil {
		return err
	}
	if err := p.crop.Apply(&r.canvas, nil); err != nil {
		return fmt.Errorf("%s: %w", p.paths[i], err)
	}
	normalise(dst, r.canvas.Pix, p.norm)
	return nil
}

func (p *photos) ReadImage(ctx context.Context, i int, c *augment.Canvas) error {
	if err := checkRead(ctx, p, i, p.Size()); err != nil {
		return err
	}
	r := p.reader()
	defer p.spare.Put(r)
	return r.decode(c, p.paths[i])
}

func (p *photos) reader() *photoReader {
	if r, ok := p.spare.Get().(*photoReader); ok {
		return r
	}
	return new(photoReader)
}

// decode reads the file at path into r's memory and decodes it to c.
func (r *photoReader) decode(c *augment.Canvas, path string) (err error) {
	if r.file, err = readInto(r.file, path); err != nil {
		return err
	}
	if err := photo.Decode(c, r.file); err != nil {
		return &BrokenError{path, err}
	}
	return nil
}
