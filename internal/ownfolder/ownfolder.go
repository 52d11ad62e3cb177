// Package ownfolder keeps a program from writing among files that are not its
// own.
package ownfolder

import (
	"fmt"
	"os"

	"github.com/vicinal-ml/vicinal/internal/patherr"
)

// Check fails where a folder holds a name that own does not know, unless marker
// is in it, the file that makes the folder the program's own; "" is none. own
// may be nil. What is refused wraps refused in one line; the folder being
// unreadable is another error.
func Check(dir, marker string, own func(name string) bool, refused error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("reading the folder %s: %w", dir, patherr.Cause(err))
	}
	stranger := ""
	for _, e := range entries {
		switch name := e.Name(); {
		case name == marker:
			return nil
		case stranger == "" && (own == nil || !own(name)):
			stranger = name
		}
	}
	switch {
	case stranger == "":
		return nil
	case marker == "":
		return fmt.Errorf("%w: %s holds %s; choose an empty or new folder", refused, dir, stranger)
	}
	return fmt.Errorf("%w: %s holds %s and no %s; choose an empty or new folder", refused, dir, stranger, marker)
}
