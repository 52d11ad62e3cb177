package study

import (
	"fmt"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// Seeds are the seeds that the table is about: all of the study's, or of a
// sequential study those of the last look, and before the first all.
func (r *Results) Seeds() []uint64 {
	if r.Look > 0 {
		return r.Spec.Seeds[:r.Look]
	}
	return r.Spec.Seeds
}

// look makes the table of a sequential study at the last look that it has
// reached, or at the first at which every comparison is clear.
func (r *Results) look() (err error) {
	r.Look, r.Ended = 0, false
	reached := r.Spec.Stop.Reached(r.atEnd())
	if len(reached) == 0 {
		r.Rows, err = r.table(r.Compared.Key())
		return err
	}
	for _, r.Look = range reached {
		if r.Rows, err = r.table(r.Compared.Key()); err != nil {
			return err
		}
		if r.Ended = r.Spec.Stop.Next(r.Look) == 0 || settled(r.Rows); r.Ended {
			break
		}
	}
	return nil
}

// atEnd is the number of seeds, from the first on, of which every run has come
// to its end.
func (r *Results) atEnd() int {
	open := len(r.Spec.Seeds)
	for i := range r.Runs {
		if run := &r.Runs[i]; run.Status != Finished && run.Status != Diverged {
			open = min(open, slices.Index(r.Spec.Seeds, run.Seed))
		}
	}
	return open
}

// settled reports whether more seeds would tell nothing that is not shown: every
// method differs from the base, or diverged with all seeds.
func settled(rows []Row) bool {
	for _, row := range rows[1:] {
		if v := row.Verdict(false); v != Lower && v != Higher && v != NotCompared {
			return false
		}
	}
	return true
}

// leaveOut drops the runs that a study which has ended did without.
func (r *Results) leaveOut() {
	if !r.Ended {
		return
	}
	seeds := r.Seeds()
	r.Runs = slices.DeleteFunc(r.Runs, func(run RunRecord) bool {
		return run.Status == Missing && !slices.Contains(seeds, run.Seed)
	})
}

// differSequence names what keeps spec from going on with the seeds and looks of
// the study there, or "" where they are the same. What ends a study is fixed
// before its first run: seeds that were added because of what the others had
// shown would make more of a difference than there is.
func differSequence(there, spec Spec) string {
	a, b := there.Stop, spec.Stop
	switch {
	case !a.On() && !b.On():
		return ""
	case !a.On():
		return fmt.Sprintf("its %s were fixed before they were trained, and here they are added until the comparison is clear", humanize.Count(len(there.Seeds), "seed"))
	case !b.On():
		return fmt.Sprintf("its seeds are added until the comparison is clear, at most max_seeds = %d, and here they are fixed", a.MaxSeeds)
	case a.MaxSeeds != b.MaxSeeds:
		return fmt.Sprintf("max_seeds = %d there, %d here", a.MaxSeeds, b.MaxSeeds)
	case !slices.Equal(a.Looks, b.Looks):
		return fmt.Sprintf("looks = %v there, %v here", a.Looks, b.Looks)
	case b.EndedAt != 0 && a.EndedAt != b.EndedAt:
		return fmt.Sprintf("ended_at = %d there, %d here", a.EndedAt, b.EndedAt)
	case !slices.Equal(there.Seeds, spec.Seeds):
		return "it has other seeds, or the same in another order"
	case there.Measure != spec.Measure:
		return fmt.Sprintf("measure = %q there, %q here, and it ends by that measure", there.Measure, spec.Measure)
	}
	return ""
}
