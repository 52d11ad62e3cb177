package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// CompareOptions are the options of "vicinal compare".
type CompareOptions struct {
	Spec    study.Spec
	Names   map[string]string // what the user called a method of Spec
	Backend string
	Out     string // "" is a folder named after the settings
	DryRun  bool
	JSON    bool

	Budget time.Duration // of a sequential study; 0 is any
	Fit    bool          // find out how many seeds fit into Budget, at most those of Spec

	Measures    bool // print what else was measured
	UsePrevious bool // go on from the checkpoints before damaged ones
}

// NewCmdCompare is "vicinal compare".
func NewCmdCompare(f *Factory, runF func(*CompareOptions) error) *cobra.Command {
	o := &CompareOptions{}
	d := study.DefaultSpec()
	s := newSpecFlags(d.Spec)
	compared := ""
	var vary, choose []string
	chooseSeeds := 5
	methods, seeds, jobs := methods(d.Methods), seeds(study.CountedSeeds(defaultSeeds)), d.Jobs
	sequence := sequenceFlags{}
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Train every method with every seed, and say which generalises better",
		Long: prose(f.IO, `Train the same network on the same data with every method and every seed, then print a table of what
was measured, say in plain words what the comparison shows, and write a report as a web page. All methods
share a seed's initial weights, training samples and their order, so they are compared pair by pair.
The same command goes on where it was interrupted, to the same bits; with more seeds or methods it
extends what is there. With --max-seeds or --budget seeds are added until every comparison is clear, by a
rule that is fixed before the first run and does not find more differences than there are.`) + "\n\n" + methodHelp(f.IO) + "\n\n" + augmentHelp(f.IO),
		Example: `  vicinal compare
  vicinal compare --methods erm,mixup:0.2,mixup:1 --seeds 10
  vicinal compare --methods erm,mixup:0.2 --max-seeds 50 --budget 30m
  vicinal compare --data toy:moons --epochs 50 --seeds 1-3,7 --out runs/moons
  vicinal compare --spec runs/moons/study.toml --lr 0.02 --dry-run`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Spec = study.DefaultSpec()
			if s.file != "" {
				var err error
				if o.Spec, err = study.ReadSpec(s.file); err != nil {
					return asUsage(err)
				}
			}
			if err := s.apply(cmd.Context(), cmd, &o.Spec.Spec); err != nil {
				return err
			}
			if cmd.Flags().Changed("methods") {
				o.Spec.Methods = methods
			}
			has, err := s.hasKey("seeds")
			if err != nil {
				return err
			}
			chosen := cmd.Flags().Changed("seeds")
			if chosen || !has && !o.Spec.Stop.On() {
				o.Spec.Seeds = seeds
			}
			if cmd.Flags().Changed("measure") {
				o.Spec.Measure = compared
			}
			if err := sequence.apply(cmd.Flags(), o, chosen || has); err != nil {
				return err
			}
			if cmd.Flags().Changed("jobs") {
				o.Spec.Jobs = jobs
			}
			given := o.Spec.Methods
			if o.Spec.Vary, err = axes(o.Spec.Vary, vary); err != nil {
				return asUsage(err)
			}
			if o.Spec.Choose, err = families(o.Spec, choose, chooseSeeds, cmd.Flags().Changed("choose-seeds")); err != nil {
				return asUsage(err)
			}
			if len(o.Spec.Vary) > 0 {
				o.Spec, err = o.Spec.ResolveAxes()
			} else {
				o.Spec, err = o.Spec.Resolve()
			}
			if err != nil {
				return asUsage(err)
			}
			o.Names = make(map[string]string)
			for i, method := range o.Spec.Methods {
				o.Names[method] = given[i]
			}
			if o.Out == "" {
				what, hash := "compare", o.Spec.Run(o.Spec.Methods[0], 0).Hash()
				if o.Spec.Stop.On() {
					what = "sequential"
				}
				for _, axis := range o.Spec.Vary {
					hash += "-" + axis.Key
				}
				o.Out = outFolder(what, o.Spec.Spec, hash)
			}
			if runF != nil {
				return runF(o)
			}
			return runCompare(cmd.Context(), f, o)
		},
	}
	cmd.Flags().Var(&methods, "methods", "the methods, see above; the others are compared with the first")
	cmd.Flags().Var(&seeds, "seeds", "how many seeds, or which, such as 1-3,7")
	sequence.add(cmd.Flags())
	s.add(cmd.Flags())
	cmd.Flags().StringVar(&compared, "measure", "", "compare by the measure of this `name` on the test part, such as ece; by default the task's own, such as error or rmse")
	cmd.Flags().StringArrayVar(&vary, "vary", nil, "a `setting` and its values, such as train_size=10,20,50: methods are compared at each; several make a grid")
	cmd.Flags().StringArrayVar(&choose, "choose", nil, "a `family` of methods, such as mixup:{0.1,0.2,0.4,1}: the one that is best on the validation part, with seeds of its own, is compared")
	cmd.Flags().IntVar(&chooseSeeds, "choose-seeds", chooseSeeds, "seeds that each family is trained with")
	cmd.Flags().IntVar(&jobs, "jobs", jobs, "runs at once; 0 is one a core. The results do not depend on it")
	addRunFlags(cmd, &o.Backend, &o.Out, &o.DryRun, &o.JSON)
	cmd.Flags().BoolVar(&o.Measures, "measures", false, measuresUsage)
	cmd.Flags().BoolVar(&o.UsePrevious, "use-previous", false, "where a run's last checkpoint is damaged, go on from the one before")
	completeNames(cmd)
	return cmd
}

