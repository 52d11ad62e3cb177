package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// DataVerifyOptions are the options of "vicinal data verify".
type DataVerifyOptions struct {
	Name, Home string
}

// NewCmdDataVerify is "vicinal data verify".
func NewCmdDataVerify(f *Factory, runF func(*DataVerifyOptions) error) *cobra.Command {
	o := &DataVerifyOptions{}
	cmd := &cobra.Command{
		Use:   "verify <name>",
		Short: "Compare the files of a downloaded data set with what was downloaded",
		Args:  oneArg("name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			if runF != nil {
				return runF(o)
			}
			return runDataVerify(cmd.Context(), f, o)
		},
		ValidArgsFunction: completeDataName,
	}
	addHome(cmd, &o.Home)
	return cmd
}

func runDataVerify(ctx context.Context, f *Factory, o *DataVerifyOptions) error {
	p := newTransfer(f.IO)
	files, problems, err := data.Verify(ctx, o.Name, o.Home, p.show)
	p.close()
	if missing, ok := errors.AsType[*data.MissingError](err); ok {
		return fmt.Errorf("data set %s is not downloaded: %w", o.Name, missing)
	}
	if err != nil {
		return dataError(err)
	}
	for _, problem := range problems {
		f.IO.Printf("%s %s\n", problem.Path, problem.What)
	}
	if len(problems) > 0 {
		return fmt.Errorf("data set %s: %d of %d files are not as downloaded; remove its folder and get it again", o.Name, len(problems), files)
	}
	f.IO.Printf("%s: %s files are as downloaded\n", o.Name, humanize.Thousands(int64(files)))
	return nil
}
