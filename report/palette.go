package report

import "image/color"

// The colours of the figures. The series are those of M. Okabe and K. Ito's
// "Color Universal Design" that keep a contrast of 3:1 or more against white,
// in an order that stays apart for the common forms of colour blindness; each
// series has a line pattern of its own besides. The base method is grey.
var (
	paper = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	ink   = color.NRGBA{0x1f, 0x23, 0x28, 0xff} // titles, zero lines
	quiet = color.NRGBA{0x57, 0x60, 0x6a, 0xff} // axis labels, notes
	rule  = color.NRGBA{0xd8, 0xdc, 0xe1, 0xff} // grid and axis lines

	baseColor    = color.NRGBA{0x5b, 0x63, 0x6c, 0xff}
	seriesColors = []color.NRGBA{
		{0x00, 0x72, 0xb2, 0xff}, // blue
		{0xd5, 0x5e, 0x00, 0xff}, // vermilion
		{0x00, 0x8a, 0x66, 0xff}, // bluish green, a little darker than the original for contrast
		{0xb0, 0x50, 0x8c, 0xff}, // reddish purple, likewise
		{0xa8, 0x70, 0x00, 0xff}, // orange, likewise
		{0x2f, 0x8f, 0xc8, 0xff}, // sky blue, likewise
	}
)

// seriesColor is the colour of the i-th method of a study; the base method is
// the first.
func seriesColor(i int) color.NRGBA {
	if i == 0 {
		return baseColor
	}
	return seriesColors[(i-1)%len(seriesColors)]
}

// faint is c with the given opacity in (0, 1], for bands that may overlap.
func faint(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(opacity*255 + 0.5)
	return c
}
