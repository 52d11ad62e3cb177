package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// ToyOptions are the options of "vicinal toy".
type ToyOptions struct {
	Spec    train.Spec // its Method is not used
	Methods []string
	Backend string
	Out     string
	Study   string // folder of a comparison whose report shows the picture too; "" for none
}

// toyDefault is a small network on few samples: what a method does to the border shows best there.
func toyDefault() train.Spec {
	spec := train.DefaultSpec()
	spec.Data, spec.Model = "toy:moons", "mlp:64,64"
	spec.TrainSize, spec.Validation = 100, -1
	spec.Epochs, spec.EvalEvery = 200, 200
	return spec
}

// NewCmdToy is "vicinal toy".
func NewCmdToy(f *Factory, runF func(*ToyOptions) error) *cobra.Command {
	o := &ToyOptions{Spec: toyDefault()}
	list := methods{"erm", "mixup:1"}
	cmd := &cobra.Command{
		Use:   "toy",
		Short: "Draw what ERM and mixup make of two classes in the plane",
		Long: prose(f.IO, `Train a small network on two interleaved classes in the plane with each method, and draw the
probability of a class over the plane, side by side. With mixup the border is blurred and the
predictions away from the samples are less certain.`) + "\n\n" + methodHelp(f.IO),
		Example: `  vicinal toy
  vicinal toy --data toy:spiral --methods erm,mixup:0.2,mixup:1 --epochs 500 --out spiral.svg`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Methods = list
			if runF != nil {
				return runF(o)
			}
			return runToy(cmd.Context(), f, o)
		},
	}
	flags, s := cmd.Flags(), &o.Spec
	flags.StringVar(&s.Data, "data", s.Data, "the data `set`, with two classes in the plane: "+strings.Join(planes(), ", "))
	flags.Var(&list, "methods", "the methods, see above, one panel each")
	flags.StringVar(&s.Model, "model", s.Model, "the `network`")
	flags.IntVar(&s.TrainSize, "train-size", s.TrainSize, "training samples of each class; negative is all")
	flags.IntVar(&s.Epochs, "epochs", s.Epochs, "passes over the training samples")
	flags.IntVar(&s.Batch, "batch", s.Batch, "samples a step")
	flags.Float64Var(&s.Optimizer.LearningRate, "lr", s.Optimizer.LearningRate, "learning rate")
	flags.Uint64Var(&s.Seed, "seed", s.Seed, "fixes the initial weights, the samples and their order")
	flags.StringVar(&o.Backend, "backend", "", "what computes; by default the best there is")
	flags.StringVarP(&o.Out, "out", "o", "toy.png", "the picture, .png or .svg")
	flags.StringVar(&o.Study, "study", "", "the `folder` of a comparison, whose report shall show the picture too")
	completeNames(cmd)
	return cmd
}

// planes are the data sets with two classes in the plane.
func planes() []string {
	var names []string
	for _, name := range data.Names() {
		if info, _, err := data.Describe(name); err == nil && len(info.Classes) == 2 && len(info.Shape) == 1 && info.Shape[0] == 2 {
			names = append(names, name)
		}
	}
	return names
}

// checkPlane refuses data that is not two classes in the plane.
func checkPlane(info *data.Info) error {
	if len(info.Classes) == 2 && info.Size() == 2 {
		return nil
	}
	return usagef("--data %s: it has %d classes and samples of %d values; this draws 2 classes in the plane, such as %s",
		info.Name, len(info.Classes), info.Size(), strings.Join(planes(), " or "))
}

func runToy(ctx context.Context, f *Factory, o *ToyOptions) error {
	if err := checkPicture(o.Out, ".png", ".svg"); err != nil {
		return err
	}
	for i, method := range o.Methods {
		spec := o.Spec
		spec.Method = method
		spec.EvalEvery = spec.Epochs
		if spec.EvalEvery < 1 {
			spec.EvalEvery = 1 // the epochs are what is wrong
		}
		resolved, err := spec.Resolve()
		if err != nil {
			return asUsage(err)
		}
		o.Methods[i] = resolved.Method
	}
	if info, _, err := data.Describe(o.Spec.Data); err == nil && info.Shape != nil {
		if err := checkPlane(&info); err != nil {
			return err
		}
	}
	set, err := openData(ctx, o.Spec)
	if err != nil {
		return trainingError(err, "")
	}
	if err := checkPlane(&set.Info); err != nil {
		return err
	}
	for _, method := range o.Methods {
		spec := o.Spec
		spec.Method = method
		if err := checkNetwork(spec, set); err != nil {
			return err
		}
	}
	var results *study.Results
	if o.Study != "" {
		if results, err = loadStudy(ctx, o.Study); err != nil {
			return err
		}
	}
	toy, err := trainToy(ctx, f, o, set)
	if err != nil {
		return trainingError(err, "")
	}
	figure, err := report.ToyBoundary(*toy)
	if err != nil {
		return err
	}
	if err := figure.Save(o.Out); err != nil {
		return err
	}
	f.IO.Printf("%s\n", o.Out)
	if results == nil {
		return nil
	}
	if err := report.WriteToy(o.Study, *toy); err != nil {
		return err
	}
	page, err := report.Write(o.Study, results)
	if err != nil {
		return err
	}
	f.IO.Notef("report: %s", page)
	return nil
}
