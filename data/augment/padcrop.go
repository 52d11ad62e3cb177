package augment

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/stream"
)

// PadCrop pads each side with Pad pixels and crops a random part of the image's
// old size: the augmentation of CIFAR, with Pad = 4 (He et al., 2016). The
// padding is black and its labels are Void, or with Reflect the image mirrored at its outermost pixels,
// which are not repeated (with Pad = 2 that of
// Jordan, 2024, arXiv:2404.00498).
type PadCrop struct {
	Pad     int
	Reflect bool
}

// String returns "crop:PAD" or "crop:PAD:reflect".
func (p PadCrop) String() string {
	if p.Reflect {
		return fmt.Sprintf("crop:%d:reflect", p.Pad)
	}
	return fmt.Sprintf("crop:%d", p.Pad)
}

// Apply implements Op. It draws the column, then the row. With Reflect it is an
// error for an image with a side of Pad pixels or fewer.
func (p PadCrop) Apply(c *Canvas, rand *stream.Rand) error {
	if p.Reflect && min(c.H, c.W) <= p.Pad {
		return fmt.Errorf("augment: %s of an image of %d rows and %d columns", p, c.H, c.W)
	}
	dx, dy := rand.IntN(2*p.Pad+1)-p.Pad, rand.IntN(2*p.Pad+1)-p.Pad
	if dx == 0 && dy == 0 {
		return nil
	}
	if p.Reflect {
		c.replace(c.H, c.W, func(dst, src *Image) { reflect(dst, src, dx, dy) })
		return nil
	}
	c.replaceLabels(c.H, c.W, func(dst, src *Image) { move(dst, src, dx, dy, Void) })
	c.replacePixels(c.H, c.W, func(dst, src *Image) { move(dst, src, dx, dy, 0) })
	return nil
}

// move writes src moved to the left by dx and up by dy, and beyond where there
// is no pixel.
func move(dst, src *Image, dx, dy int, beyond uint8) {
	stride := src.W * src.C
	from, to := max(0, dx)*src.C, (min(src.W, src.W+dx))*src.C
	for y := range dst.H {
		row := dst.Pix[y*stride : (y+1)*stride]
		if y+dy < 0 || y+dy >= src.H || from >= to {
			fill(row, beyond)
			continue
		}
		at := max(0, -dx) * src.C
		fill(row[:at], beyond)
		n := copy(row[at:], src.Pix[(y+dy)*stride+from:(y+dy)*stride+to])
		fill(row[at+n:], beyond)
	}
}

func fill(pix []uint8, v uint8) {
	for i := range pix {
		pix[i] = v
	}
}

// reflect writes src moved to the left by dx and up by dy, mirrored where there
// is no pixel. Both moves are smaller than the image.
func reflect(dst, src *Image, dx, dy int) {
	stride := src.W * src.C
	for y := range dst.H {
		row := src.Pix[mirrored(y+dy, src.H)*stride:][:stride]
		out := dst.Pix[y*stride:][:stride]
		left, right := max(0, -dx), src.W-max(0, dx)
		copy(out[left*src.C:right*src.C], row[(left+dx)*src.C:])
		for x := range left {
			copy(out[x*src.C:][:src.C], row[mirrored(x+dx, src.W)*src.C:])
		}
		for x := right; x < src.W; x++ {
			copy(out[x*src.C:][:src.C], row[mirrored(x+dx, src.W)*src.C:])
		}
	}
}

// mirrored returns the place in [0, n) that i, outside by less than n, shows.
func mirrored(i, n int) int {
	if i < 0 {
		return -i
	}
	if i >= n {
		return 2*n - 2 - i
	}
	return i
}
