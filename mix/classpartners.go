package mix

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/stream"
)

// The partners of an ablation of the mixup paper (section 3.8), which depend on
// the classes of the batch (At.Labels).
const (
	// SameClass pairs within each class of the batch: a random permutation of
	// its samples. The only sample of a class is its own partner.
	SameClass Partners = "same-class"
	// OtherClass draws the partner of each sample uniformly from those of the
	// batch that have another class: not everyone is a partner once. In a batch
	// of one class every sample is its own.
	OtherClass Partners = "other-class"
)

// UsesClasses reports whether partners depend on classes.
func (c Pairing) UsesClasses() bool { return c.byClass() || c.Partners == NearestSameClass }

// byClass reports whether partners depend on the labels of the batch.
func (c Pairing) byClass() bool { return c.Partners == SameClass || c.Partners == OtherClass }

// drawByClass fills partner. Sample i looks at the samples with an equal label
// (same) or another, found by counting: batches are small.
func (c Pairing) drawByClass(partner []int32, at *At) error {
	if at.Labels == nil {
		return fmt.Errorf("partners=%s needs the classes of the samples, and there are none", c.Partners)
	}
	r := at.stream(stream.Partners)
	for i, label := range at.Labels {
		// Fisher-Yates from the inside out, each class on its own.
		among, same := at.Labels[:i+1], c.Partners == SameClass
		if !same {
			among = at.Labels
		}
		count := 0
		for _, l := range among {
			if (l == label) == same {
				count++
			}
		}
		if count == 0 {
			partner[i] = int32(i)
			continue
		}
		j := nth(among, label, same, r.IntN(count))
		if !same {
			partner[i] = int32(j)
			continue
		}
		partner[i] = partner[j]
		partner[j] = int32(i)
	}
	return nil
}

// nth returns the place of the k-th label (from 0) that is label, or is not.
func nth(labels []int32, label int32, same bool, k int) int {
	for j, l := range labels {
		if (l == label) != same {
			continue
		}
		if k == 0 {
			return j
		}
		k--
	}
	panic("mix: fewer labels than were counted")
}
