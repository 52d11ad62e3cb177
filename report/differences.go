package report

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// rowPitch is the height of one method in [Differences].
const rowPitch = vg.Length(42)

const circleRadius = vg.Length(2.7)

// Differences draws the differences in what is compared, m, to the base method: a dot
// for each seed, the mean and its 95 % interval. rows are those of a study, the
// base first; a row without a pair says so in the figure. It is an error when
// there is no row to compare.
func Differences(m measure.Measure, rows []study.Row) (*Figure, error) {
	if len(rows) < 2 {
		return nil, fmt.Errorf("drawing differences: the study has %d methods, and two or more can be compared", len(rows))
	}
	methods := make([]string, len(rows))
	for i, r := range rows {
		methods[i] = r.Method
	}
	short := names(methods)
	base := short[0]
	axis := "difference in " + m.Words() + " to " + base
	if unit := differenceUnit(m); unit != "" {
		axis += "," + unit
	}
	p := newPlot(axis, "")
	p.X.Tick.Marker = signedTicks{}
	low, high := 0.0, 0.0
	for _, r := range rows[1:] {
		for _, pair := range r.Pairs {
			low, high = min(low, pair.Value), max(high, pair.Value)
		}
		if r.Difference != nil && r.Difference.Test != nil {
			low, high = min(low, r.Difference.Test.Low), max(high, r.Difference.Test.High)
		}
	}
	margin := max(0.06*(high-low), least(m, rows))
	p.X.Min, p.X.Max = low-margin, high+margin
	p.Y.Min, p.Y.Max = 0, float64(len(rows)-1)
	p.Y.Tick.Marker = plot.ConstantTicks(nil)
	p.Add(&differences{rows: rows[1:], names: short[1:]})

	var words []string
	for i, r := range rows[1:] {
		words = append(words, short[i+1]+": "+differenceInWords(m, r))
	}
	title := "Difference to " + base + " with the same seed"
	return &Figure{
		Name:  "differences",
		Title: title,
		Note:  "Circles are seeds; the bar is the mean with its 95 % interval. " + sideNote(m),
		Alt:   title + ". " + strings.Join(words, "; ") + ".",
		width: halfWidth, height: 40 + vg.Length(len(rows)-1)*rowPitch,
		draw: p.Draw,
	}, nil
}

// differenceInWords is "mean −1.25 points, 95 % interval −2.10 to −0.40, from 5 seeds".
func differenceInWords(m measure.Measure, r study.Row) string {
	d, places, unit := r.Difference, m.Decimals(r.Summary.Mean), ""
	if u := m.Difference(); u != "" {
		unit = " " + u
	}
	switch {
	case d == nil:
		return "no seed finished in both methods"
	case d.Test == nil:
		return fmt.Sprintf("mean %s%s, no interval: %s", signed(d.Mean, places), unit, d.Why)
	}
	return fmt.Sprintf("mean %s%s, 95 %% interval %s to %s, from %d seeds", signed(d.Mean, places), unit, signed(d.Test.Low, places), signed(d.Test.High, places), d.N)
}

// sideNote says which side of 0 is better.
func sideNote(m measure.Measure) string {
	if m.Better == measure.Higher {
		return "Right of 0 is higher, which is better."
	}
	if strings.HasSuffix(m.Words(), "error") {
		return "Left of 0 is a lower error."
	}
	return "Left of 0 is lower, which is better."
}

// least is the smallest margin beside the values.
func least(m measure.Measure, rows []study.Row) float64 {
	if m.Unit == "%" {
		return 0.1
	}
	return max(1e-3*abs(rows[0].Summary.Mean), 1e-9)
}

// differences plots one row a method, the first at the top.
type differences struct {
	rows  []study.Row
	names []string
}

// Plot implements [plot.Plotter].
func (d *differences) Plot(c draw.Canvas, p *plot.Plot) {
	zero := c.X(p.X.Norm(0))
	for _, tick := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		x := c.X(p.X.Norm(tick.Value))
		c.StrokeLine2(draw.LineStyle{Color: rule, Width: vg.Points(0.75)}, x, c.Min.Y, x, c.Max.Y)
	}
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(1)}, zero, c.Min.Y, zero, c.Max.Y)
	label := textStyle(labelSize, ink)
	label.YAlign = draw.YTop
	for i, r := range d.rows {
		top := c.Max.Y - vg.Length(i)*rowPitch
		// The name stands on paper, clear of the grid lines.
		c.FillPolygon(paper, rectangle(c.Min.X, c.Min.X+label.Width(d.names[i])+3, top-14, top-2))
		c.FillText(label, vg.Point{X: c.Min.X, Y: top - 2}, d.names[i])
		if r.Difference == nil {
			none := textStyle(smallSize, quiet)
			none.YAlign = draw.YTop
			c.FillText(none, vg.Point{X: c.Min.X, Y: top - 16}, "no seed finished in both methods")
			continue
		}
		d.plotRow(c, p, r, seriesColor(i+1), top-27)
	}
}

// plotRow draws one method's interval, mean and seeds around the height y.
func (d *differences) plotRow(c draw.Canvas, p *plot.Plot, r study.Row, hue color.NRGBA, y vg.Length) {
	x := func(value float64) vg.Length { return c.X(p.X.Norm(value)) }
	if t := r.Difference.Test; t != nil {
		c.FillPolygon(faint(hue, 0.22), rectangle(x(t.Low), x(t.High), y-7, y+7))
	}
	mean := x(r.Difference.Mean)
	c.StrokeLine2(draw.LineStyle{Color: hue, Width: vg.Points(2.5)}, mean, y-7, mean, y+7)
	for k, pair := range r.Pairs {
		// Equal values are common (errors are counts over one test set): neighbours
		// in seed order lie at different heights.
		lift := vg.Length(k%3-1) * 4
		var circle vg.Path
		center := vg.Point{X: x(pair.Value), Y: y + lift}
		circle.Move(vg.Point{X: center.X + circleRadius, Y: center.Y})
		circle.Arc(center, circleRadius, 0, 2*math.Pi)
		circle.Close()
		c.SetLineStyle(draw.LineStyle{Color: hue, Width: vg.Points(1.1)})
		c.Stroke(circle)
	}
}

// signedTicks are [roundTicks] with a plus sign above zero.
type signedTicks struct{}

// Ticks implements [plot.Ticker].
func (signedTicks) Ticks(low, high float64) []plot.Tick {
	ticks := roundTicks{5}.Ticks(low, high)
	for i := range ticks {
		if ticks[i].Value > 0 {
			ticks[i].Label = "+" + ticks[i].Label
		}
	}
	return ticks
}
