package cifartest

import (
	"archive/tar"
	"errors"
	"fmt"
	"image"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/image/webp"
)

// side is the height and width of an image.
const side = 32

// columns is an archive of columns of images, opened.
type columns struct {
	set   set
	file  *os.File
	where map[string]*io.SectionReader // of each file of the archive, by its name without folder
}

func openColumns(s set) (*columns, error) {
	f, err := os.Open(filepath.Join(os.Getenv(DataVariable), filepath.FromSlash(s.archive)))
	if err != nil {
		return nil, err
	}
	c := &columns{set: s, file: f, where: map[string]*io.SectionReader{}}
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		at, err := f.Seek(0, io.SeekCurrent) // tar reads whole blocks, and nothing ahead
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		c.where[path.Base(h.Name)] = io.NewSectionReader(f, at, h.Size)
	}
}

func (c *columns) close() error { return c.file.Close() }

func (c *columns) read(name string) ([]byte, error) {
	section, ok := c.where[name]
	if !ok {
		return nil, fmt.Errorf("%s: there is no %s", c.set.archive, name)
	}
	return io.ReadAll(section)
}

// records yields the records of stem.bin, in order: label bytes, then the red, green and blue plane.
// It ends with the first error.
func (c *columns) records(stem string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		labels, err := c.read(stem + ".labels")
		for n := 0; err == nil && len(labels) > 0; n++ {
			var column *image.NRGBA
			if column, err = c.column(fmt.Sprintf("%s-%03d.webp", stem, n)); err != nil {
				break
			}
			for top := 0; top < column.Rect.Dy(); top += side {
				if len(labels) < c.set.labelBytes {
					yield(nil, fmt.Errorf("%s: %s has fewer labels than images", c.set.archive, stem))
					return
				}
				record := append([]byte(nil), labels[:c.set.labelBytes]...)
				labels = labels[c.set.labelBytes:]
				if !yield(appendPlanes(record, column.Pix[top*column.Stride:]), nil) {
					return
				}
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// column decodes images that stand one below the other.
func (c *columns) column(name string) (*image.NRGBA, error) {
	section, ok := c.where[name]
	if !ok {
		return nil, fmt.Errorf("%s: there is no %s", c.set.archive, name)
	}
	decoded, err := webp.Decode(section)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	column, ok := decoded.(*image.NRGBA)
	if !ok || column.Rect.Dx() != side || column.Rect.Dy()%side != 0 || column.Rect.Empty() {
		return nil, fmt.Errorf("%s: %T of %v is no column of %dx%d images without loss", name, decoded, decoded.Bounds(), side, side)
	}
	return column, nil
}

// appendPlanes appends the three planes of the image that begins at pix, of 4 bytes a pixel, side pixels a row.
func appendPlanes(record, pix []byte) []byte {
	for channel := range 3 {
		for i := range side * side {
			record = append(record, pix[4*i+channel])
		}
	}
	return record
}
