package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/study"
)

// ReportOptions are the options of "vicinal report".
type ReportOptions struct {
	Dir      string
	Markdown bool
	Measures bool // print what else was measured
	JSON     bool
}

// NewCmdReport is "vicinal report".
func NewCmdReport(f *Factory, runF func(*ReportOptions) error) *cobra.Command {
	o := &ReportOptions{}
	cmd := &cobra.Command{
		Use:   "report <folder>",
		Short: "Table and web page of a comparison, also of one under way",
		Long: prose(f.IO, `Print the table of a comparison and what it shows, and write its report: one web page that needs
nothing else, with every plot as PNG and SVG and every table as CSV beside it. The comparison may
still be under way, or have been interrupted.`),
		Example: `  vicinal report runs/demo
  vicinal report runs/demo --markdown`,
		Args: oneArg("folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Dir = args[0]
			if o.JSON && o.Markdown {
				return usagef("--json and --markdown exclude each other")
			}
			if runF != nil {
				return runF(o)
			}
			return runReport(cmd.Context(), f, o)
		},
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
	}
	cmd.Flags().BoolVar(&o.Markdown, "markdown", false, "the table in Markdown")
	cmd.Flags().BoolVar(&o.Measures, "measures", false, measuresUsage)
	cmd.Flags().BoolVar(&o.JSON, "json", false, "the results as one JSON object")
	return cmd
}

func runReport(ctx context.Context, f *Factory, o *ReportOptions) error {
	if has, err := study.HasAxes(o.Dir); err != nil {
		return err
	} else if has {
		return reportGrid(f, o)
	}
	results, err := loadStudy(ctx, o.Dir)
	if err != nil {
		return err
	}
	page, err := report.Write(o.Dir, results)
	if err != nil {
		return err
	}
	switch {
	case o.JSON:
		return writeResultsJSON(f.IO, o.Dir, page, results)
	case o.Markdown:
		f.IO.Notef("report: %s", page)
		f.IO.Printf("%s", report.Markdown(results))
		if measures := report.MeasureTable(results); o.Measures && measures != nil {
			f.IO.Printf("\n%s", measures.Markdown())
			compared, err := report.SecondaryTable(results)
			if err != nil || compared == nil {
				return err
			}
			f.IO.Printf("\n%s- %s\n", compared.Markdown(), report.SecondaryNote(compared))
		}
		return nil
	}
	return printResults(f.IO, page, results, o.Measures)
}

// reportGrid is runReport of a comparison with axes.
func reportGrid(f *Factory, o *ReportOptions) error {
	grid, err := study.LoadGrid(o.Dir)
	if err != nil {
		return err
	}
	page, err := report.WriteGrid(grid)
	if err != nil {
		return err
	}
	if o.Markdown {
		f.IO.Notef("report: %s", page)
		f.IO.Printf("%s", report.GridMarkdown(grid))
		return nil
	}
	return printGrid(f.IO, page, grid, o.JSON)
}

// loadStudy reads a study, and whether its data is what it was. A folder without one is a usage error.
func loadStudy(ctx context.Context, dir string) (*study.Results, error) {
	results, err := study.Load(dir)
	if errors.Is(err, study.ErrNoStudy) {
		return nil, usagef("%w; name the folder that \"vicinal compare\" printed", err)
	}
	if err != nil {
		return nil, err
	}
	return results, results.CompareData(ctx)
}
