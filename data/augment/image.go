package augment

import "github.com/vicinal-ml/vicinal/stream"

// Image is an 8-bit image, channels last: the value of channel c at row y and
// column x is Pix[(y*W+x)*C+c].
type Image struct {
	H, W, C int
	Pix     []uint8
}

// Canvas is an image that operations change, with the memory they need. The
// zero Canvas is an empty image. It may be used again and again without
// allocating; it must not be used by two goroutines at once.
type Canvas struct {
	Image
	spare   []uint8
	columns []uint8 // between the two passes of a resize
	sums    []int32 // of one row of it
	x, y    kernel
	rand    stream.Rand // here so that a pipeline allocates nothing
}

// Set makes the canvas an image of that size with unspecified pixels.
func (c *Canvas) Set(h, w, channels int) {
	c.Image = Image{h, w, channels, sized(c.Pix, h*w*channels)}
}

// replace calls draw with a new image of that size and the old one, and makes
// the new one the canvas's.
func (c *Canvas) replace(h, w int, draw func(dst, src *Image)) {
	dst := Image{h, w, c.C, sized(c.spare, h*w*c.C)}
	src := c.Image
	draw(&dst, &src)
	c.Image, c.spare = dst, src.Pix
}

// sized returns n elements, of s where it has the room.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// clip rounds and bounds v to a pixel.
func clip(v float64) uint8 {
	return uint8(max(0, min(255, v+0.5)))
}
