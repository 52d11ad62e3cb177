package mix

import "fmt"

// ApplyClasses mixes class indices by p.Target into dense rows of class
// probabilities: row i of dst, of the given number of classes, gets the weight
// w of its own class and 1-w of its partner's, summed if they are the same.
//
// len(labels) must be p.N, len(dst) p.N*classes, each label in [0, classes).
// If p.Second, partners' labels come from other; else other is not read and
// may be nil. dst must not overlap them. Nothing is allocated, and nothing
// written unless all arguments are right.
func ApplyClasses(dst []float32, labels, other []int32, classes int, p *Plan) error {
	const what = "classes"
	if classes < 1 {
		return fmt.Errorf("mixing %s: %d classes, there must be 1 or more", what, classes)
	}
	if len(labels) != p.N {
		return fmt.Errorf("mixing %s: %d labels for the plan's %d samples", what, len(labels), p.N)
	}
	if len(dst) != p.N*classes {
		return fmt.Errorf("mixing %s: dst holds %d values, it must hold %d samples x %d classes = %d", what, len(dst), p.N, classes, p.N*classes)
	}
	if _, err := checkBatch(what, p, len(labels), len(labels), len(other)); err != nil {
		return err
	}
	if overlap(dst, labels) || overlap(dst, other) {
		return fmt.Errorf("mixing %s: dst overlaps the labels: give it its own memory", what)
	}
	from := labels
	if p.Second {
		from = other
	}
	for i, c := range labels {
		if c < 0 || int(c) >= classes {
			return fmt.Errorf("mixing %s: label of sample %d is %d, not in [0, %d)", what, i, c, classes)
		}
		if c := from[p.Partner[i]]; c < 0 || int(c) >= classes {
			return fmt.Errorf("mixing %s: label of the partner of sample %d is %d, not in [0, %d)", what, i, c, classes)
		}
	}
	clear(dst)
	for i, w := range p.Target {
		row := dst[i*classes : (i+1)*classes]
		row[labels[i]] = w
		row[from[p.Partner[i]]] += 1 - w
	}
	return nil
}
