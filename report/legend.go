package report

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// legendEntry is one key of a figure's legend: a piece of its line and its name.
type legendEntry struct {
	name string
	line draw.LineStyle
	band color.Color // the band around the line, or nil
}

const (
	legendKey    = vg.Length(18) // length of the piece of line
	legendGap    = vg.Length(5)  // between key and name
	legendSpace  = vg.Length(14) // between entries
	legendHeight = vg.Length(13) // one row

	titleHeight = 15
	noteHeight  = 12
	legendLead  = 4 // above the legend
	headGap     = 6 // below the head
)

// layLegend places the entries in columns of equal width and returns the left
// edge and the row of each, and the number of rows.
func layLegend(entries []legendEntry, width vg.Length) (left []vg.Length, row []int, rows int) {
	style := textStyle(labelSize, ink)
	var widest vg.Length
	for _, e := range entries {
		widest = max(widest, legendKey+legendGap+style.Width(e.name))
	}
	columns := max(1, min(len(entries), int((width+legendSpace)/(widest+legendSpace))))
	for i := range entries {
		left = append(left, vg.Length(i%columns)*(widest+legendSpace))
		row = append(row, i/columns)
	}
	return left, row, (len(entries) + columns - 1) / columns
}

// drawHead draws title, a note below it and the legend at the top of c and
// returns what is left of c. Empty parts take no room.
func drawHead(c draw.Canvas, title, note string, entries []legendEntry) draw.Canvas {
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
	if len(entries) > 0 {
		y -= legendLead
		style := textStyle(labelSize, ink)
		style.YAlign = draw.YCenter
		left, row, rows := layLegend(entries, c.Max.X-c.Min.X)
		for i, e := range entries {
			x, middle := c.Min.X+left[i], y-legendHeight*vg.Length(row[i])-legendHeight/2
			if e.band != nil {
				c.FillPolygon(e.band, rectangle(x, x+legendKey, middle-4, middle+4))
			}
			c.StrokeLine2(e.line, x, middle, x+legendKey, middle)
			c.FillText(style, vg.Point{X: x + legendKey + legendGap, Y: middle}, e.name)
		}
		y -= legendHeight * vg.Length(rows)
	}
	c.Max.Y = y - headGap
	return c
}

// headHeight is the height that [drawHead] takes in a canvas of the given width.
func headHeight(title, note string, entries []legendEntry, width vg.Length) vg.Length {
	h := vg.Length(headGap)
	if title != "" {
		h += titleHeight
	}
	h += noteHeight * vg.Length(len(wrap(note, width)))
	if len(entries) > 0 {
		_, _, rows := layLegend(entries, width)
		h += legendLead + legendHeight*vg.Length(rows)
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
