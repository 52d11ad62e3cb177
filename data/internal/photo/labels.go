package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"

	"github.com/vicinal-ml/vicinal/data/augment"
)

const pngStart = "\x89PNG\r\n\x1a\n"

// DecodeLabels writes the labels in a PNG file of a palette or of gray to c, as
// an image of one channel that lies as it does in the file: of a palette the
// number of each colour, of gray its value, in the file's own depth.
func DecodeLabels(c *augment.Canvas, file []byte) error {
	if !begins(file, pngStart) {
		return errors.New("labels of pixels must be a PNG file")
	}
	head, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return err
	}
	if err := checkSize(head); err != nil {
		return err
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return err
	}
	// The first chunk is the head, with the bits of a value at its place.
	const depthAt = 24
	b := img.Bounds()
	c.Set(b.Dy(), b.Dx(), 1)
	switch img := img.(type) {
	case *image.Paletted:
		for y := range c.H {
			copy(c.Pix[y*c.W:][:c.W], img.Pix[y*img.Stride:])
		}
	case *image.Gray:
		// The decoder spreads fewer bits over the range of eight.
		most := 1<<min(int(file[depthAt]), 8) - 1
		spread := uint8(255 / most)
		for y := range c.H {
			row := c.Pix[y*c.W:][:c.W]
			for x, v := range img.Pix[y*img.Stride:][:c.W] {
				row[x] = v / spread
			}
		}
	case *image.Gray16:
		for y := range c.H {
			for x := range c.W {
				v := img.Gray16At(x, y).Y
				if v > 255 {
					return fmt.Errorf("the label %d at row %d, column %d: at most 255 is read", v, y+1, x+1)
				}
				c.Pix[y*c.W+x] = uint8(v)
			}
		}
	default:
		return errors.New("labels of pixels must be a palette or gray without transparency: this is a picture in colours")
	}
	return nil
}

// Size returns the size of the picture in file as it is decoded, upright, and
// its Orientation, without its pixels.
func Size(file []byte) (h, w, orientation int, err error) {
	f, err := sniff(file)
	if err != nil {
		return 0, 0, 0, err
	}
	head, err := f.config(bytes.NewReader(file))
	if err != nil {
		return 0, 0, 0, err
	}
	if err := checkSize(head); err != nil {
		return 0, 0, 0, err
	}
	orientation = f.orientation(file)
	if orientation >= 5 {
		return head.Width, head.Height, orientation, nil
	}
	return head.Height, head.Width, orientation, nil
}
