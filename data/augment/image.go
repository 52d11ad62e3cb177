package augment

import "github.com/vicinal-ml/vicinal/stream"

// Image is an 8-bit image, channels last: the value of channel c at row y and
// column x is Pix[(y*W+x)*C+c].
type Image struct {
	H, W, C int
	Pix     []uint8
}

// Void is the label of a pixel that belongs to no class.
const Void = 255

// Canvas is an image that operations change, with the memory they need. The
// zero Canvas is an empty image. It may be used again and again without
// allocating; it must not be used by two goroutines at once.
type Canvas struct {
	Image

	// Labels are those of the pixels, row by row; empty where the image has none.
	// What moves pixels moves them alike, resizing by taking the nearest; what
	// comes from beyond the image is Void; what changes colours leaves them.
	Labels []uint8

	spare       []uint8
	spareLabels []uint8
	nearest     []int   // the column that each column of resized labels shows
	columns     []uint8 // between the two passes of a resize
	sums        []int32 // of one row of it
	made, old   Image   // here so that drawing one from the other allocates nothing
	x, y        kernel
	rand        stream.Rand // here so that a pipeline allocates nothing
}

// Set makes the canvas an image of that size with unspecified pixels, without
// labels.
func (c *Canvas) Set(h, w, channels int) {
	c.Image = Image{h, w, channels, sized(c.Pix, h*w*channels)}
	c.Labels = c.Labels[:0]
}

// SetLabels gives the pixels of the canvas unspecified labels.
func (c *Canvas) SetLabels() { c.Labels = sized(c.Labels, c.H*c.W) }

// replace calls draw with a new image of that size and the old one, and makes
// the new one the canvas's; and the same with the labels as images of one
// channel.
func (c *Canvas) replace(h, w int, draw func(dst, src *Image)) {
	c.replaceLabels(h, w, draw)
	c.replacePixels(h, w, draw)
}

// replacePixels leaves the labels as they are.
func (c *Canvas) replacePixels(h, w int, draw func(dst, src *Image)) {
	c.made, c.old = Image{h, w, c.C, sized(c.spare, h*w*c.C)}, c.Image
	draw(&c.made, &c.old)
	c.Image, c.spare = c.made, c.old.Pix
}

// replaceLabels leaves the pixels as they are.
func (c *Canvas) replaceLabels(h, w int, draw func(dst, src *Image)) {
	if len(c.Labels) == 0 {
		return
	}
	c.made, c.old = Image{h, w, 1, sized(c.spareLabels, h*w)}, Image{c.H, c.W, 1, c.Labels}
	draw(&c.made, &c.old)
	c.Labels, c.spareLabels = c.made.Pix, c.old.Pix
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
