package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// DoctorOptions are the options of "vicinal doctor".
type DoctorOptions struct {
	Backend string
	JSON    bool
}

// Status is what a check found.
type Status string

// The states of a check: Missing costs speed or a feature, Failed means that nothing can be trained.
const (
	StatusOK      Status = "ok"
	StatusMissing Status = "missing"
	StatusFailed  Status = "failed"
)

// Check is one thing that doctor looked at.
type Check struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	Found  string `json:"found"`
	Fix    string `json:"fix,omitempty"` // what to do about it
}

// NewCmdDoctor is "vicinal doctor".
func NewCmdDoctor(f *Factory, runF func(*DoctorOptions) error) *cobra.Command {
	o := &DoctorOptions{}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "What this machine has, what it lacks, and how to get it",
		Long: prose(f.IO, `Look at the backend that would train, the libraries it can use, the processor, the memory and the
Go toolchain. What is missing costs speed, and the line says how to get it; exit code 1 means that
nothing can be trained here.`),
		Example: `  vicinal doctor
  vicinal doctor --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if runF != nil {
				return runF(o)
			}
			return runDoctor(f, o)
		},
	}
	cmd.Flags().StringVar(&o.Backend, "backend", "", "the backend to look at (default: the best one there is)")
	cmd.Flags().BoolVar(&o.JSON, "json", false, "one JSON object")
	return cmd
}

func runDoctor(f *Factory, o *DoctorOptions) error {
	checks := []Check{checkBackend(f, o.Backend), checkOneDNN(), checkXLA(), checkJPEG()}
	checks = append(checks, checkProcessor(), checkCores(), checkMemory(), checkBuild(), checkToolchain())
	var failed []string
	for _, c := range checks {
		if c.Status == StatusFailed {
			failed = append(failed, c.Name)
		}
	}
	if o.JSON {
		if err := writeJSON(f.IO, struct {
			OK      bool    `json:"ok"`
			Version Version `json:"version"`
			Checks  []Check `json:"checks"`
		}{len(failed) == 0, BuildVersion(), checks}); err != nil {
			return err
		}
	} else {
		printChecks(f.IO, checks)
	}
	if len(failed) > 0 {
		return errors.New("nothing can be trained here: " + strings.Join(failed, ", ") + " failed, the lines above say what to do")
	}
	return nil
}

func printChecks(t *IO, checks []Check) {
	width := 0
	for _, c := range checks {
		width = max(width, len(c.Name))
	}
	for _, c := range checks {
		mark := t.Green("ok      ")
		if c.Status != StatusOK {
			mark = t.Yellow(fmt.Sprintf("%-8s", c.Status))
		}
		indent := 11 + width
		t.Printf("%s %-*s  %s\n", mark, width, c.Name, wrap(c.Found, indent, indent, t.Width()))
		if c.Fix != "" {
			t.Printf("%*s%s\n", indent, "", t.Dim(wrap("-> "+c.Fix, indent, indent+3, t.Width())))
		}
	}
}
