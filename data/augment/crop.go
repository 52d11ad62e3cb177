package augment

import (
	"fmt"
	"strconv"

	"github.com/vicinal-ml/vicinal/stream"
)

// RandomCrop crops a random part of Side by Side pixels, as GoogLeNet's
// training for SamplePairing does out of 256 (Inoue, 2018).
type RandomCrop struct{ Side int }

// String returns "random-crop:SIDE".
func (r RandomCrop) String() string { return fmt.Sprintf("random-crop:%d", r.Side) }

// Size returns Side twice.
func (r RandomCrop) Size() (h, w int) { return r.Side, r.Side }

// Apply implements Op. It is an error for an image that is smaller.
func (r RandomCrop) Apply(c *Canvas, rand *stream.Rand) error {
	if c.H < r.Side || c.W < r.Side {
		return fmt.Errorf("augment: %s of an image of %d rows and %d columns", r, c.H, c.W)
	}
	x := rand.IntN(c.W - r.Side + 1)
	y := rand.IntN(c.H - r.Side + 1)
	c.cut(Rect{x, y, r.Side, r.Side})
	return nil
}

// CenterCrop resizes so that the shorter side has Resize pixels, unless
// Resize is 0, then crops the central Side by Side pixels: what is done at
// test time, with 256 and 224 for ImageNet.
type CenterCrop struct{ Side, Resize int }

// String returns "center-crop:SIDE" or "center-crop:SIDE:RESIZE".
func (o CenterCrop) String() string {
	if o.Resize == 0 {
		return fmt.Sprintf("center-crop:%d", o.Side)
	}
	return fmt.Sprintf("center-crop:%d:%d", o.Side, o.Resize)
}

// Size returns Side twice.
func (o CenterCrop) Size() (h, w int) { return o.Side, o.Side }

// Apply implements Op. It draws nothing; rand may be nil.
func (o CenterCrop) Apply(c *Canvas, _ *stream.Rand) error {
	if err := o.Check(c.H, c.W); err != nil {
		return err
	}
	if o.Resize > 0 {
		h, w := o.resized(c.H, c.W)
		if err := c.Resize(Rect{0, 0, c.W, c.H}, h, w); err != nil {
			return err
		}
	}
	c.cut(Rect{(c.W - o.Side) / 2, (c.H - o.Side) / 2, o.Side, o.Side})
	return nil
}

// resized is the size of an image before it is cropped: the longer side is
// rounded down, as torchvision does.
func (o CenterCrop) resized(h, w int) (int, int) {
	short := min(h, w)
	return max(1, o.Resize*h/short), max(1, o.Resize*w/short)
}

// Check reports why Apply would refuse an image of h rows and w columns, if so.
func (o CenterCrop) Check(h, w int) error {
	if h < 1 || w < 1 {
		return fmt.Errorf("augment: %s of an empty image", o)
	}
	if o.Resize > 0 {
		toH, toW := o.resized(h, w)
		if err := checkResized(h, w, toH, toW); err != nil {
			return err
		}
		h, w = toH, toW
	}
	if h < o.Side || w < o.Side {
		return fmt.Errorf("augment: %s of an image of %d rows and %d columns", o, h, w)
	}
	return nil
}

// Resize makes an image of any size and shape H rows by W columns.
type Resize struct{ H, W int }

// String returns "resize:SIDE" or "resize:HxW".
func (o Resize) String() string { return "resize:" + sides(o.H, o.W) }

// Size returns H and W.
func (o Resize) Size() (h, w int) { return o.H, o.W }

// Apply implements Op. It draws nothing; rand may be nil.
func (o Resize) Apply(c *Canvas, _ *stream.Rand) error {
	return c.Resize(Rect{0, 0, c.W, c.H}, o.H, o.W)
}

// Check reports why Apply would refuse an image of h rows and w columns, if so.
func (o Resize) Check(h, w int) error {
	if h == o.H && w == o.W {
		return nil
	}
	return checkResized(h, w, o.H, o.W)
}

// sides writes a size: "32" of a square, else "24x32".
func sides(h, w int) string {
	if h == w {
		return strconv.Itoa(h)
	}
	return fmt.Sprintf("%dx%d", h, w)
}
