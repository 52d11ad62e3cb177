package task

import (
	"math"
	"slices"

	"github.com/vicinal-ml/vicinal/measure"
)

// Judged is what samples were judged to be, a row each.
type Judged struct {
	N      int
	Width  int       // columns
	Values []float32 // N rows of Width numbers, see [Task.Columns]

	// Clean says of which samples the label is the true one; nil is all.
	Clean []bool
}

// Label says whether the label of sample N-1, the last one, is the true one.
// Those before it, if nothing was said of them, have their true labels.
func (j *Judged) Label(clean bool) {
	if clean && j.Clean == nil {
		return
	}
	for len(j.Clean) < j.N-1 {
		j.Clean = append(j.Clean, true)
	}
	j.Clean = append(j.Clean, clean)
}

// Row returns what sample i was judged to be.
func (j *Judged) Row(i int) []float32 { return j.Values[i*j.Width : (i+1)*j.Width] }

// Sample returns the rows of some samples, in that order; one may come up more
// than once.
func (j *Judged) Sample(indices []int) *Judged {
	s := &Judged{N: len(indices), Width: j.Width, Values: make([]float32, 0, len(indices)*j.Width)}
	for _, i := range indices {
		s.Values = append(s.Values, j.Row(i)...)
		if j.Clean != nil {
			s.Clean = append(s.Clean, j.Clean[i])
		}
	}
	return s
}

// mean is that of a column.
func (j *Judged) mean(column int) float64 {
	sum := 0.0
	for i := range j.N {
		sum += float64(j.Values[i*j.Width+column])
	}
	return sum / float64(j.N)
}

// Loss is the measure of the mean loss of samples, in a unit.
func lossMeasure(unit string) Measure {
	return Measure{Name: "loss", Title: "%s loss", Unit: unit, Better: measure.Lower, Of: func(j *Judged) float64 { return j.mean(0) }}
}

// Evaluate measures all that a task measures on a part, of at least one sample.
func Evaluate(t Task, part measure.Part, j *Judged) measure.Values {
	var values measure.Values
	for _, m := range t.Measures() {
		if m.on(part) {
			values.Add(m.at(part).Key(), m.Of(j))
		}
	}
	return values
}

// Table lists what a task measures on all parts: for each part its measures in
// their order.
func Table(t Task) []measure.Measure {
	var table []measure.Measure
	for _, part := range measure.Parts() {
		for _, m := range t.Measures() {
			if m.on(part) {
				table = append(table, m.at(part))
			}
		}
	}
	return table
}

func (m Measure) on(part measure.Part) bool { return m.On == nil || slices.Contains(m.On, part) }

func (m Measure) at(part measure.Part) measure.Measure {
	return measure.Measure{Name: m.Name, Title: m.Title, Unit: m.Unit, Better: m.Better, Part: part, About: m.About}
}

// percent is 100 times a share, NaN of none.
func percent(part, of float64) float64 {
	if of == 0 {
		return math.NaN()
	}
	return 100 * part / of
}
