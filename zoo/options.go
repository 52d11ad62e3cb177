package zoo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// option is a setting that a spec may make.
type option struct {
	name    string
	set     func(text string) error
	current func() string
}

// whole is a whole number in [low, high].
func whole(name string, value *int, low, high int) option {
	return option{
		name: name,
		set: func(text string) error {
			n, err := strconv.Atoi(text)
			if err != nil || n < low || n > high {
				return fmt.Errorf("option %s=%s is not a whole number from %d to %d", name, text, low, high)
			}
			*value = n
			return nil
		},
		current: func() string { return strconv.Itoa(*value) },
	}
}

// share is a number in [0, 1), such as the share of the units dropped.
func share(name string, value *float64) option {
	return option{
		name: name,
		set: func(text string) error {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil || !(x >= 0 && x < 1) {
				return fmt.Errorf("option %s=%s is not a share from 0 to less than 1", name, text)
			}
			*value = x
			return nil
		},
		current: func() string { return strconv.FormatFloat(*value, 'g', -1, 64) },
	}
}

// choice is one of a few words.
func choice(name string, value *string, words ...string) option {
	return option{
		name: name,
		set: func(text string) error {
			if !slices.Contains(words, text) {
				return fmt.Errorf("option %s=%s%s; it is one of %s", name, text, nearest.Hint(text, words), strings.Join(words, ", "))
			}
			*value = text
			return nil
		},
		current: func() string { return *value },
	}
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
			return fmt.Errorf("option %q has no value (write %s=%s)", name, name, options[i].current())
		case slices.Contains(seen, name):
			return fmt.Errorf("option %q is set twice", name)
		}
		seen = append(seen, name)
		if err := options[i].set(strings.TrimSpace(text)); err != nil {
			return err
		}
	}
	return nil
}

// withDropout adds the option to a canonical spec where it is on.
func withDropout(spec string, dropout float64) string {
	if dropout == 0 {
		return spec
	}
	return spec + ",dropout=" + strconv.FormatFloat(dropout, 'g', -1, 64)
}
