package data

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// Param is a parameter that may follow a data set's name, as in
// name?key=value&key=value.
type Param struct {
	Key   string `json:"key"`
	Value string `json:"value"` // what it may be, such as "comma|semicolon" or "COLUMN"
	Help  string `json:"help"`  // what it does, and what holds where it is not given
}

// params are the values of the parameters that are given, by key.
type params map[string]string

// parseParams reads the parameters of a set that knows those of known.
func parseParams(name, query string, known []Param) (params, error) {
	p := params{}
	if query == "" {
		return p, nil
	}
	var keys []string
	for _, k := range known {
		keys = append(keys, k.Key)
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, &OptionError{name, pair, "is not of the form key=value"}
		}
		if !slices.Contains(keys, key) {
			return nil, &OptionError{name, key, unknownKey(key, keys)}
		}
		if _, twice := p[key]; twice {
			return nil, &OptionError{name, key, "is given twice"}
		}
		p[key] = value
	}
	return p, nil
}

func unknownKey(key string, known []string) string {
	if near := nearest.Name(key, known); near != "" {
		return fmt.Sprintf("unknown: did you mean %q?", near)
	}
	if len(known) > 0 {
		return "unknown: known are " + strings.Join(known, ", ")
	}
	return "unknown"
}

// task returns the task that the parameter of that name or Options.Task asks
// for, which must be among known; "" where neither does.
func (r *request) task(known []string) (string, error) {
	named, asked := r.params["task"], r.opt.Task
	for _, given := range [][2]string{{"task", named}, {"Task", asked}} {
		if task := given[1]; task != "" && !slices.Contains(known, task) {
			return "", &OptionError{r.name, given[0], fmt.Sprintf("%q is none of %s%s", task, strings.Join(known, ", "), nearest.Hint(task, known))}
		}
	}
	if named != "" && asked != "" && named != asked {
		return "", &OptionError{r.name, "Task", fmt.Sprintf("%s is asked, and the name says task=%s", asked, named)}
	}
	return cmp.Or(named, asked), nil
}

// number returns the value of key in [low, high], or otherwise where it is
// not given.
func (p params) number(r *request, key string, otherwise, low, high float64) (float64, error) {
	s := p[key]
	if s == "" {
		return otherwise, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || v < low || v > high {
		return 0, &OptionError{r.name, key, fmt.Sprintf("%q is not a number in [%g, %g]", s, low, high)}
	}
	return v, nil
}
