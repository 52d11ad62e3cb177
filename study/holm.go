package study

import (
	"cmp"
	"slices"
)

// Holm returns the p-values of a family of comparisons corrected so that the
// chance of one or more false "differences" in the whole family stays below
// the level they are judged at, whatever the dependence between them: the
// k-th smallest of m (k from 0) is multiplied by m-k, made no smaller than its
// predecessor, and cut at 1. The order of p is kept, and p is left as it is.
//
// See S. Holm, "A simple sequentially rejective multiple test procedure",
// Scandinavian Journal of Statistics 6 (1979).
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	corrected := make([]float64, len(p))
	floor := 0.0
	for k, i := range order {
		floor = max(floor, min(1, float64(len(p)-k)*p[i]))
		corrected[i] = floor
	}
	return corrected
}
