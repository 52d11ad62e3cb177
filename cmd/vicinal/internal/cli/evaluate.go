package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/internal/jsonobject"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train"
)

// EvaluateOptions are the options of "vicinal evaluate".
type EvaluateOptions struct {
	From    string // a run's folder or a checkpoint
	Best    bool
	Data    string // "" is the run's own
	DataDir string // "" is the run's own
	Split   string
	Flip    bool
	Backend string
	JSON    bool
}

var splits = []string{"test", "validation", "train"}

// NewCmdEvaluate is "vicinal evaluate".
func NewCmdEvaluate(f *Factory, runF func(*EvaluateOptions) error) *cobra.Command {
	o := &EvaluateOptions{}
	cmd := &cobra.Command{
		Use:   "evaluate <run>",
		Short: "Measure a run's or imported weights on a data set",
		Long: prose(f.IO, `Measure a run's weights, those of one of its checkpoints, or what "vicinal import" wrote, on a split
of a data set: the error, the top-5 error, the loss and the expected calibration error. The data is
that of the run; another set must have samples of the same shape and the same classes. Its samples are
prepared as those that the weights were trained on: by the same means and deviations, and the columns
of a table by their names.`),
		Example: `  vicinal evaluate runs/moons
  vicinal evaluate runs/photos --best --split validation
  vicinal evaluate imported --data folder:photos`,
		Args: oneArg("run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.From = args[0]
			if !slices.Contains(splits, o.Split) {
				return usagef("--split %q is none of %s", o.Split, strings.Join(splits, ", "))
			}
			if runF != nil {
				return runF(o)
			}
			return runEvaluate(cmd.Context(), f, o)
		},
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Data, "data", "", dataUsage("another data `set`"))
	flags.StringVar(&o.DataDir, "data-dir", "", "the `folder` with the data set's files")
	flags.StringVar(&o.Split, "split", splits[0], "the part of the data: "+strings.Join(splits, ", "))
	flags.BoolVar(&o.Best, "best", false, "the weights of the epoch with the lowest validation error")
	flags.BoolVar(&o.Flip, "eval-flip", false, "take the mean of the logits of each image and its mirror image, also where the run did not")
	flags.StringVar(&o.Backend, "backend", "", "what computes, such as go; by default the best there is (see vicinal doctor)")
	flags.BoolVar(&o.JSON, "json", false, "what was measured as one JSON object")
	completeNames(cmd)
	complete(cmd, "split", cobra.FixedCompletions(splits, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runEvaluate(ctx context.Context, f *Factory, o *EvaluateOptions) error {
	which := train.Last
	if o.Best {
		which = train.Best
	}
	saved, err := train.Load(o.From, which)
	if missing, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, fs.ErrNotExist) {
		return noCheckpoint(missing.Path)
	}
	if err != nil {
		return err
	}
	saved.Spec.EvalFlip = saved.Spec.EvalFlip || o.Flip
	if err := saved.Spec.Fits(saved.Shape); err != nil {
		return asUsage(err)
	}
	spec, err := o.dataOf(saved)
	if err != nil {
		return err
	}
	set, err := openDataTold(ctx, f.IO, spec, saved.Preparation)
	if err != nil {
		return trainingError(err, "")
	}
	if saved.Preparation == nil {
		f.IO.Notef("%s does not say how its samples were prepared: those of %s are prepared by what is measured on them, and columns of a table go by their order", clean(saved.Path), clean(spec.Data))
	}
	if err := tellData(ctx, f.IO, set); err != nil {
		return trainingError(err, "")
	}
	if err := checkSamples(saved, set); err != nil {
		return err
	}
	changed, err := o.ownData(ctx, f.IO, saved, spec, set)
	if err != nil {
		return err
	}
	split := map[string]data.Split{"test": set.Test, "validation": set.Validation, "train": set.Train}[o.Split]
	if split.Len() == 0 {
		return usagef("data set %s has no %s samples; choose another --split", spec.Data, o.Split)
	}
	backend, err := openBackend(f, o.Backend, saved.Spec.Precision, 0)
	if err != nil {
		return err
	}
	defer backend.Finalize()
	m, err := saved.Open(backend)
	if err != nil {
		return err
	}
	defer m.Close()
	f.IO.Notef("evaluating %s\nby %s", saved.Path, backend.Description())
	p := newProgress(f.IO, int64(m.Batches(split.Len())))
	defer p.close()
	e, err := m.Evaluate(ctx, measure.Part(o.Split), split, func(samples int) { p.step(samples, o.Split) })
	if bad, ok := errors.AsType[*train.NotFiniteError](err); ok {
		return fmt.Errorf("%s on the %s part of %s: %w", saved.Path, o.Split, spec.Data, bad)
	}
	if err != nil {
		return trainingError(err, "")
	}
	p.close()
	if o.JSON {
		about, err := json.Marshal(struct {
			Checkpoint string `json:"checkpoint"`
			Model      string `json:"model"`
			Data       string `json:"data"`
			Split      string `json:"split"`
			Changed    string `json:"data_changed,omitempty"`
		}{saved.Path, saved.Spec.Model, spec.Data, o.Split, changed})
		if err != nil {
			return err
		}
		measured, err := json.Marshal(e)
		if err != nil {
			return err
		}
		return writeJSON(f.IO, json.RawMessage(jsonobject.Join(about, measured)))
	}
	printEvaluation(f.IO, saved, spec.Data, o.Split, e)
	if changed != "" {
		f.IO.Printf("  %s\n", wrap(changed, 2, 2, f.IO.proseWidth()))
	}
	return nil
}

// noCheckpoint is the error where a file of weights is not there.
func noCheckpoint(path string) error {
	return usagef("there is no checkpoint %s; name the folder of a run, which has a checkpoint-last, or a checkpoint", path)
}

// dataOf says which data to evaluate on.
func (o *EvaluateOptions) dataOf(saved *train.Saved) (train.Spec, error) {
	spec := saved.Spec
	switch {
	case o.Data == "" && spec.Data == "":
		return spec, usagef("%s names no data set; say --data", saved.Path)
	case o.Data != "" && o.Data != spec.Data:
		// What chose the samples of the run is of its own set.
		other := train.Spec{Data: o.Data, Seed: spec.Seed}
		if saved.Preparation != nil && saved.Preparation.Target != "" {
			// The labels are those of the training table, of which the run took these.
			other.Classes = spec.Classes
		}
		spec = other
	}
	if o.DataDir != "" {
		spec.DataDir = o.DataDir
	}
	return spec, nil
}

// checkSamples refuses data that the network was not made for.
func checkSamples(saved *train.Saved, set *data.Set) error {
	switch {
	case set.Task != saved.Info.Task:
		return usagef("data set %s is a %s set, and the network was trained on a %s set", set.Name, set.Task, saved.Info.Task)
	case !slices.Equal(set.Targets, saved.Info.Targets):
		return usagef("data set %s has the targets %s, and the network was trained for %s", set.Name, strings.Join(set.Targets, ", "), strings.Join(saved.Info.Targets, ", "))
	case !slices.Equal(set.Shape, saved.Shape):
		return usagef("data set %s has samples of %s, the network takes %s", set.Name, shapeText(set.Shape), shapeText(saved.Shape))
	case len(set.Classes) != len(saved.Classes):
		return usagef("data set %s has %d classes, the network tells %d apart", set.Name, len(set.Classes), len(saved.Classes))
	}
	if slices.Equal(saved.Classes, numbered(len(saved.Classes))) {
		return nil // their names may not be known
	}
	for i, name := range saved.Classes {
		if set.Classes[i] != name {
			return usagef("class %d of data set %s is %q, the network's is %q", i, set.Name, set.Classes[i], name)
		}
	}
	return nil
}

func printEvaluation(t *IO, saved *train.Saved, dataName, split string, e *train.Evaluation) {
	t.Printf("%s\n", t.Bold(fmt.Sprintf("%s on %s, %s split", saved.Spec.Model, dataName, split)))
	for _, n := range e.Measures {
		if n.Name == e.Primary {
			t.Printf("  %-22s %s of %s samples\n", n.Words(), amount(n.Measure, n.Value), humanize.Thousands(int64(e.Samples)))
		}
	}
	for _, n := range e.Measures {
		if n.Name != e.Primary {
			t.Printf("  %-22s %s\n", n.Words(), amount(n.Measure, n.Value))
		}
	}
}
