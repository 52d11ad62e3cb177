package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train"
)

// PreviewOptions are the options of "vicinal preview".
type PreviewOptions struct {
	Spec  train.Spec // what is not asked for is as in training
	Count int
	Out   string
}

// NewCmdPreview is "vicinal preview".
func NewCmdPreview(f *Factory, runF func(*PreviewOptions) error) *cobra.Command {
	o := &PreviewOptions{Spec: train.DefaultSpec()}
	o.Spec.Method = "mixup:0.2"
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Draw mixed samples with their weights and labels",
		Long: prose(f.IO, `Draw the first batch that a method mixes, as training with the same data, seed and batch size meets
it: each mixed sample large, the two it was made of beside it, and the weight of each in the input
and in the target.`) + "\n\n" + methodHelp(f.IO) + "\n\n" + augmentHelp(f.IO),
		Example: `  vicinal preview
  vicinal preview --method samplepairing --out pairs.png
  vicinal preview --data toy:moons --method mixup:1,per=sample --out moons.svg`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if runF != nil {
				return runF(o)
			}
			return runPreview(cmd.Context(), f, o)
		},
	}
	flags, s := cmd.Flags(), &o.Spec
	flags.StringVar(&s.Data, "data", s.Data, dataUsage("the data `set`"))
	flags.StringVar(&s.DataDir, "data-dir", s.DataDir, "the `folder` with the data set's files")
	flags.StringVar(&s.Method, "method", s.Method, "the `method`, see above")
	flags.StringVar(&s.Augment, "augment", s.Augment, augmentUsage)
	flags.StringSliceVar(&s.Classes, "classes", s.Classes, classesUsage)
	flags.IntVar(&s.TrainSize, "train-size", s.TrainSize, trainSizeUsage)
	flags.IntVar(&s.Epochs, "epochs", s.Epochs, "epochs of the run, to which schedules are scaled")
	flags.IntVar(&s.Batch, "batch", s.Batch, "samples a step")
	flags.Uint64Var(&s.Seed, "seed", s.Seed, "the run's seed")
	flags.IntVar(&o.Count, "count", 12, "how many samples of the batch to draw")
	flags.StringVarP(&o.Out, "out", "o", "mixed.png", "the picture, .png or .svg")
	completeNames(cmd)
	return cmd
}

func runPreview(ctx context.Context, f *Factory, o *PreviewOptions) error {
	if err := checkPicture(o.Out, ".png", ".svg"); err != nil {
		return err
	}
	if o.Count < 1 {
		return usagef("--count %d: at least one sample is needed", o.Count)
	}
	fewSamples(&o.Spec)
	var err error
	if o.Spec, err = o.Spec.Resolve(); err != nil {
		return asUsage(err)
	}
	set, err := openData(ctx, o.Spec)
	if err != nil {
		return err
	}
	if err := tellData(ctx, f.IO, set); err != nil {
		return trainingError(err, "")
	}
	batch, err := train.FirstMixed(ctx, set, o.Spec, o.Count)
	if err != nil {
		return err
	}
	if batch == nil {
		return usagef("--method %s mixes nothing that could be drawn; choose another", o.Spec.Method)
	}
	figure, err := mixedFigure(o.Spec, batch, o.Count)
	if err != nil {
		return err
	}
	if err := figure.Save(o.Out); err != nil {
		return err
	}
	if batch.Epoch > 0 {
		f.IO.Notef("%s begins to mix in epoch %d", o.Spec.Method, batch.Epoch+1)
	}
	f.IO.Printf("%s\n", o.Out)
	return nil
}

// augmentHelp lists the operations of --augment for a command's help.
func augmentHelp(t *IO) string {
	text := "Operations of --augment, separated by commas:"
	for _, line := range slices.Concat(augment.Help(), augment.SoundHelp()) {
		text += "\n  " + wrap(line, 2, 27, t.proseWidth())
	}
	return text
}

// methodHelp lists the methods and their options for a command's help.
func methodHelp(t *IO) string {
	text := "Methods, written NAME or NAME:OPTION,OPTION:"
	for _, line := range mix.MethodHelp() {
		text += "\n  " + wrap(line, 2, 17, t.proseWidth())
	}
	text += "\n\nOptions of each but erm:"
	for _, line := range mix.OptionHelp() {
		text += "\n  " + wrap(line, 2, 17, t.proseWidth())
	}
	return text
}
