package augment

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/mix"
)

// RandomCrop crops a random part of Side by Side pixels, as GoogLeNet's
// training for SamplePairing does out of 256 (Inoue, 2018).
type RandomCrop struct{ Side int }

// String returns "random-crop:SIDE".
func (r RandomCrop) String() string { return fmt.Sprintf("random-crop:%d", r.Side) }

// Size returns Side twice.
func (r RandomCrop) Size() (h, w int) { return r.Side, r.Side }

// Apply implements Op. It is an error for an image that is smaller.
func (r RandomCrop) Apply(c *Canvas, rand *mix.Rand) error {
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
func (o CenterCrop) Apply(c *Canvas, _ *mix.Rand) error {
	if c.H < 1 || c.W < 1 {
		return fmt.Errorf("augment: %s of an empty image", o)
	}
	if o.Resize > 0 {
		short := min(c.H, c.W)
		// The longer side is rounded down, as torchvision does.
		h, w := max(1, o.Resize*c.H/short), max(1, o.Resize*c.W/short)
		if err := c.Resize(Rect{0, 0, c.W, c.H}, h, w); err != nil {
			return err
		}
	}
	if c.H < o.Side || c.W < o.Side {
		return fmt.Errorf("augment: %s of an image of %d rows and %d columns", o, c.H, c.W)
	}
	c.cut(Rect{(c.W - o.Side) / 2, (c.H - o.Side) / 2, o.Side, o.Side})
	return nil
}

// Resize makes an image of any size and shape Side by Side pixels.
type Resize struct{ Side int }

// String returns "resize:SIDE".
func (o Resize) String() string { return fmt.Sprintf("resize:%d", o.Side) }

// Size returns Side twice.
func (o Resize) Size() (h, w int) { return o.Side, o.Side }

// Apply implements Op. It draws nothing; rand may be nil.
func (o Resize) Apply(c *Canvas, _ *mix.Rand) error {
	return c.Resize(Rect{0, 0, c.W, c.H}, o.Side, o.Side)
}
