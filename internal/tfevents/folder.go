package tfevents

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const prefix = "events.out.tfevents."

// Mark is how far the event files of a folder went.
type Mark struct {
	File string `json:"file"` // name of the last file, "" for none
	Size int64  `json:"size"` // of it
}

// files lists the names of the event files of a folder, in their order.
func files(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) && e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// cut takes everything after the mark away.
func cut(dir string, at Mark) error {
	names, err := files(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		switch {
		case name > at.File:
			err = os.Remove(path)
		case name == at.File:
			info, statErr := os.Stat(path)
			// A shorter file lost its end: what is left is whole records, but for the last.
			if err = statErr; err == nil && info.Size() > at.Size {
				err = os.Truncate(path, at.Size)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nextName returns a name that comes after those there are, for TensorBoard
// reads the files of a folder in the order of their names.
func nextName(dir string, now time.Time) (string, error) {
	names, err := files(dir)
	if err != nil {
		return "", err
	}
	seconds := now.Unix()
	if len(names) > 0 {
		text, _, _ := strings.Cut(strings.TrimPrefix(names[len(names)-1], prefix), ".")
		if last, err := strconv.ParseInt(text, 10, 64); err == nil {
			seconds = max(seconds, last+1)
		}
	}
	return fmt.Sprintf("%s%010d.vicinal", prefix, seconds), nil
}
