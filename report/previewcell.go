package report

import (
	"image"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Measures of a preview, in points.
const (
	previewWidth = vg.Length(halfWidth)
	previewGap   = vg.Length(16)  // between cells
	sourceGap    = vg.Length(3)   // between the mixed sample and its sources
	captionLine  = vg.Length(12)  // one line of the caption
	columnInput  = vg.Length(25)  // the caption's column of input weights
	columnTarget = vg.Length(28)  // and of target weights
	tallest      = vg.Length(110) // of the mixed sample
)

func captionStyle() text.Style {
	style := textStyle(labelSize, ink)
	style.YAlign = draw.YTop
	return style
}

// grid is the geometry of a preview.
type grid struct {
	columns      int
	pitch        vg.Point // from one cell to the next
	width        vg.Length
	large, small vg.Point // size of the mixed sample and of its sources
}

// layGrid chooses the columns: as many as leave room for class names of the
// given width and, for wide pictures, few.
func layGrid(n int, aspect float64, name vg.Length) grid {
	g := grid{columns: 5}
	if aspect > 1.6 {
		g.columns = 3
	}
	fits := func(columns int) bool {
		return (previewWidth+previewGap)/vg.Length(columns)-previewGap >= name+4+columnInput+columnTarget
	}
	for g.columns > 2 && !fits(g.columns) {
		g.columns--
	}
	g.pitch.X = (previewWidth + previewGap) / vg.Length(g.columns)
	g.width = g.pitch.X - previewGap
	// The sources, stacked, are as high as the mixed sample: they are half as
	// large, and the three fill the width.
	h := min(tallest, (g.width-sourceGap/2)/vg.Length(1.5*aspect))
	g.large = vg.Point{X: h * vg.Length(aspect), Y: h}
	half := (h - sourceGap) / 2
	g.small = vg.Point{X: half * vg.Length(aspect), Y: half}
	g.pitch.Y = h + 4 + 2*captionLine + previewGap
	g.columns = max(1, min(g.columns, n))
	return g
}

// cell is one sample of the grid, ready to draw.
type cell struct {
	mixed, own, partner image.Image
	sample              Sample
}

// draw draws the cell with its upper left corner at corner.
func (k cell) draw(c draw.Canvas, g grid, corner vg.Point) {
	place := func(img image.Image, x, y vg.Length, size vg.Point) {
		c.DrawImage(vg.Rectangle{Min: vg.Point{X: x, Y: y - size.Y}, Max: vg.Point{X: x + size.X, Y: y}}, img)
	}
	place(k.mixed, corner.X, corner.Y, g.large)
	place(k.own, corner.X+g.large.X+sourceGap, corner.Y, g.small)
	place(k.partner, corner.X+g.large.X+sourceGap, corner.Y-g.small.Y-sourceGap, g.small)

	y := corner.Y - g.large.Y - 4
	s := k.sample
	for _, line := range []struct {
		class         string
		input, target float64
	}{{s.OwnLabel, s.Input, s.Target}, {s.PartnerLabel, 1 - s.Input, 1 - s.Target}} {
		style := captionStyle()
		c.FillText(style, vg.Point{X: corner.X, Y: y}, shorten(style, line.class, g.width-columnInput-columnTarget-4))
		style.XAlign = draw.XRight
		c.FillText(style, vg.Point{X: corner.X + g.width, Y: y}, share(line.target))
		style.Color = quiet
		c.FillText(style, vg.Point{X: corner.X + g.width - columnTarget, Y: y}, share(line.input))
		y -= captionLine
	}
}

// shorten cuts a text that is wider than the room it has.
func shorten(style text.Style, s string, room vg.Length) string {
	if style.Width(s) <= room {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && style.Width(string(runes)+"…") > room {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
