package report

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/font"
	"gonum.org/v1/plot"
	plotfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sizes of the figures, in points. A half figure keeps its labels readable
// when it is as wide as a phone.
const (
	halfWidth = 330
	titleSize = 11
	labelSize = 9.5
	smallSize = 8.5
)

// textStyle is the sans-serif text of the figures.
func textStyle(size float64, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    plotfont.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)},
		Handler: plot.DefaultTextHandler,
	}
}

// bold makes a text style bold.
func bold(s text.Style) text.Style {
	s.Font.Weight = font.WeightBold
	return s
}

// newPlot is a plot in the style of the figures: quiet axes, no ticks, no
// frame, text in one face.
func newPlot(xLabel, yLabel string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		align := axis.Tick.Label
		axis.Tick.Label = textStyle(labelSize, quiet)
		axis.Tick.Label.XAlign, axis.Tick.Label.YAlign = align.XAlign, align.YAlign
		align = axis.Label.TextStyle
		axis.Label.TextStyle = textStyle(labelSize, quiet)
		axis.Label.TextStyle.XAlign, axis.Label.TextStyle.YAlign = align.XAlign, align.YAlign
		axis.Label.Padding = vg.Points(3)
		axis.LineStyle.Color = rule
		axis.LineStyle.Width = vg.Points(0.75)
		axis.Tick.LineStyle.Color = color.Transparent // a gap between axis and labels, no mark
		axis.Tick.Length = vg.Points(4)
		axis.Padding = 0
		axis.Tick.Marker = roundTicks{5}
	}
	p.Y.LineStyle.Width = 0
	p.X.Label.Text, p.Y.Label.Text = xLabel, yLabel
	return p
}

// addGrid adds the horizontal grid lines, below everything added later.
func addGrid(p *plot.Plot) {
	grid := plotter.NewGrid()
	grid.Vertical.Width = 0
	grid.Horizontal = draw.LineStyle{Color: rule, Width: vg.Points(0.75)}
	p.Add(grid)
}

// roundTicks places about wanted ticks on round values: 1, 2 or 5 times a
// power of ten apart.
type roundTicks struct{ wanted int }

// Ticks implements [plot.Ticker].
func (r roundTicks) Ticks(low, high float64) []plot.Tick {
	step := roundStep((high - low) / float64(max(1, r.wanted)))
	decimals := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	var ticks []plot.Tick
	first := math.Ceil(low/step - 1e-9)
	// Far from 0 no tick comes after another: both are one number.
	for k := range 4 * max(1, r.wanted) {
		value := (first + float64(k)) * step
		if !(value <= high+1e-9*step) {
			break
		}
		ticks = append(ticks, plot.Tick{Value: value, Label: number(value, decimals)})
	}
	return ticks
}

// wholeTicks are [roundTicks] on whole numbers.
type wholeTicks struct{}

// Ticks implements [plot.Ticker].
func (wholeTicks) Ticks(low, high float64) []plot.Tick {
	if high-low < 5 {
		return roundTicks{max(1, int(high-low))}.Ticks(low, high)
	}
	return roundTicks{5}.Ticks(low, high)
}

// roundStep is 1, 2 or 5 times a power of ten: the one nearest to x, by ratio.
func roundStep(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	best := power
	for _, m := range []float64{2, 5, 10} {
		if math.Abs(math.Log(m*power/x)) < math.Abs(math.Log(best/x)) {
			best = m * power
		}
	}
	return best
}

// number formats x with a true minus sign, and no negative zero.
func number(x float64, decimals int) string {
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if digits, negative := strings.CutPrefix(s, "-"); negative {
		if strings.Trim(digits, "0.") == "" {
			return digits
		}
		return "−" + digits
	}
	return s
}

// signed is [number] with a plus sign for what is above zero.
func signed(x float64, decimals int) string {
	s := number(x, decimals)
	if x > 0 && strings.Trim(s, "0.") != "" {
		return "+" + s
	}
	return s
}

// linePattern tells series apart where colour does not.
func linePattern(i int) []vg.Length {
	patterns := [][]vg.Length{nil, {}, {6, 2}, {2, 1.5}, {7, 2, 1.5, 2}, {4, 1.5, 1, 1.5, 1, 1.5}, {10, 3}}
	return patterns[i%len(patterns)]
}
