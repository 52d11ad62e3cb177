package study

// Row is one method's line in the table of a study.
type Row struct {
	Method     string      `json:"method"`  // canonical spec
	Summary    Summary     `json:"summary"` // of the compared measure on the test part, last epoch, over the finished seeds
	Values     []SeedValue `json:"values"`  // what Summary summarises, in the order of the study's seeds
	Diverged   []uint64    `json:"diverged,omitempty"`
	Unfinished []uint64    `json:"unfinished,omitempty"` // seeds not trained to the end: interrupted, failed or not begun

	// The comparison with the base method, by seed; nil for the base method
	// itself and where no seed has finished in both.
	Difference *Paired     `json:"difference,omitempty"`
	OnSamples  *TwoLevel   `json:"on_samples,omitempty"` // the interval that would hold on other test samples too; nil where the runs left too little for one
	Pairs      []SeedValue `json:"pairs,omitempty"`      // this method's value minus the base's, per seed
	Unpaired   []uint64    `json:"unpaired,omitempty"`   // seeds finished in one of the two only, left out
	Unlike     []uint64    `json:"unlike,omitempty"`     // of the pairs, the seeds whose two runs were not computed with the same backend and versions
}

// SeedValue is a number that belongs to one seed: what was measured, or a
// difference.
type SeedValue struct {
	Seed  uint64  `json:"seed"`
	Value float64 `json:"value"`
}

// Verdict says in words what the comparison of a row with the base shows, at
// a level of 5 % after Holm's correction for the number of comparisons.
type Verdict string

const (
	Base        Verdict = "base"                // the method the others are compared with
	Lower       Verdict = "lower"               // a lower value than the base, which the measure says whether it is better
	Higher      Verdict = "higher"              // a higher one
	NotShown    Verdict = "no difference shown" // which is not the same as "equal"
	CannotTell  Verdict = "cannot tell"         // too few pairs, or pairs without spread
	NotCompared Verdict = "not compared"        // no seed finished in both
)

// Verdict returns the row's verdict. first says that the row is the base.
func (r Row) Verdict(first bool) Verdict {
	switch {
	case first:
		return Base
	case r.Difference == nil:
		return NotCompared
	case r.Difference.Test == nil:
		return CannotTell
	case r.Difference.Test.Holm >= 1-Level:
		return NotShown
	case r.Difference.Mean < 0:
		return Lower
	}
	return Higher
}

// unlike reports whether two runs were computed with different backends or versions.
func (r *RunRecord) unlike(other RunRecord) bool {
	if r.Origin == nil || other.Origin == nil {
		return false
	}
	own, _ := r.Origin.Versions.Difference(other.Origin.Versions)
	return own != ""
}

// compareAll compares all pairs, looked at once.
func compareAll(_ []int, base, other []float64) (Paired, error) { return Compare(base, other) }

// tabulate makes the rows of the table: methods in their order, the first is
// the base. They compare what has the key. Runs that did not finish, or in which
// it was not measured, count in no mean and in no pair. compare compares the
// pairs of two methods; places are those of their seeds.
func tabulate(methods []string, seeds []uint64, runs []RunRecord, key string, compare func(places []int, base, other []float64) (Paired, error)) ([]Row, error) {
	type cell struct {
		method string
		seed   uint64
	}
	byCell := make(map[cell]RunRecord, len(runs))
	for _, r := range runs {
		byCell[cell{r.Method, r.Seed}] = r
	}
	rows := make([]Row, len(methods))
	var family []*Paired // what was planned
	for i, method := range methods {
		row := Row{Method: method}
		var values, base, other []float64
		var places []int
		for place, seed := range seeds {
			own, ok := byCell[cell{method, seed}]
			value, measured := own.Values.Get(key)
			finished := ok && own.Status == Finished && measured
			switch {
			case finished:
				row.Values = append(row.Values, SeedValue{seed, value})
				values = append(values, value)
			case ok && own.Status == Diverged:
				row.Diverged = append(row.Diverged, seed)
			default:
				row.Unfinished = append(row.Unfinished, seed)
			}
			if i == 0 {
				continue
			}
			reference, ok := byCell[cell{methods[0], seed}]
			of, measured := reference.Values.Get(key)
			switch referenceFinished := ok && reference.Status == Finished && measured; {
			case finished && referenceFinished:
				places, base, other = append(places, place), append(base, of), append(other, value)
				row.Pairs = append(row.Pairs, SeedValue{seed, value - of})
				if own.unlike(reference) {
					row.Unlike = append(row.Unlike, seed)
				}
			case finished != referenceFinished:
				row.Unpaired = append(row.Unpaired, seed)
			}
		}
		row.Summary = Summarize(values)
		if len(base) > 0 {
			paired, err := compare(places, base, other)
			if err != nil {
				return nil, err
			}
			row.Difference = &paired
		}
		rows[i] = row
		if i > 0 {
			family = append(family, row.Difference)
		}
	}
	correct(family)
	return rows, nil
}
