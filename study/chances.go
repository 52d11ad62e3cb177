package study

import (
	"math"
	"slices"
)

// A t statistic is known by the normal score of its p-value: x > 0 stands for
// the |t| with the two-sided p-value 2 Phi(-x). The scores are cut into cells.
const (
	cells     = 128
	cellWidth = 6.0 / cells
)

// leastLevel is the smallest level that is spent at a look: the last cell ends there.
const leastLevel = 2e-9

// chances are the probabilities of the scores of a look, without a difference,
// for studies that no look before has ended.
type chances struct {
	beyond []float64 // [j] that of a score above j*cellWidth
	in     []float64 // [i] that of a score in cell i which is not ended; set by cut
}

// firstLook are those of the first look.
func firstLook() chances {
	c := chances{beyond: make([]float64, cells+1)}
	for j := range c.beyond {
		c.beyond[j] = 2 * normal.CDF(-float64(j)*cellWidth)
	}
	return c
}

// cut ends the studies with the highest scores, of that probability together,
// and returns the two-sided level of the lowest score that is ended.
func (c *chances) cut(out float64) float64 {
	c.in = make([]float64, cells)
	for i := range c.in {
		c.in[i] = c.beyond[i] - max(c.beyond[i+1], min(out, c.beyond[i]))
	}
	j := slices.IndexFunc(c.beyond, func(chance float64) bool { return chance <= out })
	switch {
	case out < leastLevel, j < 0:
		return 0 // beyond the last cell
	case j == 0:
		return 1
	}
	u := 1.0
	if next := c.beyond[j]; next > 0 {
		// The logarithm of a tail is close to straight over a cell.
		u = math.Log(c.beyond[j-1]/out) / math.Log(c.beyond[j-1]/next)
	}
	return 2 * normal.CDF(-(float64(j-1)+u)*cellWidth)
}
