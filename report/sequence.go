package report

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/study"
)

// testWords say how differences are tested.
func testWords(res *study.Results) string {
	if res.Spec.Stop.On() {
		return "with the interval and two-sided p of all looks at them together, made from Student’s t"
	}
	return "with Student’s t interval and two-sided p"
}

// sequence says by which rule a sequential study ends and how far it is, and
// nothing of another.
func sequence(res *study.Results) string {
	stop := res.Spec.Stop
	if !stop.On() {
		return ""
	}
	text := fmt.Sprintf("Seeds are added until every comparison is clear, %d at most: the results are looked at after %s seeds, by a rule that allows for the looks (group-sequential t test, Lan and DeMets’ spending of O’Brien and Fleming’s kind).",
		stop.MaxSeeds, study.LooksText(stop.Looks))
	next := stop.Next(res.Look)
	switch {
	case res.Look == 0:
		return text + fmt.Sprintf(" The first look, after %d seeds, has not been reached.", next)
	case !res.Ended:
		return text + fmt.Sprintf(" The table is of the look after %d seeds; the next is after %d.", res.Look, next)
	case res.Look == stop.EndedAt:
		return text + fmt.Sprintf(" Its time was spent after %d seeds, and what was left of the level was spent there.", res.Look)
	case res.Look < stop.MaxSeeds:
		return text + fmt.Sprintf(" It ended at the look after %d. The mean difference of a study that ends early is on average somewhat too large; the interval is not misled by that.", res.Look)
	}
	return text + " It went on to the last."
}
