package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// shade colours the background of a plot where a schedule mixes, and names the
// phases where their names fit.
type shade struct {
	spans []Span
	color color.NRGBA
}

// Plot implements [plot.Plotter].
func (s *shade) Plot(c draw.Canvas, p *plot.Plot) {
	name := textStyle(smallSize, quiet)
	name.XAlign, name.YAlign = draw.XCenter, draw.YTop
	for i, span := range s.spans {
		left, right := c.X(p.X.Norm(span.From)), c.X(p.X.Norm(span.To))
		if span.On {
			c.FillPolygon(faint(s.color, 0.10), rectangle(left, right, c.Min.Y, c.Max.Y))
		}
		if i > 0 && s.spans[i-1].On == span.On { // the shading alone would hide the border
			c.StrokeLine2(draw.LineStyle{Color: rule, Width: vg.Points(0.75)}, left, c.Min.Y, left, c.Max.Y)
		}
		if span.Phase != "plain" && name.Width(span.Phase)+4 <= right-left {
			c.FillText(name, vg.Point{X: (left + right) / 2, Y: c.Max.Y - 2}, span.Phase)
		}
	}
}

// strip is one method's row of phases above a plot.
type strip struct {
	spans []Span
	color color.NRGBA
}

const (
	stripPitch  = vg.Length(8)
	stripHeight = vg.Length(5)
)

// stripsOf returns the rows of phases that a course is drawn with: one for
// each method that mixes at all.
func stripsOf(course Course) []strip {
	if course.Shade >= 0 {
		return nil
	}
	var strips []strip
	for _, s := range course.Series {
		for _, span := range s.Phases {
			if span.On {
				strips = append(strips, strip{s.Phases, seriesColor(s.Color)})
				break
			}
		}
	}
	return strips
}

// drawStrips draws the rows of phases at the top of c, over the width of the
// plot's data.
func drawStrips(c, data draw.Canvas, norm func(float64) float64, strips []strip) {
	label := textStyle(smallSize, quiet)
	label.YAlign = draw.YTop
	c.FillText(label, vg.Point{X: data.Min.X, Y: c.Max.Y + 1}, "strips: mixing on (strong) or off (faint)")
	y := c.Max.Y - 12
	for _, s := range strips {
		for _, span := range s.spans {
			left, right := data.X(norm(span.From)), data.X(norm(span.To))
			c.FillPolygon(phaseColor(s.color, span.On), rectangle(left, right, y-stripHeight, y))
		}
		y -= stripPitch
	}
}

func rectangle(left, right, bottom, top vg.Length) []vg.Point {
	return []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}}
}
