package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/data"
)

// DataListOptions are the options of "vicinal data list".
type DataListOptions struct {
	JSON bool
}

// dataEntry is a line of the list.
type dataEntry struct {
	Name  string      `json:"name"`
	Title string      `json:"title"`
	Tasks []data.Task `json:"tasks"`
	Where string      `json:"where"`

	Parameters []data.Param `json:"parameters,omitempty"`
}

// NewCmdDataList is "vicinal data list".
func NewCmdDataList(f *Factory, runF func(*DataListOptions) error) *cobra.Command {
	o := &DataListOptions{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The names that --data takes",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if runF != nil {
				return runF(o)
			}
			return runDataList(f, o)
		},
	}
	cmd.Flags().BoolVar(&o.JSON, "json", false, "one JSON array")
	return cmd
}

func runDataList(f *Factory, o *DataListOptions) error {
	home, err := data.Home()
	if err != nil {
		return err
	}
	var entries []dataEntry
	width := 0
	for _, name := range data.Names() {
		info, params, err := data.Describe(name)
		if err != nil {
			return err
		}
		where, err := whereData(name, home)
		if err != nil {
			return err
		}
		entries = append(entries, dataEntry{name, info.Title, tasks(&info), where, params})
		width = max(width, len(name))
	}
	if o.JSON {
		return writeJSON(f.IO, entries)
	}
	for _, e := range entries {
		indent := width + 15
		text := e.Title + " (" + tasksText(e.Tasks)
		if len(e.Parameters) > 0 {
			text += "; parameters: " + strings.Join(keys(e.Parameters), ", ")
		}
		text += ")"
		f.IO.Printf("%-*s  %-11s  %s\n", width, e.Name, e.Where, wrap(text, indent, indent, f.IO.proseWidth()))
	}
	f.IO.Notef("%s", `"vicinal data show NAME" says more of each, and explains its parameters`)
	return nil
}

// tasks returns the tasks that a set may be opened for.
func tasks(info *data.Info) []data.Task {
	if info.Tasks == nil {
		return []data.Task{info.Task}
	}
	return info.Tasks
}

// tasksText is "classification, regression or multilabel".
func tasksText(tasks []data.Task) string {
	text := tasks[len(tasks)-1].String()
	for i := len(tasks) - 2; i >= 0; i-- {
		joint := ", "
		if i == len(tasks)-2 {
			joint = " or "
		}
		text = tasks[i].String() + joint + text
	}
	return text
}

func keys(params []data.Param) []string {
	var names []string
	for _, p := range params {
		names = append(names, p.Key)
	}
	return names
}

// yourFiles is where the samples of a kind of data come from.
const yourFiles = "your files"

// whereData says where a set's samples come from: "built in", "downloaded", "to download", "on request" of
// its makers, or "your files".
func whereData(name, home string) (string, error) {
	info, _, err := data.Describe(name)
	if err != nil {
		return "", err
	}
	archives, err := data.Archives(name)
	switch {
	case err != nil:
		return "", err
	case strings.HasPrefix(info.Source, "your file"):
		return yourFiles, nil
	}
	if _, err := os.Stat(filepath.Join(home, info.Name)); err == nil {
		return "downloaded", nil
	}
	switch {
	case len(archives) > 0:
		return "to download", nil
	case strings.Contains(info.Source, "on request"):
		return "on request", nil
	}
	return "built in", nil
}
