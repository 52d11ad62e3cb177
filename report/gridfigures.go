package report

import (
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"

	"github.com/vicinal-ml/vicinal/study"
)

// maxAxisFigures keeps the page of a study with many axes readable.
const maxAxisFigures = 12

// axisFigures draw the compared measure over the axes: for each axis of several
// values a figure at each combination of the others, up to [maxAxisFigures].
func axisFigures(g *study.Grid) ([]*Figure, error) {
	var figures []*Figure
	for a, axis := range g.Spec.Vary {
		if len(axis.Values) < 2 {
			continue
		}
		seen := map[string]bool{}
		for _, cell := range g.Cells {
			others := slices.Delete(slices.Clone(cell.Combination), a, a+1)
			if seen[others.String()] || len(figures) == maxAxisFigures {
				continue
			}
			seen[others.String()] = true
			figure, err := axisFigure(g, a, others)
			if err != nil {
				return nil, err
			}
			if figure != nil {
				figures = append(figures, figure)
			}
		}
	}
	return figures, nil
}

// axisFigure draws the measure over one axis at one combination of the others;
// nil where nothing has finished.
func axisFigure(g *study.Grid, a int, others study.Combination) (*Figure, error) {
	axis := g.Spec.Vary[a]
	places, ticks := placesOf(axis)
	first := g.Cells[0].Results
	m := first.Compared
	short := shortNames(first)
	var all []Series
	for k := range g.Spec.Methods {
		s := Series{Method: short[k], Color: k}
		for i, value := range axis.Values {
			at := slices.IndexFunc(g.Cells, func(c study.Cell) bool {
				return c.Combination[a].Value == value && slices.Equal(slices.Delete(slices.Clone(c.Combination), a, a+1), others)
			})
			if at < 0 {
				continue
			}
			row := g.Cells[at].Results.Rows[k]
			if row.Summary.N == 0 {
				continue
			}
			low, high := row.Values[0].Value, row.Values[0].Value
			for _, v := range row.Values {
				low, high = min(low, v.Value), max(high, v.Value)
			}
			s.Epoch, s.Mean = append(s.Epoch, places[i]), append(s.Mean, row.Summary.Mean)
			s.Low, s.High = append(s.Low, low), append(s.High, high)
		}
		if len(s.Epoch) > 0 {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	title, name := capital(m.Words())+" over "+axis.Key, "over-"+strings.NewReplacer(".", "-", "_", "-").Replace(axis.Key)
	if len(others) > 0 {
		title += ", " + others.String()
		name += "-" + study.Slug(others.String())
	}
	return Curves(Course{
		Name: name, Title: title, Note: "Mean over the seeds; the band reaches from the lowest to the highest seed.",
		XLabel: axis.Key, XTicks: ticks, YLabel: m.Heading(), Series: all, Shade: -1,
	})
}

// placesOf returns where the values of an axis stand: their own place where all
// are numbers in ascending order, else side by side.
func placesOf(axis study.Axis) (places []float64, ticks []plot.Tick) {
	ascending := true
	for _, value := range axis.Values {
		x, err := strconv.ParseFloat(value, 64)
		ascending = ascending && err == nil && (len(places) == 0 || x > places[len(places)-1])
		places = append(places, x)
	}
	for i, value := range axis.Values {
		if !ascending {
			places[i] = float64(i)
		}
		ticks = append(ticks, plot.Tick{Value: places[i], Label: study.Setting{Key: axis.Key, Value: value}.Plain()})
	}
	return places, ticks
}
