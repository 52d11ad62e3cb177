package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/report"
)

// BetaOptions are the options of "vicinal beta".
type BetaOptions struct {
	Alphas numbers
	Out    string
}

// NewCmdBeta is "vicinal beta".
func NewCmdBeta(f *Factory, runF func(*BetaOptions) error) *cobra.Command {
	o := &BetaOptions{Alphas: report.PaperAlphas}
	cmd := &cobra.Command{
		Use:   "beta",
		Short: "Draw the densities of mixup's weight, Beta(a, a)",
		Long: prose(f.IO, `Draw the densities of Beta(a, a), from which mixup draws the weight of a sample, as PNG or SVG by
the ending of --out. For a -> 0 all of the mass goes to 0 and 1: nothing is mixed, mixup is ERM.`),
		Example: `  vicinal beta
  vicinal beta --alpha 2,8,32 --out beta.svg`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if runF != nil {
				return runF(o)
			}
			return runBeta(f, o)
		},
	}
	cmd.Flags().Var(&o.Alphas, "alpha", "the values of a, each from 0 (ERM) to 1000")
	cmd.Flags().StringVarP(&o.Out, "out", "o", "beta.png", "the picture, .png or .svg")
	return cmd
}

func runBeta(f *Factory, o *BetaOptions) error {
	if err := checkPicture(o.Out, ".png", ".svg"); err != nil {
		return err
	}
	figure, err := report.BetaPlot(o.Alphas...)
	if err != nil {
		return asUsage(err)
	}
	if err := figure.Save(o.Out); err != nil {
		return err
	}
	f.IO.Printf("%s\n", o.Out)
	return nil
}

// checkPicture refuses a path with another ending than those given.
func checkPicture(path string, endings ...string) error {
	for _, e := range endings {
		if strings.HasSuffix(strings.ToLower(path), e) {
			return nil
		}
	}
	return usagef("--out %q: a picture here ends in %s", path, strings.Join(endings, " or "))
}
