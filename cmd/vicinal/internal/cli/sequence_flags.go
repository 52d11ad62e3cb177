package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// budgetSeeds are the seeds at most of a comparison with a budget, where nothing else is said.
const budgetSeeds = 50

// sequenceFlags say when a comparison ends.
type sequenceFlags struct {
	maxSeeds int
	budget   time.Duration
}

func (s *sequenceFlags) add(flags *pflag.FlagSet) {
	flags.IntVar(&s.maxSeeds, "max-seeds", 0, "add seeds until every comparison is clear, `N` at most")
	flags.DurationVar(&s.budget, "budget", 0, "add seeds until every comparison is clear, within a `time` such as 30m")
}

// apply makes the spec of the options a sequential one where the flags say so; named says that its seeds were chosen.
func (s *sequenceFlags) apply(flags *pflag.FlagSet, o *CompareOptions, named bool) error {
	maxSeeds, budget := flags.Changed("max-seeds"), flags.Changed("budget")
	switch {
	case budget && s.budget <= 0:
		return usagef("--budget %v: give a time, such as 30m", s.budget)
	case maxSeeds && (s.maxSeeds < 2 || s.maxSeeds > study.MostSeeds):
		return usagef("--max-seeds %d: from 2, since a comparison needs two pairs of runs, to %d", s.maxSeeds, study.MostSeeds)
	}
	o.Budget = s.budget
	switch {
	case maxSeeds:
		o.Spec.Stop = study.Stop{MaxSeeds: s.maxSeeds}
	case !budget || o.Spec.Stop.On():
		return nil
	case named:
		o.Spec.Stop = study.Stop{MaxSeeds: len(o.Spec.Seeds)}
	default:
		o.Spec.Stop, o.Fit = study.Stop{MaxSeeds: budgetSeeds}, true
	}
	if !named {
		o.Spec.Seeds = study.CountedSeeds(o.Spec.Stop.MaxSeeds)
	}
	return nil
}

// fit fails for a budget that is too small for two pairs, and leaves as many seeds as fit into it where none were named.
// A study that is there keeps its own.
func (o *CompareOptions) fit(ctx context.Context, f *Factory) error {
	there, err := study.ReadSpec(filepath.Join(o.Out, "study.toml"))
	if err == nil {
		if o.Fit && there.Stop.On() {
			o.Spec.Stop, o.Spec.Seeds = there.Stop, there.Seeds
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	forecast, err := study.Estimate(ctx, o.Spec, o.backends(f))
	if errors.Is(err, train.ErrInterrupted) {
		return &InterruptedError{errors.New("interrupted before anything was trained")}
	}
	if err != nil {
		return trainingError(err, o.Out)
	}
	seeds := forecast.SeedsWithin(o.Budget)
	if seeds < 2 {
		return usagef("--budget %v is too small for two pairs: a run takes about %s here, and there are %d for each seed, %d at once", o.Budget, humanize.Seconds(forecast.RunSeconds()), len(o.Spec.Methods), forecast.Spec.Jobs)
	}
	if o.Fit && seeds < o.Spec.Stop.MaxSeeds {
		o.Spec.Stop, o.Spec.Seeds = study.Stop{MaxSeeds: seeds}, o.Spec.Seeds[:seeds]
		o.Spec, err = o.Spec.Resolve()
	}
	return err
}

// sequenceWords follow the seeds of a comparison that may end before.
func sequenceWords(o *CompareOptions) string {
	if !o.Spec.Stop.On() {
		return ""
	}
	text := " at most, until every comparison is clear"
	if o.Budget > 0 {
		text += fmt.Sprintf(" or %v are spent", o.Budget)
	}
	return text
}

// looksWords say when a comparison is looked at.
func looksWords(stop study.Stop) string {
	if stop.EndedAt > 0 {
		return fmt.Sprintf("after %s seeds; its time was spent there", study.LooksText(stop.Reached(stop.EndedAt)))
	}
	return fmt.Sprintf("after %s seeds; it ends at the first at which every comparison is clear", study.LooksText(stop.Looks))
}

// most is "at most " where a comparison may end before its last seed.
func most(spec study.Spec) string {
	if spec.Stop.On() {
		return "at most "
	}
	return ""
}
