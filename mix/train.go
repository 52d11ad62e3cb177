package mix

// Train is what a method may look at of all training samples, beside those of
// the batch. None of it changes in a run.
type Train struct {
	N         int        // training samples
	Targets   []float32  // real targets, N times as many as a sample has; nil where there are none
	Neighbors *Neighbors // nil where they were not looked for
}

// Neighbors are the nearest training samples of each.
type Neighbors struct {
	K         int     // as many as were looked for
	SameClass bool    // among the samples of its class alone
	Index     []int32 // K for each sample, the nearest first; -1 where a class has no more
}

// Of returns the neighbours of a sample, the nearest first, at most k.
func (n *Neighbors) Of(sample, k int) []int32 {
	near := n.Index[sample*n.K:][:min(k, n.K)]
	for i, j := range near {
		if j < 0 {
			return near[:i]
		}
	}
	return near
}
