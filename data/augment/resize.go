package augment

import (
	"fmt"
	"math"
)

// Rect is a rectangle of an image: W columns from X, H rows from Y.
type Rect struct{ X, Y, W, H int }

// precision is the number of fraction bits of a weight: 8 are of the pixel and
// two are room for the sum, as in Pillow's Resample.c.
const precision = 32 - 8 - 2

// kernel holds, for each output position, which inputs it is a weighted sum
// of.
type kernel struct {
	start   []int
	count   []int   // inputs of each output, at most width
	weights []int32 // width for each output
	width   int
	scratch []float64
}

// set computes the triangle filter from n inputs to m outputs, widened by the
// factor of reduction so that nothing aliases.
func (k *kernel) set(n, m int) {
	scale := float64(n) / float64(m)
	support := max(scale, 1)
	k.width = int(math.Ceil(support))*2 + 1
	k.start, k.count = sized(k.start, m), sized(k.count, m)
	k.weights = sized(k.weights, m*k.width)
	k.scratch = sized(k.scratch, k.width)
	for i := range m {
		center := (float64(i) + 0.5) * scale
		low := max(int(center-support+0.5), 0)
		high := min(int(center+support+0.5), n)
		sum := 0.0
		for j := range high - low {
			w := max(0, 1-math.Abs((float64(low+j)-center+0.5)*(1/support)))
			k.scratch[j] = w
			sum += w
		}
		for j := range high - low {
			k.weights[i*k.width+j] = int32(math.Round(k.scratch[j] / sum * (1 << precision)))
		}
		k.start[i], k.count[i] = low, high-low
	}
}

// maxResized bounds the pixels of a resized image and of what lies between, and
// with them the memory that a long and narrow one takes.
const maxResized = 1 << 26

func checkResized(fromH, fromW, h, w int) error {
	if w > maxResized/max(h, fromH) {
		return fmt.Errorf("augment: an image of %d rows and %d columns is too long and narrow to be resized to %d rows and %d columns: at most %d pixels are made", fromH, fromW, h, w, maxResized)
	}
	return nil
}

// Resize makes the canvas the given part of itself, h rows by w columns, by
// antialiased bilinear interpolation. A label becomes that of the pixel at its
// centre, as PyTorch's "nearest-exact" takes it: its "nearest" takes that at the
// corner, half a pixel off the picture. At most 2^26 pixels are made.
func (c *Canvas) Resize(part Rect, h, w int) error {
	if part.X < 0 || part.Y < 0 || part.W < 1 || part.H < 1 || part.X+part.W > c.W || part.Y+part.H > c.H {
		return fmt.Errorf("augment: part %+v of an image of %d rows and %d columns", part, c.H, c.W)
	}
	if h < 1 || w < 1 {
		return fmt.Errorf("augment: resize to %d rows and %d columns", h, w)
	}
	if part.W == w && part.H == h {
		c.cut(part)
		return nil
	}
	if err := checkResized(part.H, part.W, h, w); err != nil {
		return err
	}
	c.replaceLabels(h, w, func(dst, src *Image) {
		c.nearest = sized(c.nearest, w)
		nearestOf(dst, src, part, c.nearest)
	})
	c.x.set(part.W, w)
	c.y.set(part.H, h)
	c.columns = sized(c.columns, part.H*w*c.C)
	c.sums = sized(c.sums, w*c.C)
	c.replacePixels(h, w, func(dst, src *Image) {
		horizontal(c.columns, src, part, &c.x, w)
		vertical(dst.Pix, c.columns, c.sums, &c.y, h, w*c.C)
	})
	return nil
}

// nearestOf writes of each pixel of dst the one of a part of src, of one channel,
// that is at its centre. at is room for the columns.
func nearestOf(dst, src *Image, part Rect, at []int) {
	for x := range at {
		at[x] = centre(x, part.W, dst.W)
	}
	for y := range dst.H {
		row := src.Pix[(part.Y+centre(y, part.H, dst.H))*src.W+part.X:]
		out := dst.Pix[y*dst.W:][:dst.W]
		for x, from := range at {
			out[x] = row[from]
		}
	}
}

// centre returns which of n inputs is at the centre of output i of m.
func centre(i, n, m int) int { return (2*i + 1) * n / (2 * m) }

// cut makes the canvas a part of itself without resizing.
func (c *Canvas) cut(part Rect) {
	if part == (Rect{0, 0, c.W, c.H}) {
		return
	}
	c.replace(part.H, part.W, func(dst, src *Image) {
		for y := range part.H {
			copy(dst.Pix[y*dst.W*dst.C:][:dst.W*dst.C], src.Pix[((part.Y+y)*src.W+part.X)*src.C:])
		}
	})
}

// of returns the weights of output i.
func (k *kernel) of(i int) []int32 { return k.weights[i*k.width:][:k.count[i]] }

// half rounds a sum that is cut off.
const half = int32(1) << (precision - 1)

// horizontal writes each row of part with w columns.
func horizontal(dst []uint8, src *Image, part Rect, k *kernel, w int) {
	channels := src.C
	for y := range part.H {
		row := src.Pix[((part.Y+y)*src.W+part.X)*channels:][:part.W*channels]
		out := dst[y*w*channels:][:w*channels]
		if channels == 3 {
			horizontalRGB(out, row, k)
			continue
		}
		for x := range w {
			for c := range channels {
				sum := half
				at := k.start[x]*channels + c
				for _, weight := range k.of(x) {
					sum += weight * int32(row[at])
					at += channels
				}
				out[x*channels+c] = clip32(sum)
			}
		}
	}
}

func horizontalRGB(out, row []uint8, k *kernel) {
	for x, start := range k.start {
		r, g, b := half, half, half
		weights := k.of(x)
		in := row[3*start : 3*(start+len(weights))]
		for _, weight := range weights {
			p := in[:3:3]
			r += weight * int32(p[0])
			g += weight * int32(p[1])
			b += weight * int32(p[2])
			in = in[3:]
		}
		p := out[3*x : 3*x+3 : 3*x+3]
		p[0], p[1], p[2] = clip32(r), clip32(g), clip32(b)
	}
}

// vertical writes h rows of n values from rows of src.
func vertical(dst, src []uint8, sums []int32, k *kernel, h, n int) {
	for y := range h {
		out := dst[y*n : (y+1)*n]
		weights := k.of(y)
		rows := src[k.start[y]*n:][:len(weights)*n]
		sums = sums[:n]
		for x := range sums {
			sums[x] = half
		}
		for ; len(weights) >= 2; weights, rows = weights[2:], rows[2*n:] {
			v, w := weights[0], weights[1]
			first, second := rows[:n], rows[n:2*n]
			for x := range sums {
				sums[x] += v*int32(first[x]) + w*int32(second[x])
			}
		}
		if len(weights) == 1 {
			w, first := weights[0], rows[:n]
			for x := range sums {
				sums[x] += w * int32(first[x])
			}
		}
		for x, sum := range sums {
			out[x] = clip32(sum)
		}
	}
}

// clip32 rounds and bounds a sum to a pixel. Sums are never negative, as no weight is.
func clip32(v int32) uint8 { return uint8(min(255, v>>precision)) }