const measuresUsage = "print also what else was measured, each with mean and deviation"

func runCompare(ctx context.Context, f *Factory, o *CompareOptions) error {
	if len(o.Spec.Vary) > 0 {
		return runCompareGrid(ctx, f, o)
	}
	set, err := o.checkData(ctx, f, true)
	if err != nil {
		return err
	}
	if len(o.Spec.Choose) > 0 && !o.DryRun {
		if err := checkOut(o.Out); err != nil {
			return err
		}
		if err := o.choose(ctx, f, set.Train.Len()); err != nil {
			return err
		}
	}
	if o.Budget > 0 {
		if err := o.fit(ctx, f); err != nil {
			return err
		}
	}
	if o.DryRun {
		text, err := o.Spec.TOML()
		if err != nil {
			return err
		}
		return o.dryRun(ctx, f, set, text)
	}
	// The study opens its own, one for each run at a time; one that does not open is better known before.
	backend, err := o.backends(f)()
	if err != nil {
		return err
	}
	by := backend.Description()
	backend.Finalize()
	if err := checkOut(o.Out); err != nil {
		return err
	}
	t := f.IO
	results, err := compareRuns(ctx, f, o, set, func(p *study.Plan) {
		t.Notef("comparing %s, %s\n%s on %s\nby %s\nin %s%s", strings.Join(given(o), ", "), seedWords(o.Spec.Seeds)+sequenceWords(o), o.Spec.Model, o.Spec.Data, by, o.Out, besides(p))
		for _, remark := range remarks(o.Spec) {
			t.Notef("%s", remark)
		}
		for _, line := range p.Remarks {
			t.Notef("%s", clean(line))
		}
	})
	_, some := errors.AsType[*study.FailedError](err)
	if err != nil && !some && !errors.Is(err, train.ErrDiverged) {
		return trainingError(err, o.Out)
	}
	// Where runs diverged or failed the others still have something to show.
	without := trainingError(err, o.Out)
	page, err := report.Write(o.Out, results)
	if err != nil {
		return err
	}
	if o.JSON {
		err = writeResultsJSON(t, o.Out, page, results)
	} else {
		err = printResults(t, page, results, o.Measures)
	}
	return errors.Join(err, without)
}

