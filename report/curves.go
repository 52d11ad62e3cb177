package report

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Series is one method's course over the epochs, drawn as a line (the mean
// over its seeds) in a band (from the lowest to the highest seed). The four
// slices are of equal length, in ascending order of Epoch.
type Series struct {
	Method string
	Color  int       // place of the method in the study: 0 is the base method
	Epoch  []float64 // epochs finished
	Mean   []float64
	Low    []float64
	High   []float64
	Phases []Span // the schedule, if any
}

// Span is a phase of a method's schedule, in epochs: mixing is on or off from
// From to To.
type Span struct {
	From, To float64
	Phase    string // "warm-up", "on", "off", "fine-tune", "plain"
	On       bool   // samples are mixed
}

// Course says what [Curves] draws.
type Course struct {
	Name, Title, Note string
	XLabel            string      // "" is "epoch"
	XTicks            []plot.Tick // nil are those of epochs
	YLabel            string      // with its unit
	Series            []Series
	Shade             int // index of the series whose phases shade the whole background; -1 for a strip of phases a series at the top
}

// Curves draws how a loss or an error developed, with the phases of the
// methods' schedules shaded.
func Curves(course Course) (*Figure, error) {
	p := newPlot("epoch", course.YLabel)
	addGrid(p)
	p.X.Tick.Marker = wholeTicks{}
	p.X.Min, p.Y.Min = 0, 0
	where := "after %g epochs"
	if course.XLabel != "" {
		p.X.Label.Text, p.X.Tick.Marker = course.XLabel, plot.ConstantTicks(course.XTicks)
		p.X.Min, p.X.Max = course.XTicks[0].Value, course.XTicks[len(course.XTicks)-1].Value
		where = "at the place %g"
	}

	var shaded *shade
	if course.Shade >= 0 && course.Shade < len(course.Series) {
		s := course.Series[course.Shade]
		shaded = &shade{spans: s.Phases, color: seriesColor(s.Color)}
		p.Add(shaded)
	}
	var entries []legendEntry
	var words []string
	var lines []*plotter.Line
	for _, s := range course.Series {
		if len(s.Epoch) == 0 || len(s.Mean) != len(s.Epoch) || len(s.Low) != len(s.Epoch) || len(s.High) != len(s.Epoch) {
			return nil, fmt.Errorf("drawing %s of %s: %d epochs with %d means, %d lowest and %d highest values; needs as many of each, and one or more",
				course.Name, s.Method, len(s.Epoch), len(s.Mean), len(s.Low), len(s.High))
		}
		c := seriesColor(s.Color)
		middle := make(plotter.XYs, len(s.Epoch))
		outline := make(plotter.XYs, 0, 2*len(s.Epoch))
		for i, x := range s.Epoch {
			middle[i] = plotter.XY{X: x, Y: s.Mean[i]}
			outline = append(outline, plotter.XY{X: x, Y: s.High[i]})
		}
		for i := len(s.Epoch) - 1; i >= 0; i-- {
			outline = append(outline, plotter.XY{X: s.Epoch[i], Y: s.Low[i]})
		}
		band, err := plotter.NewPolygon(outline)
		if err != nil {
			return nil, fmt.Errorf("drawing %s of %s: %w", course.Name, s.Method, err)
		}
		band.Color = faint(c, bandOpacity)
		band.LineStyle.Width = 0
		p.Add(band)
		line, err := plotter.NewLine(middle)
		if err != nil {
			return nil, fmt.Errorf("drawing %s of %s: %w", course.Name, s.Method, err)
		}
		line.LineStyle = draw.LineStyle{Color: c, Width: vg.Points(1.75), Dashes: linePattern(s.Color)}
		if len(middle) == 1 { // a line of one point cannot be seen
			dot, err := plotter.NewScatter(middle)
			if err != nil {
				return nil, fmt.Errorf("drawing %s of %s: %w", course.Name, s.Method, err)
			}
			dot.GlyphStyle = draw.GlyphStyle{Color: c, Radius: vg.Points(2.5), Shape: draw.CircleGlyph{}}
			p.Add(dot)
		}
		lines = append(lines, line)
		entries = append(entries, legendEntry{name: s.Method, line: line.LineStyle, band: band.Color})
		last := len(s.Mean) - 1
		words = append(words, fmt.Sprintf("%s: %s at the start, %s "+where, s.Method, significant(s.Mean[0]), significant(s.Mean[last]), s.Epoch[last]))
	}
	for _, line := range lines { // above all bands
		p.Add(line)
	}
	p.Y.Max *= 1.04
	if shaded != nil {
		p.Y.Max *= 1.08 // room for the names of the phases
	}
	strips := stripsOf(course)
	stripHeight := vg.Length(len(strips)) * stripPitch
	if len(strips) > 0 {
		stripHeight += 13
	}
	return &Figure{
		Name: course.Name, Title: course.Title, Note: course.Note,
		Alt:   course.Title + ". Mean over the seeds. " + strings.Join(words, "; ") + ".",
		width: halfWidth, height: 195 + stripHeight + heightOfLegend(entries, halfWidth),
		draw: func(c draw.Canvas) {
			c = drawLegend(c, entries)
			if len(strips) > 0 {
				drawStrips(c, p.DataCanvas(c), p.X.Norm, strips)
				c.Max.Y -= stripHeight
			}
			p.Draw(c)
		},
	}, nil
}

const bandOpacity = 0.16

// significant formats a value for an alternative text.
func significant(x float64) string {
	decimals := 2
	if a := math.Abs(x); a >= 10 {
		decimals = 1
	} else if a > 0 && a < 0.1 {
		decimals = 4
	}
	return number(x, decimals)
}

// phaseColor is strong where mixing is on and faint where it is off.
func phaseColor(c color.NRGBA, on bool) color.NRGBA {
	if on {
		return faint(c, 0.55)
	}
	return faint(c, 0.14)
}
