// Package photo decodes JPEG, PNG and WebP files to 8-bit RGB.
package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"

	"github.com/vicinal-ml/vicinal/data/augment"
)

// MaxPixels bounds the pixels of one image, and with them the memory that a
// small file can ask for.
const MaxPixels = 1 << 26

// ErrFormat is the error for bytes that are none of the formats.
var ErrFormat = errors.New("neither JPEG, PNG nor WebP")

// Decode writes the image in file to c with three channels. Gray becomes three
// equal channels; transparency is left out, as Pillow's convert("RGB") does. A
// JPEG file that TurboJPEG refuses is left to image/jpeg.
func Decode(c *augment.Canvas, file []byte) error {
	config, decode, err := sniff(file)
	if err != nil {
		return err
	}
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
	head, err := config(file)
	if err != nil {
		return err
	}
	if err := checkSize(head); err != nil {
		return err
	}
	img, err := decode(file)
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

type (
	configFunc func([]byte) (image.Config, error)
	decodeFunc func([]byte) (image.Image, error)
)

func isJPEG(file []byte) bool { return bytes.HasPrefix(file, []byte("\xff\xd8\xff")) }

// sniff tells the format by the first bytes: names lie, as some of ImageNet's do.
func sniff(file []byte) (configFunc, decodeFunc, error) {
	switch {
	case isJPEG(file):
		return func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
			func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }, nil
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
			func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }, nil
	case len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP":
		return func(b []byte) (image.Config, error) { return webp.DecodeConfig(bytes.NewReader(b)) },
			decodeWebP, nil
	}
	return nil, nil, ErrFormat
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
