package report

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Toy is what networks trained by different methods say about a plane with
// two classes in it.
type Toy struct {
	X      [2]float64 `json:"x"`              // lowest and highest first coordinate
	Y      [2]float64 `json:"y"`              // lowest and highest second coordinate
	Panels []ToyPanel `json:"panels"`         // one a method, side by side; at most 100
	Points []ToyPoint `json:"points"`         // the training samples; those outside are not drawn
	Note   string     `json:"note,omitempty"` // a line about the run: data, network, seed, epochs; at most 4,096 bytes
}

// ToyPanel is one method's probability of class 1 on a regular grid over the
// plane, its edges included.
type ToyPanel struct {
	Method      string    `json:"method"`      // at most 4,096 bytes
	Rows        int       `json:"rows"`        // 2 to 1,024, along y
	Columns     int       `json:"columns"`     // 2 to 1,024, along x
	Probability []float32 `json:"probability"` // Rows x Columns, in [0, 1]; from the lowest y and x, x fastest
}

// ToyPoint is a training sample.
type ToyPoint struct {
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	Class int     `json:"class"` // 0 or 1
}

// ToyBoundary draws the panels of a toy side by side: the probability of class
// 1 as colour, lines where it is 0.1, 0.5 and 0.9, and the training samples.
func ToyBoundary(toy Toy) (*Figure, error) {
	if err := toy.validate(); err != nil {
		return nil, err
	}
	methods := make([]string, len(toy.Panels))
	plots := make([]*plot.Plot, len(toy.Panels))
	var words []string
	for i, panel := range toy.Panels {
		methods[i] = panel.Method
		p, err := toy.plot(panel)
		if err != nil {
			return nil, fmt.Errorf("drawing the plane of %s: %w", panel.Method, err)
		}
		plots[i] = p
		words = append(words, fmt.Sprintf("with %s %s of the plane lie between 0.1 and 0.9", panel.Method, percent(panel.undecided())))
	}
	short := names(methods)
	const title = "Probability of class 1 over the plane"
	const gap, scaleHeight = 14, 34
	across := min(len(plots), 2)
	down := (len(plots) + across - 1) / across
	side := (halfWidth - gap*vg.Length(across-1)) / vg.Length(across)
	// As high as the plane is: a step along y is as long as one along x.
	const heading, axes = 16, 18
	high := min(max((side-axes)*vg.Length((toy.Y[1]-toy.Y[0])/(toy.X[1]-toy.X[0])), 60), 2*side) + axes + heading
	return &Figure{
		Name: "toy", Title: title, Note: toy.Note,
		Alt:   title + ": " + strings.Join(words, "; ") + ". " + toy.Note,
		width: halfWidth, height: vg.Length(down)*(high+gap) + scaleHeight,
		draw: func(c draw.Canvas) {
			for i, p := range plots {
				left := c.Min.X + vg.Length(i%across)*(side+gap)
				top := c.Max.Y - vg.Length(i/across)*(high+gap)
				style := textStyle(labelSize, ink)
				style.YAlign = draw.YTop
				c.FillText(style, vg.Point{X: left, Y: top}, short[i])
				p.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
					Min: vg.Point{X: left, Y: top - high}, Max: vg.Point{X: left + side, Y: top - heading},
				}})
			}
			drawProbabilityScale(c)
		},
	}, nil
}

// Bounds of a toy, which is drawn as large as it says it is.
const (
	maxToyPanels = 100
	maxToyGrid   = 1 << 10
	maxToyText   = 1 << 12
)

// validate names the first part of a toy that cannot be drawn.
func (t Toy) validate() error {
	if n := len(t.Panels); n == 0 || n > maxToyPanels {
		return fmt.Errorf("drawing the toy boundary: %d panels, needs 1 to %d", n, maxToyPanels)
	}
	if len(t.Note) > maxToyText {
		return fmt.Errorf("drawing the toy boundary: a note of %d bytes, at most %d are drawn", len(t.Note), maxToyText)
	}
	if !(t.X[0] < t.X[1]) || !(t.Y[0] < t.Y[1]) || math.IsInf(t.X[1]-t.X[0], 0) || math.IsInf(t.Y[1]-t.Y[0], 0) {
		return fmt.Errorf("drawing the toy boundary: the plane from %v to %v has no area", t.X, t.Y)
	}
	for _, p := range t.Panels {
		if len(p.Method) > maxToyText {
			return fmt.Errorf("drawing the toy boundary: a method of %d bytes, at most %d are drawn", len(p.Method), maxToyText)
		}
		if min(p.Rows, p.Columns) < 2 || max(p.Rows, p.Columns) > maxToyGrid || len(p.Probability) != p.Rows*p.Columns {
			return fmt.Errorf("drawing the toy boundary of %s: %d values for a grid of %d x %d, needs 2 x 2 to %d x %d and as many values",
				p.Method, len(p.Probability), p.Rows, p.Columns, maxToyGrid, maxToyGrid)
		}
		for i, v := range p.Probability {
			if !(v >= 0 && v <= 1) {
				return fmt.Errorf("drawing the toy boundary of %s: value %d is %g, must be a probability", p.Method, i, v)
			}
		}
	}
	return nil
}

// undecided is the share of the plane where neither class reaches 0.9.
func (p ToyPanel) undecided() float64 {
	n := 0
	for _, v := range p.Probability {
		if v > 0.1 && v < 0.9 {
			n++
		}
	}
	return float64(n) / float64(len(p.Probability))
}

// plot draws one panel.
func (t Toy) plot(panel ToyPanel) (*plot.Plot, error) {
	p := newPlot("", "")
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = t.X[0], t.X[1], t.Y[0], t.Y[1]
	p.X.Tick.Marker, p.Y.Tick.Marker = roundTicks{4}, roundTicks{4}
	field := plane{panel, t.X, t.Y}
	p.Add(plotter.NewImage(field.image(), t.X[0], t.Y[0], t.X[1], t.Y[1]))
	contour := plotter.NewContour(field, []float64{0.1, 0.5, 0.9}, nil)
	thin := draw.LineStyle{Color: toyInk, Width: vg.Points(0.6), Dashes: []vg.Length{2, 2}}
	contour.LineStyles = []draw.LineStyle{thin, {Color: toyInk, Width: vg.Points(1.4)}, thin}
	p.Add(contour)
	for class := range 2 {
		var points plotter.XYs
		for _, point := range t.Points {
			inside := point.X >= t.X[0] && point.X <= t.X[1] && point.Y >= t.Y[0] && point.Y <= t.Y[1]
			if point.Class == class && inside {
				points = append(points, plotter.XY{X: point.X, Y: point.Y})
			}
		}
		if len(points) == 0 {
			continue
		}
		for _, style := range pointStyles(class) {
			scatter, err := plotter.NewScatter(points)
			if err != nil {
				return nil, err
			}
			scatter.GlyphStyle = style
			p.Add(scatter)
		}
	}
	return p, nil
}
