package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/weights"
	"github.com/vicinal-ml/vicinal/zoo"
)

// ImportOptions are the options of "vicinal import".
type ImportOptions struct {
	File    string
	Model   string
	Data    string // "" is none
	DataDir string
	Classes []string
	Shape   string // "" is that of the data, or the network's own
	Out     string
	JSON    bool
}

// NewCmdImport is "vicinal import".
func NewCmdImport(f *Factory, runF func(*ImportOptions) error) *cobra.Command {
	o := &ImportOptions{}
	cmd := &cobra.Command{
		Use:   "import <file>",
		Short: "Check weights from PyTorch against a network, and keep them as a run's",
		Long: prose(f.IO, `Compare the tensors of a safetensors file, under PyTorch's names, with those that a network wants,
and write a folder with its weights that "vicinal evaluate" and "vicinal export" take as they take a
run's. The samples and classes are those of --data, or else the ones the network is known for. A file
that does not fit is told tensor by tensor, and nothing is written. To train from such a file say
"vicinal train --init FILE".`),
		Example: `  vicinal import resnet18.safetensors --model resnet18 --out imported
  vicinal import tuned.safetensors --model preactresnet18 --data cifar10 --out tuned
  vicinal import flowers.safetensors --model resnet50 --classes rose,tulip,lily --out flowers`,
		Args: oneArg("file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.File = args[0]
			switch {
			case o.Model == "":
				return usagef("%q lacks --model: the network that the weights are of, such as resnet18", cmd.CommandPath())
			case o.Out == "":
				return usagef("%q lacks --out: the folder to write, such as imported", cmd.CommandPath())
			case o.Data != "" && o.Shape != "":
				return usagef("--data and --shape exclude each other: the data has its shape")
			case o.Data == "" && o.DataDir != "":
				return usagef("--data-dir needs --data")
			}
			if runF != nil {
				return runF(o)
			}
			return runImport(cmd.Context(), f, o)
		},
		ValidArgsFunction: cobra.FixedCompletions([]string{"safetensors"}, cobra.ShellCompDirectiveFilterFileExt),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Model, "model", "", "the `network`: "+strings.Join(zoo.Trained(), ", "))
	flags.StringVar(&o.Data, "data", "", dataUsage("the data `set` whose samples and classes it takes"))
	flags.StringVar(&o.DataDir, "data-dir", "", "the `folder` with the data set's files")
	flags.StringSliceVar(&o.Classes, "classes", nil, "with --data only these `classes`; without, their names in order, or how many there are")
	flags.StringVar(&o.Shape, "shape", "", "shape of a `sample` without --data, such as 224x224x3")
	flags.StringVarP(&o.Out, "out", "o", "", "the `folder` to write")
	flags.BoolVar(&o.JSON, "json", false, "what was found as one JSON object, with every tensor")
	completeNames(cmd)
	return cmd
}

func runImport(ctx context.Context, f *Factory, o *ImportOptions) error {
	prepared, err := train.ExportedPreparation(o.File)
	if err != nil {
		return asUsage(err)
	}
	shape, classes, prepared, err := o.samples(ctx, prepared)
	if err != nil {
		return err
	}
	network, err := zoo.New(o.Model, shape, len(classes))
	if err != nil {
		return asUsage(err)
	}
	if network.Output != zoo.ClassLogits {
		return usagef("model %q computes %s: only networks that compute %s can be imported", network.Spec, network.Output, zoo.ClassLogits)
	}
	fit, err := weights.Inspect(o.File, network, weights.Options{})
	if err != nil {
		return asUsage(err)
	}
	misfit := fit.Err()
	if misfit == nil {
		// In this case the folder is written before anything is said.
		spec := train.Spec{Model: network.Spec, Data: o.Data, DataDir: o.DataDir, Seed: 1}
		if o.Data != "" {
			spec.Classes = o.Classes
		}
		err := train.Import(o.File, spec, shape, classes, prepared, o.Out)
		if errors.Is(err, weights.ErrValue) {
			return asUsage(err)
		}
		if err != nil {
			return err
		}
	}
	if err := printFit(f.IO, o, network, fit, misfit == nil); err != nil {
		return err
	}
	if mismatch, ok := errors.AsType[*weights.MismatchError](misfit); ok && mismatch.Head {
		misfit = fmt.Errorf("%w; --data or --classes says which classes it tells apart", misfit)
	}
	return asUsage(misfit)
}

