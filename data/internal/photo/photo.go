// Package photo decodes JPEG, PNG, WebP, GIF, BMP and TIFF files to 8-bit RGB.
package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// MaxPixels bounds the pixels of one image, and with them the memory that a
// small file can ask for.
const MaxPixels = 1 << 26

// ErrFormat is the error for bytes that are none of the formats.
var ErrFormat = errors.New("neither JPEG, PNG, WebP, GIF, BMP nor TIFF")

// Decode writes the image in file to c with three channels, upright by its
// Orientation. Gray becomes three equal channels; transparency is left out, as
// Pillow's convert("RGB") does. Of a GIF and of a TIFF the first picture is taken. A
// JPEG file that TurboJPEG refuses is left to image/jpeg.
func Decode(c *augment.Canvas, file []byte) error {
	f, err := sniff(file)
	if err != nil {
		return err
	}
	if err := f.pixels(c, file); err != nil {
		return err
	}
	c.Orient(f.orientation(file))
	return nil
}

// pixels is Decode without the orientation.
func (f *format) pixels(c *augment.Canvas, file []byte) error {
	if isJPEG(file) {
		t, err := turboOrNot()
		if err != nil {
			return err
		}
		if t != nil && t.decode(c, file) == nil {
			return nil
		}
		if err := checkScans(file); err != nil {
			return err
		}
	}
	head, err := f.config(bytes.NewReader(file))
	if err != nil {
		return err
	}
	if err := checkSize(head); err != nil {
		return err
	}
	img, err := f.decode(file)
	if err != nil {
		return err
	}
	toRGB(c, img)
	return nil
}

// maxScans bounds the passes over an image that a progressive JPEG file asks for, each of
// which takes as long as the image is large, as TurboJPEG does.
const maxScans = 500

func checkScans(file []byte) error {
	if n := bytes.Count(file, []byte{0xff, 0xda}); n > maxScans {
		return fmt.Errorf("%d scans: at most %d are read", n, maxScans)
	}
	return nil
}

// toRGB copies an image of any kind.
func toRGB(c *augment.Canvas, img image.Image) {
	b := img.Bounds()
	c.Set(b.Dy(), b.Dx(), 3)
	switch img := img.(type) {
	case *image.YCbCr:
		fromYCbCr(c, img, color.YCbCrToRGB)
	case *studio:
		fromYCbCr(c, &img.YCbCr, studioToRGB)
	case *image.Gray:
		for y := range c.H {
			row := c.Pix[y*c.W*3:]
			for x, v := range img.Pix[y*img.Stride:][:c.W] {
				row[3*x], row[3*x+1], row[3*x+2] = v, v, v
			}
		}
	case *image.NRGBA:
		from4(c, img.Pix, img.Stride)
	case *image.RGBA:
		if !img.Opaque() {
			fromAny(c, img)
			return
		}
		from4(c, img.Pix, img.Stride)
	default:
		fromAny(c, img)
	}
}

func from4(c *augment.Canvas, pix []uint8, stride int) {
	for y := range c.H {
		row, in := c.Pix[y*c.W*3:][:c.W*3], pix[y*stride:][:c.W*4]
		for len(row) >= 3 && len(in) >= 4 {
			row[0], row[1], row[2] = in[0], in[1], in[2]
			row, in = row[3:], in[4:]
		}
	}
}

func fromAny(c *augment.Canvas, img image.Image) {
	b := img.Bounds()
	at := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			v := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			c.Pix[at], c.Pix[at+1], c.Pix[at+2] = v.R, v.G, v.B
			at += 3
		}
	}
}
