package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// params are the key=value pairs after a data set's name. Each value read is
// marked, so that unused can name the ones nobody knows.
type params map[string]*param

type param struct {
	value string
	known bool
}

func parseParams(name, query string) (params, error) {
	p := params{}
	if query == "" {
		return p, nil
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, &OptionError{name, pair, "is not of the form key=value"}
		}
		if p[key] != nil {
			return nil, &OptionError{name, key, "is given twice"}
		}
		p[key] = &param{value: value}
	}
	return p, nil
}

// text returns the value of key, "" where it is not given.
func (p params) text(key string) string {
	if p[key] == nil {
		p[key] = &param{}
	}
	p[key].known = true
	return p[key].value
}

// number returns the value of key in [low, high], or otherwise where it is
// not given.
func (p params) number(r *request, key string, otherwise, low, high float64) (float64, error) {
	s := p.text(key)
	if s == "" {
		return otherwise, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || v < low || v > high {
		return 0, &OptionError{r.name, key, fmt.Sprintf("%q is not a number in [%g, %g]", s, low, high)}
	}
	return v, nil
}

// unused is an error that names a parameter that no reader asked for.
func (p params) unused(name string) error {
	var known, unknown []string
	for key, v := range p {
		if v.known {
			known = append(known, key)
		} else {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	slices.Sort(known)
	reason := "unknown"
	if near := nearest.Name(unknown[0], known); near != "" {
		reason = fmt.Sprintf("unknown: did you mean %q?", near)
	} else if len(known) > 0 {
		reason = "unknown: known are " + strings.Join(known, ", ")
	}
	return &OptionError{name, unknown[0], reason}
}
