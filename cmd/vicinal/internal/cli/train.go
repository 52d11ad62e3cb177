package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// TrainOptions are the options of "vicinal train".
type TrainOptions struct {
	Spec    train.Spec
	Backend string
	Out     string // "" is a folder named after the settings
	DryRun  bool
	JSON    bool

	UsePrevious bool // go on from the checkpoint before a damaged one
}

// NewCmdTrain is "vicinal train".
func NewCmdTrain(f *Factory, runF func(*TrainOptions) error) *cobra.Command {
	o := &TrainOptions{}
	s := newSpecFlags(train.DefaultSpec())
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Train one network with one method and one seed",
		Long: prose(f.IO, `Train one network with one method and one seed. The run's folder gets the settings, the metrics of
each epoch, checkpoints, a picture of the first mixed batch and the result. The same command goes on
where it was interrupted, to the same bits.`) + "\n\n" + methodHelp(f.IO) + "\n\n" + augmentHelp(f.IO),
		Example: `  vicinal train --method mixup:0.2
  vicinal train --data toy:moons --method erm --epochs 200 --out runs/moons
  vicinal train --spec runs/moons/spec.toml --seed 2 --dry-run`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Spec = train.DefaultSpec()
			if s.file != "" {
				var err error
				if o.Spec, err = readRunSpec(s.file); err != nil {
					return err
				}
			}
			if err := s.apply(cmd.Context(), cmd, &o.Spec); err != nil {
				return err
			}
			var err error
			if o.Spec, err = o.Spec.Resolve(); err != nil {
				return asUsage(err)
			}
			if o.Out == "" {
				o.Out = outFolder("train", o.Spec, o.Spec.Hash())
			}
			if runF != nil {
				return runF(o)
			}
			return runTrain(cmd.Context(), f, o)
		},
	}
	method := setting(s, "method", func(s *train.Spec) *string { return &s.Method })
	cmd.Flags().StringVar(method, "method", *method, "the `method`, see above")
	seed := setting(s, "seed", func(s *train.Spec) *uint64 { return &s.Seed })
	cmd.Flags().Uint64Var(seed, "seed", *seed, "fixes the initial weights, the training samples and their order")
	s.add(cmd.Flags())
	addRunFlags(cmd, &o.Backend, &o.Out, &o.DryRun, &o.JSON)
	cmd.Flags().BoolVar(&o.UsePrevious, "use-previous", false, "where the last checkpoint is damaged, go on from the one before")
	completeNames(cmd)
	return cmd
}

// addRunFlags defines what train and compare have in common beside the settings.
func addRunFlags(cmd *cobra.Command, backend, out *string, dryRun, json *bool) {
	cmd.Flags().StringVar(backend, "backend", "", "what computes, such as go; by default the best there is (see vicinal doctor)")
	cmd.Flags().StringVarP(out, "out", "o", "", "the `folder` for the results (default: one below runs/, named after the settings)")
	cmd.Flags().BoolVarP(dryRun, "dry-run", "n", false, "say what would be done and how long it would take, and do nothing")
	cmd.Flags().BoolVar(json, "json", false, "the result as one JSON object")
}

// there says what the folder of the run holds already, and fails where the run would.
func (o *TrainOptions) there(ctx context.Context, set *data.Set) (finished bool, text string, err error) {
	finished, begun, err := train.Runner{Set: set, Spec: o.Spec, Dir: o.Out}.Check(ctx)
	switch {
	case finished:
		text = ", which holds the finished run"
	case begun:
		text = ", which holds the run, begun"
	}
	return finished, text, err
}

func runTrain(ctx context.Context, f *Factory, o *TrainOptions) error {
	set, err := openDataTold(ctx, f.IO, o.Spec, nil)
	if err != nil {
		return trainingError(err, o.Out)
	}
	if err := tellData(ctx, f.IO, set); err != nil {
		return trainingError(err, o.Out)
	}
	if err := checkNetwork(o.Spec, set); err != nil {
		return err
	}
	if err := checkInit(o.Spec, set, o.Out); err != nil {
		return err
	}
	if o.DryRun {
		one := study.Spec{Spec: o.Spec, Methods: []string{o.Spec.Method}, Seeds: []uint64{o.Spec.Seed}}
		text, err := toml.Marshal(o.Spec)
		if err != nil {
			return fmt.Errorf("writing the spec as TOML: %w", err)
		}
		backend := func() (compute.Backend, error) { return openBackend(f, o.Backend, o.Spec.Precision, 0) }
		finished, there, err := o.there(ctx, set)
		if err != nil {
			return trainingError(err, o.Out)
		}
		return dryRun(f, one, text, func() (*study.Forecast, error) {
			if !finished {
				return study.Estimate(ctx, one, backend)
			}
			forecast, err := study.Estimate(ctx, one, nil)
			if err == nil {
				forecast.Done, forecast.FLOPs = 1, 0
			}
			return forecast, err
		}, o.Out, there, o.JSON)
	}
	backend, err := openBackend(f, o.Backend, o.Spec.Precision, 0)
	if err != nil {
		return err
	}
	defer backend.Finalize()
	if err := checkOut(o.Out); err != nil {
		return err
	}
	f.IO.Notef("training with %s, seed %d\n%s on %s\nby %s\nin %s", o.Spec.Method, o.Spec.Seed, o.Spec.Model, o.Spec.Data, backend.Description(), o.Out)
	for _, remark := range o.Spec.Remarks() {
		f.IO.Notef("%s", remark)
	}
	result, err := trainRun(ctx, f, o, set, backend)
	if errors.Is(err, train.ErrDamaged) {
		return fmt.Errorf("%w; --use-previous goes on from the checkpoint before, if there is one, and removing %s begins again", err, o.Out)
	}
	if err != nil {
		return trainingError(err, o.Out)
	}
	if o.JSON {
		return writeJSON(f.IO, struct {
			Dir    string        `json:"dir"`
			Result *train.Result `json:"result"`
		}{o.Out, result})
	}
	return printResult(f.IO, o.Out, result)
}