// samples returns the shape of a sample, the names of the classes, and what prepares the samples, which
// is was where that is known.
func (o *ImportOptions) samples(ctx context.Context, was *data.Preparation) (shape []int, classes []string, prepared *data.Preparation, err error) {
	if o.Data != "" {
		set, err := openPrepared(ctx, train.Spec{Data: o.Data, DataDir: o.DataDir, Classes: o.Classes, Seed: 1}, was)
		if err != nil {
			return nil, nil, nil, err
		}
		if set.Task != data.Classification {
			return nil, nil, nil, usagef("data set %s is a %s set: its samples have no classes", set.Name, set.Task)
		}
		return set.Shape, set.Classes, set.Preparation, nil
	}
	own, err := zoo.Default(o.Model)
	if err != nil {
		return nil, nil, nil, asUsage(err)
	}
	if shape = own.Shape; o.Shape != "" {
		if shape, err = parseShape(o.Shape); err != nil {
			return nil, nil, nil, err
		}
	}
	switch n, err := strconv.Atoi(strings.Join(o.Classes, ",")); {
	case len(o.Classes) == 0:
		return shape, numbered(own.Classes), was, nil
	case err != nil:
		return shape, o.Classes, was, nil
	case n < 1 || n > maxClasses:
		return nil, nil, nil, usagef("--classes %d: from 1 to %s classes are possible", n, humanize.Thousands(maxClasses))
	default:
		return shape, numbered(n), was, nil
	}
}

// maxClasses bounds the names that are made up for them.
const maxClasses = 1e6

// numbered are the names of classes of which only the number is known.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// parseShape reads a shape such as 32x32x3.
func parseShape(text string) ([]int, error) {
	var shape []int
	for part := range strings.SplitSeq(text, "x") {
		d, err := strconv.Atoi(part)
		if err != nil || d < 1 || d > 1<<16 {
			return nil, usagef("--shape %q: write the sizes with an x between them, such as 224x224x3 or 13", text)
		}
		shape = append(shape, d)
	}
	return shape, nil
}

// printFit tells how the tensors of the file meet those of the network.
func printFit(t *IO, o *ImportOptions, network *zoo.Network, fit *weights.Fit, written bool) error {
	if o.JSON {
		out := ""
		if written {
			out = o.Out
		}
		return writeJSON(t, struct {
			File    string `json:"file"`
			Shape   []int  `json:"shape"`
			Classes int    `json:"classes"`
			*weights.Fit
			Out string `json:"out,omitempty"`
		}{o.File, network.Shape, network.Classes, fit, out})
	}
	t.Printf("%s\n", t.Bold(fmt.Sprintf("%s for %s, samples of %s, %s classes", o.File, fit.Model, shapeText(network.Shape), humanize.Thousands(int64(network.Classes)))))
	for _, kind := range []struct {
		what  string
		names []string
		note  string
	}{
		{"matched", fit.Matched, humanize.Thousands(int64(fit.Values)) + " values"},
		{"missing", fit.Missing, few(fit.Missing)},
		{"unexpected", fit.Unexpected, few(fit.Unexpected)},
		{"other shape", fit.Reshaped, few(fit.Reshaped)},
		{"passed over", fit.PassedOver, few(fit.PassedOver)},
	} {
		if always := kind.what == "matched" || kind.what == "missing"; len(kind.names) == 0 && !always {
			continue
		}
		t.Printf("%s\n", strings.TrimRight(fmt.Sprintf("  %-11s  %4d  %s", kind.what, len(kind.names), wrap(kind.note, 21, 21, t.proseWidth())), " "))
	}
	if written {
		t.Printf("%s\n", o.Out)
	}
	return nil
}

// few lists the first of many names.
func few(names []string) string { return humanize.Few(shown(names), 4) }
