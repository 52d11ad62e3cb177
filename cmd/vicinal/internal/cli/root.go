package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// NewCmdRoot is the command "vicinal" with all its commands.
func NewCmdRoot(f *Factory) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vicinal <command>",
		Short: "Train the same network with ERM, SamplePairing and mixup, and see which generalises better",
		Long: prose(f.IO, `vicinal trains the same network on the same data with Empirical Risk Minimisation (ERM),
SamplePairing and mixup, and shows honestly which one generalises better, and why.`),
		Example: `  vicinal compare                             # the main job, on the data set inside the program
  vicinal compare --dry-run                   # what would run, and how long it would take
  vicinal preview --method mixup:0.2 --out mixed.png
  vicinal doctor                              # what this machine has and lacks`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().BoolVarP(&f.IO.Quiet, "quiet", "q", false, "no progress and no remarks, results only")
	cmd.PersistentFlags().BoolP("help", "h", false, "help for the command")
	cmd.PersistentFlags().SortFlags = false
	cmd.Version = BuildVersion().Version
	cmd.Flags().BoolP("version", "v", false, "version of the program")
	cmd.SetVersionTemplate("vicinal {{.Version}}\n")
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetUsageTemplate(strings.ReplaceAll(usageTemplate, "WIDTH", strconv.Itoa(f.IO.proseWidth())))
	cmd.CompletionOptions.DisableDefaultCmd = true
	cmd.SetHelpCommand(NewCmdHelp(f, nil))

	const run, show, tool = "run", "show", "tool"
	cmd.AddGroup(&cobra.Group{ID: run, Title: "Train:"}, &cobra.Group{ID: show, Title: "Show:"}, &cobra.Group{ID: tool, Title: "The program:"})
	cmd.SetHelpCommandGroupID(tool)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			c.Flags().SortFlags = false
			cmd.AddCommand(c)
		}
	}
	add(run, NewCmdCompare(f, nil), NewCmdTrain(f, nil), NewCmdEvaluate(f, nil), NewCmdExport(f, nil), NewCmdImport(f, nil))
	add(show, NewCmdBeta(f, nil), NewCmdPreview(f, nil), NewCmdToy(f, nil), NewCmdReport(f, nil))
	add(tool, NewCmdData(f), NewCmdModels(f, nil), NewCmdDoctor(f, nil), NewCmdCompletion(f, nil), NewCmdVersion(f, nil))
	cmd.InitDefaultHelpCmd()
	return cmd
}

// flagError makes a usage error of what pflag says, with the nearest flag where one is unknown.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		flag, why := value.GetFlag(), errors.Unwrap(value)
		if n, ok := errors.AsType[*strconv.NumError](why); ok {
			why = fmt.Errorf("%w for a value of type %s", n.Err, flag.Value.Type())
		}
		return usagef("--%s %q in %q: %w", flag.Name, value.GetValue(), cmd.CommandPath(), why)
	}
	if !errors.As(err, &unknown) {
		return usagef("%w in %q; see %s --help", err, cmd.CommandPath(), cmd.CommandPath())
	}
	var known []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { known = append(known, flag.Name) })
	name := unknown.GetSpecifiedName()
	if n := nearest.Name(name, known); n != "" {
		return usagef("unknown flag --%s in %q, did you mean --%s?", name, cmd.CommandPath(), n)
	}
	return usagef("unknown flag --%s in %q; see %s --help", name, cmd.CommandPath(), cmd.CommandPath())
}

// noArgs refuses arguments beside the flags.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q in %q; values go to flags, see %s --help", args[0], cmd.CommandPath(), cmd.CommandPath())
	}
	return nil
}

// oneArg wants exactly one argument, called what.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("%q lacks its %s; see %s --help", cmd.CommandPath(), what, cmd.CommandPath())
		case len(args) > 1:
			return usagef("%q takes one %s, not %d; see %s --help", cmd.CommandPath(), what, len(args), cmd.CommandPath())
		}
		return nil
	}
}

// atMostOneArg takes one argument, called what, or none.
func atMostOneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return oneArg(what)(cmd, args)
		}
		return nil
	}
}

const usageTemplate = `Usage:
  {{if .Runnable}}{{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}{{$cmds := .Commands}}{{range $group := .Groups}}

{{.Title}}{{range $cmds}}{{if (and (eq .GroupID $group.ID) .IsAvailableCommand)}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped WIDTH | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Every command:
{{.InheritedFlags.FlagUsagesWrapped WIDTH | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

Exit codes: 0 done, 1 failed, 2 usage, 3 the loss diverged, 130 interrupted.
"{{.CommandPath}} <command> --help" tells more of a command.{{end}}
`
