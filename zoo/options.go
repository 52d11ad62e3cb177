package zoo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// option is a whole number in [min, max] that a spec may set.
type option struct {
	name     string
	value    *int
	min, max int
}

// parseOptions sets the options that args ("width=16,depth=2") names.
func parseOptions(args string, options []option) error {
	if args == "" {
		return nil
	}
	var known, seen []string
	for _, o := range options {
		known = append(known, o.name)
	}
	for _, field := range strings.Split(args, ",") {
		name, text, found := strings.Cut(field, "=")
		name = strings.TrimSpace(name)
		i := slices.Index(known, name)
		switch {
		case i < 0:
			return fmt.Errorf("unknown option %q%s; known are %s", name, nearest.Hint(name, known), strings.Join(known, ", "))
		case !found:
			return fmt.Errorf("option %q has no value (write %s=%d)", name, name, *options[i].value)
		case slices.Contains(seen, name):
			return fmt.Errorf("option %q is set twice", name)
		}
		seen = append(seen, name)
		value, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || value < options[i].min || value > options[i].max {
			return fmt.Errorf("option %s=%s is not a whole number from %d to %d", name, text, options[i].min, options[i].max)
		}
		*options[i].value = value
	}
	return nil
}
