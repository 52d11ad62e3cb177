package data

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// farRarer is how many times as many samples as a class the largest one has
// where the class is told to be rare.
const farRarer = 10

// odd lists what of a set that was read is odd.
func (c *checker) odd(v *verdicts, r *Checkup) []Odd {
	odd := []Odd{}
	say := func(format string, args ...any) { odd = append(odd, Odd{What: fmt.Sprintf(format, args...)}) }
	for _, p := range r.Parts {
		if p.Samples == 0 {
			say("there are no %s samples", p.Part)
			continue
		}
		missing, rare := c.fewOf(p)
		if len(missing) > 0 {
			say("%s has no sample of %s", p.Part, humanize.Few(missing, 5))
		}
		if len(rare) > 0 && p.Part == partTrain {
			most := slices.Max(p.Counts)
			say("few training samples of %s, %d of class %q", humanize.Few(rare, 5), most, c.set.Classes[slices.Index(p.Counts, most)])
		}
	}
	for _, text := range constantColumns(c.set) {
		say("%s", text)
	}
	return append(odd, c.oddSamples(v)...)
}

// fewOf returns the classes of which a part has no samples, and those of which
// it has far fewer than of its largest, with their numbers.
func (c *checker) fewOf(p CheckedPart) (missing, rare []string) {
	for k, n := range p.Counts {
		switch {
		case n == 0:
			missing = append(missing, fmt.Sprintf("class %q", c.set.Classes[k]))
		case n*farRarer <= slices.Max(p.Counts):
			rare = append(rare, fmt.Sprintf("class %q (%d)", c.set.Classes[k], n))
		}
	}
	return missing, rare
}

// constantColumns tells which columns of a table have one value.
func constantColumns(set *Set) []string {
	r, ok := base(set.Train).(*rows)
	if !ok {
		return nil
	}
	var found []string
	for j, name := range set.Features {
		one, missing := math.NaN(), false
		constant := true
		for i := range r.Len() {
			v := r.x[i*r.size+j]
			switch {
			case math.IsNaN(v):
				missing = true
			case math.IsNaN(one):
				one = v
			case v != one:
				constant = false
			}
		}
		switch {
		case constant && missing:
			found = append(found, fmt.Sprintf("column %q is %g in every row that has a value", name, one))
		case constant:
			found = append(found, fmt.Sprintf("column %q is %g in every row", name, one))
		}
	}
	return found
}

// oddSamples counts the samples that are odd by themselves.
func (c *checker) oddSamples(v *verdicts) []Odd {
	var odd []Odd
	for _, k := range slices.Sorted(maps.Keys(v.odd)) {
		at := slices.IndexFunc(odd, func(o Odd) bool { return o.What == v.odd[k] })
		if at < 0 {
			at = len(odd)
			odd = append(odd, Odd{What: v.odd[k], Example: c.place(k).Name})
		}
		odd[at].Count++
	}
	return odd
}
