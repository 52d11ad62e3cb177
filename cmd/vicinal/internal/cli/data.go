package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
)

// NewCmdData is "vicinal data" with its commands.
func NewCmdData(f *Factory) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data <command>",
		Short: "The data sets: list, show, check, get, verify",
		Long: prose(f.IO, `The data sets that --data can name. Some are inside the program or generated; the others are
downloaded once, from their official sources, to the folder named by VICINAL_DATA or --home, else to
vicinal/data in the user's cache folder.`),
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	const group = "data"
	cmd.AddGroup(&cobra.Group{ID: group, Title: "Commands:"})
	for _, c := range []*cobra.Command{NewCmdDataList(f, nil), NewCmdDataShow(f, nil), NewCmdDataCheck(f, nil), NewCmdDataGet(f, nil), NewCmdDataVerify(f, nil)} {
		c.GroupID = group
		c.Flags().SortFlags = false
		cmd.AddCommand(c)
	}
	return cmd
}

// dataError makes a usage error of a name that is not known or does not fit the command.
func dataError(err error) error {
	if _, ok := errors.AsType[*data.NameError](err); ok {
		return asUsage(err)
	}
	if option, ok := errors.AsType[*data.OptionError](err); ok {
		return usagef("data set %s: %s", option.Set, option.Reason)
	}
	return err
}

// completeDataName completes the one argument that names a data set.
func completeDataName(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return data.Names(), cobra.ShellCompDirectiveNoFileComp
}
