package cli

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/train"
)

// ExportOptions are the options of "vicinal export".
type ExportOptions struct {
	From string // a run's folder or a checkpoint
	Out  string
	Best bool
	JSON bool
}

// NewCmdExport is "vicinal export".
func NewCmdExport(f *Factory, runF func(*ExportOptions) error) *cobra.Command {
	o := &ExportOptions{}
	cmd := &cobra.Command{
		Use:   "export <run>",
		Short: "Write a run's weights as safetensors, with PyTorch's names",
		Long: prose(f.IO, `Write the weights of a run, or of one of its checkpoints, as a safetensors file with PyTorch's
names and layouts: torchvision's where it has the network. The weights are those that the run was
evaluated with, after the last saved step. "vicinal train --init" begins with such a file.`),
		Example: `  vicinal export runs/moons -o moons.safetensors
  vicinal export runs/moons/checkpoint-previous -o earlier.safetensors`,
		Args: oneArg("run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.From = args[0]
			if o.Out == "" {
				return usagef("%q lacks --out: the file to write, such as weights.safetensors", cmd.CommandPath())
			}
			if runF != nil {
				return runF(o)
			}
			return runExport(f, o)
		},
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault),
	}
	cmd.Flags().StringVarP(&o.Out, "out", "o", "", "the `file` to write, such as weights.safetensors")
	cmd.Flags().BoolVar(&o.Best, "best", false, "the weights of the epoch with the lowest validation error")
	cmd.Flags().BoolVar(&o.JSON, "json", false, "what was written as one JSON object")
	return cmd
}

func runExport(f *Factory, o *ExportOptions) error {
	which := train.Last
	if o.Best {
		which = train.Best
	}
	e, err := train.Export(o.From, which, o.Out)
	if missing, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, fs.ErrNotExist) {
		return noCheckpoint(missing.Path)
	}
	if err != nil {
		return err
	}
	if o.JSON {
		return writeJSON(f.IO, struct {
			*train.Exported
			File string `json:"file"`
		}{e, o.Out})
	}
	f.IO.Printf("%s: %s for %d classes, %s parameters, after %d epochs\n", o.Out, e.Model, len(e.Classes), humanize.Thousands(int64(e.Params)), e.Epoch)
	return nil
}
