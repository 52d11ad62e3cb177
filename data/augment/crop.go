package augment

import (
	"fmt"
	"math"

	"github.com/vicinal-ml/vicinal/mix"
)

// PadCrop pads each side with Pad black pixels and crops a random part of the
// image's old size: the augmentation of CIFAR, with Pad = 4 (He et al., 2016).
type PadCrop struct{ Pad int }

// String returns "pad-crop:PAD".
func (p PadCrop) String() string { return fmt.Sprintf("pad-crop:%d", p.Pad) }

// Apply implements Op. It draws the column, then the row.
func (p PadCrop) Apply(c *Canvas, rand *mix.Rand) error {
	dx, dy := rand.IntN(2*p.Pad+1)-p.Pad, rand.IntN(2*p.Pad+1)-p.Pad
	if dx == 0 && dy == 0 {
		return nil
	}
	c.replace(c.H, c.W, func(dst, src *Image) { move(dst, src, dx, dy) })
	return nil
}

// move writes src moved to the left by dx and up by dy, black where there is
// no pixel.
func move(dst, src *Image, dx, dy int) {
	stride := src.W * src.C
	from, to := max(0, dx)*src.C, (min(src.W, src.W+dx))*src.C
	for y := range dst.H {
		row := dst.Pix[y*stride : (y+1)*stride]
		if y+dy < 0 || y+dy >= src.H || from >= to {
			clear(row)
			continue
		}
		at := max(0, -dx) * src.C
		clear(row[:at])
		n := copy(row[at:], src.Pix[(y+dy)*stride+from:(y+dy)*stride+to])
		clear(row[at+n:])
	}
}

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

// ResizedCrop crops a random part and resizes it to Side by Side pixels. The
// part's area is uniform in [MinArea, 1] of the image's, the logarithm of its
// width by height uniform in [log 3/4, log 4/3] (Szegedy et al., 2015; with
// MinArea = 0.08 that of Goyal et al., 2017).
type ResizedCrop struct {
	Side    int
	MinArea float64
}

// String returns "resized-crop:SIDE" or "resized-crop:SIDE:MINAREA".
func (r ResizedCrop) String() string {
	if r.MinArea == 0.08 {
		return fmt.Sprintf("resized-crop:%d", r.Side)
	}
	return fmt.Sprintf("resized-crop:%d:%g", r.Side, r.MinArea)
}

// Size returns Side twice.
func (r ResizedCrop) Size() (h, w int) { return r.Side, r.Side }

// Apply implements Op.
func (r ResizedCrop) Apply(c *Canvas, rand *mix.Rand) error {
	return c.Resize(r.Part(c.H, c.W, rand), r.Side, r.Side)
}

// Part draws the part of an image of h rows and w columns. After ten parts
// that did not fit it is the largest one of an allowed shape, in the centre.
func (r ResizedCrop) Part(h, w int, rand *mix.Rand) Rect {
	const low, high = 3. / 4, 4. / 3
	for range 10 {
		area := (r.MinArea + (1-r.MinArea)*rand.Float64()) * float64(h*w)
		shape := math.Exp(math.Log(low) + math.Log(high/low)*rand.Float64())
		pw, ph := int(math.Round(math.Sqrt(area*shape))), int(math.Round(math.Sqrt(area/shape)))
		if pw >= 1 && ph >= 1 && pw <= w && ph <= h {
			return Rect{rand.IntN(w - pw + 1), rand.IntN(h - ph + 1), pw, ph}
		}
	}
	pw, ph := w, h
	if shape := float64(w) / float64(h); shape < low {
		ph = max(1, int(math.Round(float64(w)/low)))
	} else if shape > high {
		pw = max(1, int(math.Round(float64(h)*high)))
	}
	return Rect{(w - pw) / 2, (h - ph) / 2, pw, ph}
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
