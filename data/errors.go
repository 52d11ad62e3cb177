package data

import (
	"fmt"
	"strings"
)

// NameError is the error of Open for a name that is not in Names.
type NameError struct {
	Name    string
	Nearest string // the known name nearest to it, "" where none is near
}

// Error names the unknown name and the nearest known one.
func (e *NameError) Error() string {
	if e.Nearest != "" {
		return fmt.Sprintf("unknown data set %q: did you mean %q?", e.Name, e.Nearest)
	}
	return fmt.Sprintf("unknown data set %q: known are %s", e.Name, strings.Join(Names(), ", "))
}

// OptionError is the error of Open for an option that is out of its domain or
// does not fit the data set.
type OptionError struct {
	Set    string // the data set's name
	Option string // such as "TrainPerClass"
	Reason string
}

// Error says which option of which set is wrong, and why.
func (e *OptionError) Error() string {
	return fmt.Sprintf("data set %s: option %s: %s", e.Set, e.Option, e.Reason)
}
