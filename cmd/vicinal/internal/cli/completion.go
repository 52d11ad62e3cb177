package cli

import (
	"github.com/spf13/cobra"
)

// CompletionOptions are the options of "vicinal completion".
type CompletionOptions struct {
	Shell string // "bash", "zsh", "fish" or "powershell"
}

var shells = []string{"bash", "zsh", "fish", "powershell"}

// NewCmdCompletion is "vicinal completion": the script that teaches a shell vicinal's commands and flags.
func NewCmdCompletion(f *Factory, runF func(*CompletionOptions) error) *cobra.Command {
	return &cobra.Command{
		Use:   "completion <bash|zsh|fish|powershell>",
		Short: "Completion script for a shell",
		Long:  "Print the script that teaches a shell vicinal's commands, flags and values.",
		Example: `  source <(vicinal completion bash)                                   # this bash session
  vicinal completion zsh > "${fpath[1]}/_vicinal"                      # every zsh session
  vicinal completion fish > ~/.config/fish/completions/vicinal.fish
  vicinal completion powershell | Out-String | Invoke-Expression`,
		Args:      oneArg("shell"),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			o := &CompletionOptions{Shell: args[0]}
			if runF != nil {
				return runF(o)
			}
			root := cmd.Root()
			switch o.Shell {
			case "bash":
				return root.GenBashCompletionV2(f.IO.Out, true)
			case "zsh":
				return root.GenZshCompletion(f.IO.Out)
			case "fish":
				return root.GenFishCompletion(f.IO.Out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(f.IO.Out)
			}
			return usagef("unknown shell %q in %q%s", o.Shell, cmd.CommandPath(), meant(o.Shell, shells))
		},
	}
}
