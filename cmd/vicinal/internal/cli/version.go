package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// VersionOptions are the options of "vicinal version".
type VersionOptions struct {
	JSON bool
}

// version is set by the linker (-X) to what git says of the work tree; empty in a plain go build.
var version string

// Version says which build of the program this is.
type Version struct {
	Version    string `json:"version"`            // the module's, what git describes, or "devel"
	Revision   string `json:"revision,omitempty"` // of the repository, "+changes" when it had uncommitted ones
	Time       string `json:"time,omitempty"`     // of the revision
	Go         string `json:"go"`
	Experiment string `json:"goexperiment,omitempty"`
	Platform   string `json:"platform"`
	GoMLX      string `json:"gomlx,omitempty"`
}

// BuildVersion is the version of this build, as the Go linker noted it.
func BuildVersion() Version {
	v := Version{Version: cmp.Or(version, "devel"), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	// The experiments, which runtime.Version appends, have their own field.
	v.Go, _, _ = strings.Cut(runtime.Version(), "-X:")
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if m := info.Main.Version; version == "" && m != "" && m != "(devel)" {
		v.Version = m
	}
	modified := ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				modified = "+changes"
			}
		case "GOEXPERIMENT":
			v.Experiment = s.Value
		}
	}
	if v.Revision != "" {
		v.Revision += modified
	}
	for _, d := range info.Deps {
		if d.Path == "github.com/gomlx/gomlx" {
			v.GoMLX = d.Version
		}
	}
	return v
}

// NewCmdVersion is "vicinal version".
func NewCmdVersion(f *Factory, runF func(*VersionOptions) error) *cobra.Command {
	o := &VersionOptions{}
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Version of the program and of what it was built with",
		Example: `  vicinal version
  vicinal version --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if runF != nil {
				return runF(o)
			}
			return runVersion(f, o)
		},
	}
	cmd.Flags().BoolVar(&o.JSON, "json", false, "one JSON object")
	return cmd
}

func runVersion(f *Factory, o *VersionOptions) error {
	v := BuildVersion()
	if o.JSON {
		return writeJSON(f.IO, v)
	}
	f.IO.Printf("vicinal %s", v.Version)
	if v.Revision != "" {
		f.IO.Printf(" (%s, %s)", v.Revision, v.Time)
	}
	f.IO.Printf("\n%s %s", v.Go, v.Platform)
	if v.Experiment != "" {
		f.IO.Printf(" GOEXPERIMENT=%s", v.Experiment)
	}
	if v.GoMLX != "" {
		f.IO.Printf(", GoMLX %s", v.GoMLX)
	}
	f.IO.Printf("\n")
	return nil
}

// writeJSON writes v as the one object on standard output.
func writeJSON(t *IO, v any) error {
	var object bytes.Buffer
	e := json.NewEncoder(&object)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	if err == nil {
		_, err = t.Out.Write(escapeJSON(object.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("writing the result as JSON: %w", err)
	}
	return nil
}
