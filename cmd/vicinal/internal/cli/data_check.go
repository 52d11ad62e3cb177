package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
)

// DataCheckOptions are the options of "vicinal data check".
type DataCheckOptions struct {
	Name, Dir string
	JSON      bool
}

// NewCmdDataCheck is "vicinal data check".
func NewCmdDataCheck(f *Factory, runF func(*DataCheckOptions) error) *cobra.Command {
	o := &DataCheckOptions{}
	cmd := &cobra.Command{
		Use:   "check <name>",
		Short: "Read all of a data set once, and list what is broken, there twice or odd",
		Long: prose(f.IO, `Read every file or row of a data set once, on every core, and list what is broken, with the reason;
what was left out; what is there twice, most of all in two parts, where the test is then no test; and what
is odd, such as a class with few samples or a column of one value. The SHA-256 that is printed is of all
of the data. The exit code is 1 where something is broken.`),
		Example: `  vicinal data check folder:photos
  vicinal data check csv:wine.csv?sep=semicolon --json`,
		Args: oneArg("name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			if runF != nil {
				return runF(o)
			}
			return runDataCheck(cmd.Context(), f, o)
		},
		ValidArgsFunction: completeDataName,
	}
	cmd.Flags().StringVar(&o.Dir, "data-dir", "", "the `folder` with the data set's files")
	cmd.Flags().BoolVar(&o.JSON, "json", false, "one JSON object, with all that is there twice")
	completeNames(cmd)
	return cmd
}

func runDataCheck(ctx context.Context, f *Factory, o *DataCheckOptions) error {
	p := newChecking(f.IO, o.Name)
	c, err := data.Check(ctx, o.Name, data.Options{Dir: o.Dir}, p.told)
	p.close()
	if errors.Is(err, context.Canceled) {
		return &InterruptedError{fmt.Errorf("interrupted after %s of %s samples; the same command begins again", humanize.Thousands(int64(p.done)), humanize.Thousands(int64(p.samples)))}
	}
	if err != nil {
		return dataError(err)
	}
	if o.JSON {
		if err := writeJSON(f.IO, c); err != nil {
			return err
		}
	} else {
		printCheckup(f.IO, c)
	}
	if n := len(c.Broken); n > 0 {
		return fmt.Errorf("data set %s: %s of %s samples are broken; mend or remove them, or leave them out of training by --skip-broken",
			o.Name, humanize.Thousands(int64(n)), humanize.Thousands(int64(c.Samples)))
	}
	return nil
}

// checking tells how far the reading of all samples is.
type checking struct {
	*progress
	what          string
	done, samples int
}

func newChecking(t *IO, what string) *checking {
	return &checking{progress: newProgress(t, 0), what: what}
}

// told is for data.Check and data.Options.
func (c *checking) told(done, samples int) {
	if c.samples == 0 {
		c.skip(-int64(samples))
	}
	c.done, c.samples = done, samples
	c.step(1, "reading "+c.what)
}
