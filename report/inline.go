package report

import (
	"fmt"
	"html"
	"html/template"
	"image/color"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// pageFigure is a figure as part of the HTML page.
type pageFigure struct {
	Title, Note string
	SVG         template.HTML
}

// inline returns the figure for the page: its title and note as text, the rest
// as an SVG element that is as wide as its place, has no background, is named
// for screen readers, and takes its colours from the page's style, where they
// change with light and dark.
func (f *Figure) inline() (pageFigure, error) {
	canvas := vgsvg.New(f.width, f.height)
	f.draw(draw.New(canvas))
	text, err := tidySVG(canvas)
	if err != nil {
		return pageFigure{}, fmt.Errorf("drawing %s: %w", f.Name, err)
	}
	_, body, ok := strings.Cut(text[strings.Index(text, "<svg"):], ">")
	if !ok {
		return pageFigure{}, fmt.Errorf("drawing %s: no svg element", f.Name)
	}
	body = svgColor.ReplaceAllStringFunc(body, pageColor)
	body = strings.ReplaceAll(body, "xlink:href", "href")
	head := fmt.Sprintf(`<svg class="figure" viewBox="0 0 %.5g %.5g" style="max-width:%.5gpx" role="img" aria-label="%s">`,
		f.width.Points(), f.height.Points(), f.width.Points()*pixelsPerPoint, html.EscapeString(inXML(f.Alt)))
	return pageFigure{f.Title, f.Note, template.HTML(head + body)}, nil
}

// pixelsPerPoint is how large a figure's point is on a page where there is
// room: a little larger than nature, as body text is larger than labels.
const pixelsPerPoint = 1.4

// svgColor matches a colour as the SVG canvas writes it.
var svgColor = regexp.MustCompile(`#[0-9A-F]{6}`)

// pageColor returns the custom property of the page's style that stands for a
// colour of the figures, and other colours as they are.
func pageColor(hex string) string {
	value, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return hex
	}
	// What is drawn translucent loses a bit on its way through the canvas.
	near := func(shift int, c uint8) bool {
		difference := int(value>>shift&0xff) - int(c)
		return -2 <= difference && difference <= 2
	}
	for name, c := range namedColors() {
		if near(16, c.R) && near(8, c.G) && near(0, c.B) {
			return "var(--" + name + ")"
		}
	}
	return hex
}

// namedColors are the colours of the figures and their names in page.css.
func namedColors() map[string]color.NRGBA {
	named := map[string]color.NRGBA{"paper": paper, "ink": ink, "quiet": quiet, "rule": rule, "base": baseColor}
	for i, c := range seriesColors {
		named[fmt.Sprintf("series%d", i+1)] = c
	}
	return named
}
