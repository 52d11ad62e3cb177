package report

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// PaperAlphas are the parameters whose densities show that mixup with a -> 0
// is ERM.
var PaperAlphas = []float64{1, 0.5, 0.2, 0.1, 0.01, 0.001}

// nearEnd is the distance from 0 and from 1 within which the legend of
// [BetaPlot] counts the mass.
const nearEnd = 0.01

// BetaPlot draws the densities of Beta(a, a) on [0, 1], the distribution of
// mixup's weight, on a logarithmic scale. The legend says how much of the mass
// lies within 0.01 of 0 or 1, where a mixed sample is one of the two samples
// as it was: for a -> 0 that is all of it, and mixup is ERM. An a of 0 is
// drawn as its limit, all mass at the ends.
//
// It is an error when an a is negative, not finite, or above 1000, or none is given.
func BetaPlot(alphas ...float64) (*Figure, error) {
	places := make([]int, len(alphas))
	for i := range places {
		places[i] = i + 1
	}
	return betaPlot(alphas, places)
}

// betaPlot is [BetaPlot] in the colours of the methods at these places of a study.
func betaPlot(alphas []float64, places []int) (*Figure, error) {
	if len(alphas) == 0 {
		return nil, fmt.Errorf("drawing Beta densities: no parameter given; give one or more, such as 0.2")
	}
	for _, a := range alphas {
		if !(a >= 0 && a <= 1000) {
			return nil, fmt.Errorf("drawing the density of Beta(a, a): a = %g, must be in [0, 1000]", a)
		}
	}
	const top = 100
	bottom := lowestDecade(alphas)
	p := newPlot("λ, the weight of the own sample", "density")
	p.X.Min, p.X.Max = 0, 1
	p.Y.Min, p.Y.Max = bottom, top
	p.Y.Scale = plot.LogScale{}
	p.Y.Tick.Marker = powersOfTen{}
	addGrid(p)

	var entries []legendEntry
	var words []string
	for i, a := range alphas {
		style := draw.LineStyle{Color: seriesColor(places[i]), Width: vg.Points(1.75), Dashes: linePattern(places[i])}
		for _, piece := range betaCurve(a, bottom, top) {
			line, err := plotter.NewLine(piece)
			if err != nil {
				return nil, fmt.Errorf("drawing the density of Beta(%g, %g): %w", a, a, err)
			}
			line.LineStyle = style
			p.Add(line)
		}
		share := percent(massNearEnds(a))
		entries = append(entries, legendEntry{name: fmt.Sprintf("a = %g: %s", a, share), line: style})
		words = append(words, fmt.Sprintf("%s for a = %g", share, a))
	}
	return &Figure{
		Name:  "beta",
		Title: "Density of Beta(a, a), mixup’s weight λ",
		Note:  "In the legend: the share of draws within 0.01 of 0 or 1, where nothing is mixed.",
		Alt: "Density of Beta(a, a) over the weight from 0 to 1, logarithmic. The smaller a is, the more of the mass lies at the ends, where mixup is ERM. Within 0.01 of 0 or 1 lie " +
			strings.Join(words, ", ") + ".",
		width: halfWidth, height: 220 + heightOfLegend(entries, halfWidth),
		draw: func(c draw.Canvas) { p.Draw(drawLegend(c, entries)) },
	}, nil
}

// lowestDecade is the power of ten below the lowest density, from 0.001 to 0.1.
func lowestDecade(alphas []float64) float64 {
	lowest := 0.1
	for _, a := range alphas {
		if a > 0 && a <= 1 { // the lowest is in the middle
			lowest = min(lowest, distuv.Beta{Alpha: a, Beta: a}.Prob(0.5))
		} else if a > 1 { // it goes to 0 at the ends
			lowest = 0.001
		}
	}
	return max(0.001, math.Pow(10, math.Floor(math.Log10(lowest)+1e-9)))
}

// massNearEnds is the probability that a draw from Beta(a, a) lies within
// nearEnd of 0 or of 1.
func massNearEnds(a float64) float64 {
	if a == 0 {
		return 1
	}
	return 2 * distuv.Beta{Alpha: a, Beta: a}.CDF(nearEnd)
}

// betaCurve samples the density of Beta(a, a) where it lies in [bottom, top],
// evenly in the logit of x, so that the rise at the ends is drawn as closely
// as the middle. The curve falls into pieces where it leaves that range.
func betaCurve(a, bottom, top float64) []plotter.XYs {
	if a == 0 {
		return []plotter.XYs{{{X: 0, Y: bottom}, {X: 0, Y: top}}, {{X: 1, Y: bottom}, {X: 1, Y: top}}}
	}
	const half, reach = 400, 12.0
	beta := distuv.Beta{Alpha: a, Beta: a}
	var pieces []plotter.XYs
	var piece plotter.XYs
	end := func() {
		if len(piece) > 1 {
			pieces = append(pieces, piece)
		}
		piece = nil
	}
	for i := -half; i <= half; i++ {
		x := 1 / (1 + math.Exp(-reach*float64(i)/half))
		y := math.Exp(beta.LogProb(x))
		if !(y >= bottom && y <= top) {
			end()
			continue
		}
		piece = append(piece, plotter.XY{X: x, Y: y})
	}
	end()
	return pieces
}

// percent formats a share of 1: 40 %, 99.5 %.
func percent(share float64) string {
	decimals := 0
	if share > 0.9 && share < 1 {
		decimals = 1
	}
	return number(100*share, decimals) + " %"
}

// powersOfTen places a tick at every power of ten.
type powersOfTen struct{}

// Ticks implements [plot.Ticker].
func (powersOfTen) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Ceil(math.Log10(low) - 1e-9); e <= math.Log10(high)+1e-9; e++ {
		ticks = append(ticks, plot.Tick{Value: math.Pow(10, e), Label: fmt.Sprintf("%g", math.Pow(10, e))})
	}
	return ticks
}
