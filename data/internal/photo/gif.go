package photo

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"
)

// decodeGIF returns the first picture of a GIF at its place on the screen. What
// it leaves free, and what is transparent, is black.
func decodeGIF(file []byte) (image.Image, error) {
	img, err := gif.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	head, err := gif.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	screen := image.NewNRGBA(image.Rect(0, 0, head.Width, head.Height))
	draw.Draw(screen, img.Bounds(), img, img.Bounds().Min, draw.Over)
	for i := 3; i < len(screen.Pix); i += 4 {
		screen.Pix[i] = 255
	}
	return screen, nil
}
