package mix

// maxOrder is the most samples an order keeps track of.
const maxOrder = 4096

// order visits the samples of a batch once each, from a sample to its partner
// while that is still to come: what was just read as a partner is then read
// again as a sample's own, out of the cache.
type order struct {
	partner []int32 // nil to visit the samples as they come
	seen    [maxOrder / 64]uint64
	start   int // no sample below is still to come
	at      int // the sample last visited, or -1
}

func (o *order) init(p *Plan) {
	*o = order{at: -1}
	if !p.Second && p.N <= maxOrder {
		o.partner = p.Partner
	}
}

// next returns the next of n samples, or false.
func (o *order) next(n int) (int, bool) {
	if o.partner == nil {
		o.at++
		return o.at, o.at < n
	}
	if o.at >= 0 {
		if j := int(o.partner[o.at]); o.visit(j) {
			return j, true
		}
	}
	for ; o.start < n; o.start++ {
		if o.visit(o.start) {
			return o.start, true
		}
	}
	return 0, false
}

// visit marks a sample and reports whether it was still to come.
func (o *order) visit(i int) bool {
	word, bit := &o.seen[i/64], uint64(1)<<(i%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	o.at = i
	return true
}
