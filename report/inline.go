package report

import (
	"fmt"
	"html"
	"html/template"
	"image/color"
	"regexp"
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
	body = svgColor.ReplaceAllStringFunc(body, func(c string) string {
		if name, ok := colorNames[c]; ok {
			return "var(--" + name + ")"
		}
		return c
	})
	body = strings.ReplaceAll(body, "xlink:href", "href")
	head := fmt.Sprintf(`<svg class="figure" viewBox="0 0 %.5g %.5g" style="max-width:%.5gpx" role="img" aria-label="%s">`,
		f.width.Points(), f.height.Points(), f.width.Points()*pixelsPerPoint, html.EscapeString(f.Alt))
	return pageFigure{f.Title, f.Note, template.HTML(head + body)}, nil
}

// pixelsPerPoint is how large a figure's point is on a page where there is
// room: a little larger than nature, as body text is larger than labels.
const pixelsPerPoint = 1.4

// svgColor matches a colour as the SVG canvas writes it.
var svgColor = regexp.MustCompile(`#[0-9A-F]{6}`)

// colorNames are the custom properties of the page's style that stand for the
// colours of the figures.
var colorNames = func() map[string]string {
	names := map[string]string{}
	add := func(c color.NRGBA, name string) { names[fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B)] = name }
	add(paper, "paper")
	add(ink, "ink")
	add(quiet, "quiet")
	add(rule, "rule")
	add(baseColor, "base")
	for i, c := range seriesColors {
		add(c, fmt.Sprintf("series%d", i+1))
	}
	return names
}()
