package report

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// plane is a panel of a toy as a field over the plane; it implements
// plotter.GridXYZ.
type plane struct {
	ToyPanel
	x, y [2]float64
}

func (p plane) Dims() (c, r int)   { return p.Columns, p.Rows }
func (p plane) Z(c, r int) float64 { return float64(p.Probability[r*p.Columns+c]) }
func (p plane) X(c int) float64    { return p.x[0] + (p.x[1]-p.x[0])*float64(c)/float64(p.Columns-1) }
func (p plane) Y(r int) float64    { return p.y[0] + (p.y[1]-p.y[0])*float64(r)/float64(p.Rows-1) }

// image paints the field, bilinear between the values of the grid, whose outer
// values lie on the edge of the picture.
func (p plane) image() image.Image {
	const side = 240
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	at := func(position float64, n int) (int, float64) {
		i := min(int(position), n-2)
		return i, position - float64(i)
	}
	for py := range side {
		r, fr := at((1-float64(py)/(side-1))*float64(p.Rows-1), p.Rows)
		for px := range side {
			c, fc := at(float64(px)/(side-1)*float64(p.Columns-1), p.Columns)
			v := (1-fr)*((1-fc)*p.Z(c, r)+fc*p.Z(c+1, r)) + fr*((1-fc)*p.Z(c, r+1)+fc*p.Z(c+1, r+1))
			img.SetNRGBA(px, py, between(probabilityStops, math.Min(1, math.Max(0, v))))
		}
	}
	return img
}

// probabilityStops run from class 0 (blue) over undecided (white) to class 1
// (orange): apart for the common forms of colour blindness.
var probabilityStops = []color.NRGBA{
	{0x3a, 0x7f, 0xb8, 0xff}, {0x9c, 0xc3, 0xe0, 0xff}, {0xf8, 0xf8, 0xf8, 0xff},
	{0xf3, 0xc0, 0x93, 0xff}, {0xdc, 0x7a, 0x2e, 0xff},
}

// Lines and borders on the plane stay as they are where a page turns dark.
var (
	toyInk   = color.NRGBA{0x14, 0x17, 0x1a, 0xff}
	toyPaper = color.NRGBA{0xfe, 0xfe, 0xfe, 0xff}
)

// classColor and classShape draw a training sample: darker than the plane, and
// with a shape of its own.
func classColor(class int) color.Color {
	if class == 0 {
		return color.NRGBA{0x0b, 0x45, 0x78, 0xff}
	}
	return color.NRGBA{0x8a, 0x36, 0x00, 0xff}
}

// pointStyles are the layers of a sample's mark: a pale border sets it off from
// the colours below.
func pointStyles(class int) []draw.GlyphStyle {
	return []draw.GlyphStyle{
		{Color: toyPaper, Radius: vg.Points(2.6), Shape: classShape(class)},
		{Color: classColor(class), Radius: vg.Points(1.9), Shape: classShape(class)},
	}
}

func classShape(class int) draw.GlyphDrawer {
	if class == 0 {
		return draw.CircleGlyph{}
	}
	return draw.PyramidGlyph{}
}

// drawProbabilityScale draws the scale of colours and the classes' marks along
// the bottom of c.
func drawProbabilityScale(c draw.Canvas) {
	const width, height = vg.Length(110), vg.Length(7)
	strip := image.NewNRGBA(image.Rect(0, 0, 256, 1))
	for i := range 256 {
		strip.SetNRGBA(i, 0, between(probabilityStops, float64(i)/255))
	}
	top := c.Min.Y + 22
	c.DrawImage(vg.Rectangle{Min: vg.Point{X: c.Min.X, Y: top - height}, Max: vg.Point{X: c.Min.X + width, Y: top}}, strip)
	style := textStyle(smallSize, quiet)
	style.YAlign = draw.YTop
	for _, mark := range []struct {
		at    vg.Length
		align draw.XAlignment
		label string
	}{{0, draw.XLeft, "0"}, {0.5, draw.XCenter, "0.5"}, {1, draw.XRight, "1"}} {
		style.XAlign = mark.align
		c.FillText(style, vg.Point{X: c.Min.X + mark.at*width, Y: top - height - 2}, mark.label)
	}
	style = textStyle(smallSize, quiet)
	style.YAlign = draw.YCenter
	x := c.Min.X + width + 20
	for class, name := range []string{"class 0", "class 1"} {
		for _, style := range pointStyles(class) {
			c.DrawGlyph(style, vg.Point{X: x, Y: top - height/2})
		}
		c.FillText(style, vg.Point{X: x + 6, Y: top - height/2}, name)
		x += 52
	}
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(1.4)}, x, top-height/2, x+14, top-height/2)
	c.FillText(style, vg.Point{X: x + 18, Y: top - height/2}, "0.5")
	x += 42
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(0.6), Dashes: []vg.Length{2, 2}}, x, top-height/2, x+14, top-height/2)
	c.FillText(style, vg.Point{X: x + 18, Y: top - height/2}, "0.1, 0.9")
}
