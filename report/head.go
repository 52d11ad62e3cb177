package report

import (
	"strings"

	"gonum.org/v1/plot/text"
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
	y, width := c.Max.Y, c.Max.X-c.Min.X
	for _, part := range []struct {
		text   string
		style  text.Style
		height vg.Length
	}{{title, titleStyle(), titleHeight}, {note, noteStyle(), noteHeight}} {
		part.style.YAlign = draw.YTop
		for _, line := range wrap(part.text, part.style, width) {
			c.FillText(part.style, vg.Point{X: c.Min.X, Y: y}, line)
			y -= part.height
		}
	}
	c.Max.Y -= headHeight(title, note, width)
	return c
}

// headHeight is the height that [drawHead] takes in a canvas of the given width.
func headHeight(title, note string, width vg.Length) vg.Length {
	h := titleHeight*vg.Length(len(wrap(title, titleStyle(), width))) + noteHeight*vg.Length(len(wrap(note, noteStyle(), width)))
	if h > 0 {
		h += headGap
	}
	return h
}

func titleStyle() text.Style { return bold(textStyle(titleSize, ink)) }

func noteStyle() text.Style { return textStyle(smallSize, quiet) }

// wrap breaks a text into lines of at most the given width, at its spaces, and
// within a word that is wider than a line after its commas.
func wrap(words string, style text.Style, width vg.Length) []string {
	var lines []string
	add := func(piece, separator string) {
		if last := len(lines) - 1; last >= 0 && style.Width(lines[last]+separator+piece) <= width {
			lines[last] += separator + piece
		} else {
			lines = append(lines, piece)
		}
	}
	for _, word := range strings.Fields(words) {
		if style.Width(word) <= width {
			add(word, " ")
			continue
		}
		for i, piece := range strings.SplitAfter(word, ",") {
			separator := ""
			if i == 0 {
				separator = " "
			}
			add(piece, separator)
		}
	}
	return lines
}
