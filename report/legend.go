package report

import (
	"image/color"

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

// drawLegend draws the legend at the top of c and returns what is left of c.
func drawLegend(c draw.Canvas, entries []legendEntry) draw.Canvas {
	style := textStyle(labelSize, ink)
	style.YAlign = draw.YCenter
	left, row, _ := layLegend(entries, c.Max.X-c.Min.X)
	for i, e := range entries {
		x, middle := c.Min.X+left[i], c.Max.Y-legendHeight*vg.Length(row[i])-legendHeight/2
		if e.band != nil {
			c.FillPolygon(e.band, rectangle(x, x+legendKey, middle-4, middle+4))
		}
		c.StrokeLine2(e.line, x, middle, x+legendKey, middle)
		c.FillText(style, vg.Point{X: x + legendKey + legendGap, Y: middle}, e.name)
	}
	c.Max.Y -= heightOfLegend(entries, c.Max.X-c.Min.X)
	return c
}

// heightOfLegend is the height that [drawLegend] takes in a canvas of the
// given width.
func heightOfLegend(entries []legendEntry, width vg.Length) vg.Length {
	_, _, rows := layLegend(entries, width)
	return legendHeight*vg.Length(rows) + 6
}
