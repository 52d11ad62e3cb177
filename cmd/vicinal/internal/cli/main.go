package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/internal/nearest"
	"github.com/vicinal-ml/vicinal/train"
)

// Main runs the command line args (without the program's name) on the process's own streams and signals,
// and returns the exit code.
func Main(args []string) int {
	ctx, stop := withSignals()
	defer stop()
	return Run(ctx, &Factory{IO: SystemIO(), Backend: train.Backend}, args)
}

// Run runs the command line args, prints the error line if there is one, and returns the exit code.
func Run(ctx context.Context, f *Factory, args []string) int {
	root := NewCmdRoot(f)
	root.SetArgs(args)
	root.SetIn(f.IO.In)
	root.SetOut(f.IO.Out)
	root.SetErr(f.IO.ErrOut)
	err := checkCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if err != nil {
		fmt.Fprintln(f.IO.ErrOut, errorLine(err))
	}
	return ExitCode(err)
}

// checkCommand refuses a command that there is not before its flags are looked at, which would be unknown too.
func checkCommand(root *cobra.Command, args []string) error {
	cmd, rest, err := root.Find(args)
	if err != nil || cmd.HasParent() && !cmd.HasSubCommands() {
		return err
	}
	for _, a := range rest {
		if strings.HasPrefix(a, cobra.ShellCompRequestCmd) {
			return nil
		}
		if !strings.HasPrefix(a, "-") {
			return unknownCommand(cmd, a)
		}
	}
	return nil
}

func unknownCommand(parent *cobra.Command, name string) error {
	var known []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	return usagef("unknown command %q for %q%s", name, parent.CommandPath(), meant(name, known))
}

// meant is the end of an error line about an unknown name: the nearest known name, or all of them.
func meant(name string, known []string) string {
	if hint := nearest.Hint(name, known); hint != "" {
		return hint
	}
	return " (known: " + strings.Join(known, ", ") + ")"
}
