package cli

import "github.com/spf13/cobra"

// HelpOptions are the options of "vicinal help".
type HelpOptions struct {
	Command string // "" is vicinal itself
}

// NewCmdHelp is "vicinal help".
func NewCmdHelp(f *Factory, runF func(*HelpOptions) error) *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help for a command",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := &HelpOptions{}
			if len(args) == 1 {
				o.Command = args[0]
			}
			if runF != nil {
				return runF(o)
			}
			root := cmd.Root()
			if o.Command == "" {
				return root.Help()
			}
			for _, c := range root.Commands() {
				if c.Name() == o.Command {
					return c.Help()
				}
			}
			return unknownCommand(root, o.Command)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []string
			for _, c := range cmd.Root().Commands() {
				if c.IsAvailableCommand() {
					names = append(names, c.Name()+"\t"+c.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}
