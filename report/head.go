package report

import (
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	titleHeight = vg.Length(15) // one line
	noteHeight  = vg.Length(12) // one line
	headGap     = vg.Length(5)  // below
)

// drawHead draws a title and a note at the top of c and returns what is left
// of c. Empty parts take no room.
func drawHead(c draw.Canvas, title, note string) draw.Canvas {
	y := c.Max.Y
	if title != "" {
		style := bold(textStyle(titleSize, ink))
		style.YAlign = draw.YTop
		c.FillText(style, vg.Point{X: c.Min.X, Y: y}, title)
		y -= titleHeight
	}
	for _, line := range wrap(note, c.Max.X-c.Min.X) {
		style := textStyle(smallSize, quiet)
		style.YAlign = draw.YTop
		c.FillText(style, vg.Point{X: c.Min.X, Y: y}, line)
		y -= noteHeight
	}
	c.Max.Y -= headHeight(title, note, c.Max.X-c.Min.X)
	return c
}

// headHeight is the height that [drawHead] takes in a canvas of the given width.
func headHeight(title, note string, width vg.Length) vg.Length {
	h := noteHeight * vg.Length(len(wrap(note, width)))
	if title != "" {
		h += titleHeight
	}
	if h > 0 {
		h += headGap
	}
	return h
}

// wrap breaks a note into lines of at most the given width, at its spaces.
func wrap(note string, width vg.Length) []string {
	style := textStyle(smallSize, quiet)
	var lines []string
	for _, word := range strings.Fields(note) {
		if last := len(lines) - 1; last >= 0 && style.Width(lines[last]+" "+word) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}
