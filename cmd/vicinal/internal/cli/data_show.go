package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
)

// DataShowOptions are the options of "vicinal data show".
type DataShowOptions struct {
	Name string
	JSON bool
}

// NewCmdDataShow is "vicinal data show".
func NewCmdDataShow(f *Factory, runF func(*DataShowOptions) error) *cobra.Command {
	o := &DataShowOptions{}
	cmd := &cobra.Command{
		Use:   "show <name>",
		Short: "What a data set is, its source, licence and citation",
		Example: `  vicinal data show digits
  vicinal data show folder:DIR     # what such a folder must look like
  vicinal data show folder:photos  # what is in this one`,
		Args: oneArg("name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			if runF != nil {
				return runF(o)
			}
			return runDataShow(cmd.Context(), f, o)
		},
		ValidArgsFunction: completeDataName,
	}
	cmd.Flags().BoolVar(&o.JSON, "json", false, "one JSON object")
	return cmd
}

// dataCard is what "vicinal data show" tells.
type dataCard struct {
	Name       string         `json:"name"`
	Title      string         `json:"title"`
	Task       data.Task      `json:"task"`
	Tasks      []data.Task    `json:"tasks,omitempty"` // that it may be opened for, where there are several
	Shape      []int          `json:"shape,omitempty"` // of a sample
	Classes    []string       `json:"classes,omitempty"`
	Targets    []string       `json:"targets,omitempty"`
	TargetMean []float64      `json:"target_mean,omitempty"` // of each target over the training part
	TargetStd  []float64      `json:"target_std,omitempty"`
	Features   []string       `json:"features,omitempty"`
	Mean       []float32      `json:"mean,omitempty"` // of each channel, where it is published; pixels scaled to [0, 1]
	Std        []float32      `json:"std,omitempty"`
	Split      string         `json:"split"`
	Augment    string         `json:"augment,omitempty"`    // what --augment default does
	Input      []string       `json:"input,omitempty"`      // what the user's files must look like
	Parameters []data.Param   `json:"parameters,omitempty"` // that may follow the name
	Source     string         `json:"source"`
	Licence    string         `json:"licence"`
	Citation   string         `json:"citation,omitempty"`
	Archives   []data.Archive `json:"archives,omitempty"`
	Where      string         `json:"where"`

	Found *foundData `json:"found,omitempty"` // in the user's own files
}

func runDataShow(ctx context.Context, f *Factory, o *DataShowOptions) error {
	info, parameters, err := data.Describe(o.Name)
	if err != nil {
		return dataError(err)
	}
	archives, err := data.Archives(o.Name)
	if err != nil {
		return dataError(err)
	}
	home, err := data.Home()
	if err != nil {
		return err
	}
	where, err := whereData(o.Name, home)
	if err != nil {
		return err
	}
	card := dataCard{
		info.Name, info.Title, info.Task, info.Tasks, info.Shape, info.Classes, info.Targets, info.TargetMean, info.TargetStd, info.Features,
		info.Mean, info.Std, info.Parts, info.Augment, info.Input, parameters,
		info.Source, info.Licence, info.Citation, archives, where, nil,
	}
	if where == yourFiles && !slices.Contains(data.Names(), o.Name) {
		if err := card.find(ctx, o.Name); err != nil {
			return err
		}
	}
	if o.JSON {
		return writeJSON(f.IO, card)
	}
	f.IO.Printf("%s\n", f.IO.Bold(card.Name+": "+card.Title))
	line := func(name, text string) {
		if text != "" {
			f.IO.Printf("  %-10s  %s\n", name, wrap(text, 14, 14, f.IO.proseWidth()))
		}
	}
	line("task", tasksText(tasks(&data.Info{Task: card.Task, Tasks: card.Tasks})))
	if card.Shape != nil {
		line("sample", fmt.Sprint(card.Shape))
	}
	line("classes", several(card.Classes))
	line("targets", several(card.targets()))
	line("features", several(card.Features))
	line("mean", channels(card.Mean))
	line("deviation", channels(card.Std))
	line("split", card.Split)
	line("augment", card.Augment)
	line("source", card.Source)
	line("licence", card.Licence)
	line("cite", card.Citation)
	line("where", card.Where)
	if card.Found != nil {
		card.Found.print(line)
	}
	printInput(f.IO, card.Input)
	printParameters(f.IO, card.Name, card.Parameters)
	return nil
}

// targets returns the names of the targets with their means and deviations,
// where they have some.
func (c *dataCard) targets() []string {
	if c.TargetMean == nil {
		return c.Targets
	}
	var text []string
	for i, name := range c.Targets {
		text = append(text, fmt.Sprintf("%s (%.4g ± %.4g)", name, c.TargetMean[i], c.TargetStd[i]))
	}
	return text
}

// printInput says what the user's own files must look like.
func printInput(t *IO, input []string) {
	if len(input) == 0 {
		return
	}
	t.Printf("\n%s\n", t.Bold("What it must look like:"))
	for _, sentence := range input {
		t.Printf("  %s\n", wrap(sentence, 2, 4, t.proseWidth()))
	}
}

// printParameters lists what may follow the name of a data set.
func printParameters(t *IO, name string, params []data.Param) {
	if len(params) == 0 {
		return
	}
	const indent = 14
	t.Printf("\n%s\n", t.Bold(fmt.Sprintf("Parameters, as in '%s?key=value&key=value' (in quotes, for the shell):", name)))
	for _, p := range params {
		t.Printf("  %-10s  %s\n", p.Key, wrap(p.Value+": "+p.Help, indent, indent, t.proseWidth()))
	}
}

// channels writes a number for each channel, "measured" on the training part where none are published.
func channels(x []float32) string {
	if x == nil {
		return "measured on the training part"
	}
	text := make([]string, len(x))
	for i, v := range x {
		text[i] = fmt.Sprintf("%.4g", v)
	}
	return strings.Join(text, " ")
}

// several names at most twelve of the names, and counts them.
func several(names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) <= 12:
		return fmt.Sprintf("%d: %s", len(names), strings.Join(shown(names), ", "))
	}
	return fmt.Sprintf("%d: %s, …", len(names), strings.Join(shown(names[:12]), ", "))
}
