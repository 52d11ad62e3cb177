package mix

import (
	"fmt"
	"math"
)

// Region is a box of a picture, in fractions of its height and width: the
// rows from Top to Bottom and the columns from Left to Right. Pixel (h, w) of
// H x W lies in it when its centre does,
//
//	Top <= (h+1/2)/H < Bottom,    Left <= (w+1/2)/W < Right,
//
// so that one Region serves a picture, its labels and its features at any
// resolution. The zero value is empty.
type Region struct{ Top, Left, Bottom, Right float32 }

// Everywhere is the region that is the whole picture.
func Everywhere() Region { return Region{0, 0, 1, 1} }

// Rows returns the first row of an H rows high picture in the region and the
// one after the last.
func (r Region) Rows(height int) (from, to int) { return span(r.Top, r.Bottom, height) }

// Columns returns the first column of a W columns wide picture in the region
// and the one after the last.
func (r Region) Columns(width int) (from, to int) { return span(r.Left, r.Right, width) }

// Share returns the share of the pixels of a height x width picture that lie
// in the region.
func (r Region) Share(height, width int) float64 {
	top, bottom := r.Rows(height)
	left, right := r.Columns(width)
	return share(top, bottom, left, right, height, width)
}

// share is that of a box of whole pixels.
func share(top, bottom, left, right, height, width int) float64 {
	return float64(bottom-top) * float64(right-left) / (float64(height) * float64(width))
}

// span returns the cells of n whose centre lies in [low, high). The product is
// rounded to float32, as a graph rounds it.
func span(low, high float32, n int) (from, to int) {
	first := func(edge float32) int {
		return min(n, max(0, int(math.Ceil(float64(edge*float32(n)-0.5)))))
	}
	from, to = first(low), first(high)
	return from, max(from, to)
}

func (r Region) validate() error {
	// Written so that NaN fails too.
	if !(0 <= r.Top && r.Top <= r.Bottom && r.Bottom <= 1 && 0 <= r.Left && r.Left <= r.Right && r.Right <= 1) {
		return fmt.Errorf("rows %v to %v and columns %v to %v are no box in [0, 1]", r.Top, r.Bottom, r.Left, r.Right)
	}
	return nil
}

// run returns where row h of the region lies in a picture stored row by row:
// its first value and the one after the last; a pixel has that many values.
func (r Region) run(h, width, pixel int) (from, to int) {
	left, right := r.Columns(width)
	return (h*width + left) * pixel, (h*width + right) * pixel
}
