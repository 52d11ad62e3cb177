package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/zoo"
)

// completeNames teaches shells the values of the flags that take a known name, and what kind of file the
// others take.
func completeNames(cmd *cobra.Command) {
	names := map[string]func() []string{
		"data": data.Names, "model": zoo.Trained, "method": mix.Examples, "methods": mix.Names,
		"optimizer": func() []string { return []string{"sgd", "adam", "adamw"} },
		"schedule":  train.Schedules,
		"augment":   func() []string { return slices.Concat([]string{data.AugmentDefault, augment.None}, augment.Names()) },
		"precision": train.Precisions,
		"anneal":    func() []string { return []string{train.AnnealCosine, train.AnnealLinear} },
	}
	for flag, values := range names {
		complete(cmd, flag, func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			// In a list the last part is completed.
			before := typed[:strings.LastIndexByte(typed, ',')+1]
			var list []string
			for _, v := range values() {
				list = append(list, before+v)
			}
			return list, cobra.ShellCompDirectiveNoFileComp
		})
	}
	complete(cmd, "spec", cobra.FixedCompletions([]string{"toml"}, cobra.ShellCompDirectiveFilterFileExt))
	complete(cmd, "init", cobra.FixedCompletions([]string{"safetensors"}, cobra.ShellCompDirectiveFilterFileExt))
	complete(cmd, "data-dir", cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs))
}

func complete(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if cmd.Flags().Lookup(flag) == nil {
		return
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err) // registered twice, by the program itself
	}
}
