package data

// numbered numbers the samples of some parts one after another.
type numbered struct {
	parts   []namedSplit
	begin   []int // the number of each part's first sample
	samples int
}

// namedSplit is a split and the name of its part.
type namedSplit struct {
	part string
	Split
}

// number numbers the samples of those parts that are there.
func number(train, validation, test Split) *numbered {
	n := &numbered{}
	for _, p := range []namedSplit{{partTrain, train}, {partValidation, validation}, {partTest, test}} {
		if p.Split == nil {
			continue
		}
		n.parts, n.begin = append(n.parts, p), append(n.begin, n.samples)
		n.samples += p.Len()
	}
	return n
}

// find returns the part of sample k and its place there.
func (n *numbered) find(k int) (p namedSplit, i int) {
	at := len(n.begin) - 1
	for n.begin[at] > k {
		at--
	}
	return n.parts[at], k - n.begin[at]
}

// stored returns the split that stores sample k and its place there.
func (n *numbered) stored(k int) (examined, int) {
	p, i := n.find(k)
	return stored(p.Split, i)
}

// stored returns the split that sample i of s is picked from, and its place
// there.
func stored(s Split, i int) (examined, int) {
	for p := picked(s); p != nil; p = picked(s) {
		s, i = p.base, int(p.index[i])
	}
	return s.(examined), i // as every split of this package is
}
