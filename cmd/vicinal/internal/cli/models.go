package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/internal/texttable"
	"github.com/vicinal-ml/vicinal/zoo"
)

// ModelsOptions are the options of "vicinal models".
type ModelsOptions struct {
	Spec string // of the one network to show, "" for the list
	JSON bool
}

// modelCard is what "vicinal models" tells of a network, for samples and classes it is known for.
type modelCard struct {
	Name     string  `json:"name"`
	Spec     string  `json:"spec"` // with its options
	Options  string  `json:"options"`
	Paper    string  `json:"paper"`
	Computes string  `json:"computes"`
	Shape    []int   `json:"shape"` // of a sample
	Classes  int     `json:"classes"`
	Params   int     `json:"parameters"`
	FLOPs    float64 `json:"flops"` // of a sample's forward pass
}

// NewCmdModels is "vicinal models".
func NewCmdModels(f *Factory, runF func(*ModelsOptions) error) *cobra.Command {
	o := &ModelsOptions{}
	cmd := &cobra.Command{
		Use:   "models [<model>]",
		Short: "The networks: options, paper, parameters, cost",
		Long: prose(f.IO, `The networks of the zoo, or what one of them is with its options. Parameters and FLOPs (2 for each
multiply-add of a sample's forward pass) are those for the samples and classes that a network is known for;
"vicinal compare --dry-run" tells them for your data.`),
		Example: `  vicinal models
  vicinal models resnext101:cardinality=64`,
		Args: atMostOneArg("model"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.Spec = args[0]
			}
			if runF != nil {
				return runF(o)
			}
			return runModels(f, o)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return zoo.Names(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&o.JSON, "json", false, "one JSON array, or one object for one network")
	return cmd
}

func runModels(f *Factory, o *ModelsOptions) error {
	if o.Spec != "" {
		card, err := newModelCard(o.Spec)
		if err != nil {
			return asUsage(err)
		}
		return showModel(f.IO, o, card)
	}
	var cards []modelCard
	table := texttable.Table{Head: []string{"model", "parameters", "FLOPs", "sample", "classes", "computes"}, Align: "lrrrrl"}
	for _, name := range zoo.Names() {
		card, err := newModelCard(name)
		if err != nil {
			return err
		}
		cards = append(cards, card)
		table.Rows = append(table.Rows, []string{card.Name, humanize.Thousands(int64(card.Params)), strings.TrimSpace(humanize.SI(card.FLOPs)),
			shapeText(card.Shape), fmt.Sprint(card.Classes), card.Computes})
	}
	if o.JSON {
		return writeJSON(f.IO, cards)
	}
	f.IO.Printf("%s", table.String())
	f.IO.Notef(`"vicinal models MODEL" tells the options and the paper of one.`)
	return nil
}

func newModelCard(spec string) (modelCard, error) {
	network, err := zoo.Default(spec)
	if err != nil {
		return modelCard{}, err
	}
	name, _, _ := strings.Cut(spec, ":")
	help, err := zoo.HelpOf(name)
	if err != nil {
		return modelCard{}, err
	}
	return modelCard{
		Name: name, Spec: network.Spec, Options: help, Paper: network.Paper, Computes: network.Output.String(),
		Shape: network.Shape, Classes: network.Classes, Params: network.Params, FLOPs: network.FLOPs,
	}, nil
}

func showModel(t *IO, o *ModelsOptions, card modelCard) error {
	if o.JSON {
		return writeJSON(t, card)
	}
	t.Printf("%s\n", t.Bold(card.Spec))
	for _, line := range [][2]string{
		{"options", card.Options},
		{"paper", card.Paper},
		{"computes", card.Computes},
		{"sample", fmt.Sprintf("%s, %d classes", shapeText(card.Shape), card.Classes)},
		{"parameters", humanize.Thousands(int64(card.Params))},
		{"FLOPs", strings.TrimSpace(humanize.SI(card.FLOPs)) + " for the forward pass of a sample"},
	} {
		t.Printf("  %-10s  %s\n", line[0], wrap(line[1], 14, 14, t.proseWidth()))
	}
	return nil
}

// shapeText is a shape in words: 32x32x3.
func shapeText(shape []int) string {
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = fmt.Sprint(d)
	}
	return strings.Join(parts, "x")
}