// checkData opens the data of the first seed, and refuses what does not fit it; tell says what it is.
func (o *CompareOptions) checkData(ctx context.Context, f *Factory, tell bool) (*data.Set, error) {
	first := o.Spec.Run(o.Spec.Methods[0], o.Spec.Seeds[0])
	open := openData
	if tell {
		open = func(ctx context.Context, spec train.Spec) (*data.Set, error) {
			return openDataTold(ctx, f.IO, spec, nil)
		}
	}
	set, err := open(ctx, first)
	if err != nil {
		return nil, trainingError(err, o.Out)
	}
	if tell {
		if err := tellData(ctx, f.IO, set); err != nil {
			return nil, trainingError(err, o.Out)
		}
	}
	for _, method := range o.Spec.Methods {
		if err := checkNetwork(o.Spec.Run(method, o.Spec.Seeds[0]), set); err != nil {
			return nil, err
		}
	}
	t, _, err := first.Learns(set)
	if err != nil {
		return nil, asUsage(err)
	}
	if err := o.Spec.CheckMeasure(t); err != nil {
		return nil, asUsage(err)
	}
	return set, checkInit(first, set, o.Out)
}

// families are those of the spec file, or the user's.
func families(spec study.Spec, given []string, seeds int, seedsGiven bool) ([]study.Choice, error) {
	all := slices.Clone(spec.Choose)
	if len(given) > 0 {
		all = nil
		for _, text := range given {
			all = append(all, study.Choice{Family: text, Seeds: seeds})
		}
	}
	for i := range all {
		if seedsGiven || all[i].Seeds == 0 {
			all[i].Seeds = seeds
		}
		family, err := study.ParseFamily(all[i].Family)
		if err != nil {
			return nil, err
		}
		if len(spec.Vary) > 0 {
			return nil, errors.New("choose and vary exclude each other: a method is picked for one combination of settings")
		}
		if _, err := spec.ChoosingSpec(family, all[i].Seeds); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// axes are those of the spec file, with the user's in place of those of the same settings.
func axes(file []study.Axis, given []string) ([]study.Axis, error) {
	all := slices.Clone(file)
	for _, text := range given {
		axis, err := study.ParseAxis(text)
		if err != nil {
			return nil, err
		}
		if at := slices.IndexFunc(all, func(a study.Axis) bool { return a.Key == axis.Key }); at >= 0 && at < len(file) {
			all[at] = axis
		} else {
			all = append(all, axis)
		}
	}
	slices.SortFunc(all, func(a, b study.Axis) int { return strings.Compare(a.Key, b.Key) })
	return all, nil
}

// besides says what the folder holds that is no part of the comparison asked for.
func besides(p *study.Plan) string {
	switch n := p.Beside(); n {
	case 0:
		return ""
	case 1:
		return ", beside a run of another method or seed"
	default:
		return fmt.Sprintf(", beside %d runs of other methods or seeds", n)
	}
}

// dryRun says what the comparison would do in its folder.
func (o *CompareOptions) dryRun(ctx context.Context, f *Factory, set *data.Set, text []byte) error {
	runner := study.Runner{Spec: o.Spec, Dir: o.Out, Set: set, Backend: o.backends(f)}
	plan, err := runner.Plan(ctx)
	if err != nil {
		return trainingError(err, o.Out)
	}
	for _, line := range plan.Remarks {
		f.IO.Notef("%s", clean(line))
	}
	for _, choice := range o.Spec.Choose {
		f.IO.Notef("before that one of %s is picked, with %s of their own: it is not counted here", choice.Family, humanize.Count(choice.Seeds, "seed"))
	}
	return dryRun(f, o.Spec, text, func() (*study.Forecast, error) { return runner.Estimate(ctx, plan) }, o.Out, besides(plan), o.JSON)
}

// backends makes the backends of a study. Each computes on one thread, unless the user says otherwise: runs go
// side by side, and their results must not depend on how many.
func (o *CompareOptions) backends(f *Factory) study.BackendFactory {
	return func() (compute.Backend, error) {
		return openBackend(f, o.Backend, o.Spec.Precision, 1)
	}
}

// given are the methods as the user wrote them.
func given(o *CompareOptions) []string {
	names := make([]string, len(o.Spec.Methods))
	for i, method := range o.Spec.Methods {
		names[i] = o.Names[method]
	}
	return names
}
