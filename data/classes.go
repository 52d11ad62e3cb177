package data

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// subset says which label each label becomes, -1 for those left out. nil
// leaves labels as they are.
type subset []int32

// classes returns the subset that Options.Classes asks for.
func (o *Options) classes(info *Info) (subset, error) {
	if o.Classes == nil {
		return nil, nil
	}
	bad := func(reason string) error { return &OptionError{info.Name, "Classes", reason} }
	if info.Task != Classification {
		return nil, bad(fmt.Sprintf("a %s set has no classes of samples", info.Task))
	}
	if len(o.Classes) == 0 {
		return nil, bad("is empty")
	}
	if len(o.Classes) == 1 {
		return nil, bad("names one class: two at least are needed")
	}
	s := make(subset, len(info.Classes))
	for k := range s {
		s[k] = -1
	}
	for i, name := range o.Classes {
		k := slices.Index(info.Classes, name)
		if number, err := strconv.Atoi(name); k < 0 && err == nil && number >= 0 && number < len(info.Classes) {
			k = number
		}
		if k < 0 {
			return nil, bad(fmt.Sprintf("no class %q%s", name, nearest.Hint(name, info.Classes)))
		}
		if s[k] >= 0 {
			return nil, bad(fmt.Sprintf("class %q is given twice", name))
		}
		s[k] = int32(i)
	}
	return s, nil
}

// leaveOut empties the groups of classes that are left out.
func (s subset) leaveOut(groups [][]int32) {
	for k, to := range s {
		if to < 0 {
			groups[k] = nil
		}
	}
}

// part returns what is left of an official part, nil of nil.
func (s subset) part(from Split, classes int) Split {
	if s == nil || from == nil {
		return from
	}
	g := groups(from.Labels(), classes, from.Len())
	s.leaveOut(g)
	return s.relabel(pick(from, take(g, sizes(g))))
}

// relabel gives the labels of a split that pick made their new numbers.
func (s subset) relabel(of Split) Split {
	if s == nil {
		return of
	}
	labels := make([]int32, of.Len())
	for i, k := range of.Labels() {
		labels[i] = s[k]
	}
	of.(interface{ relabel(labels, truth []int32) }).relabel(labels, labels)
	return of
}

// names returns the names of the classes that are kept, in their new order.
func (s subset) names(all []string) []string {
	n := 0
	for _, to := range s {
		n = max(n, int(to)+1)
	}
	kept := make([]string, n)
	for k, to := range s {
		if to >= 0 {
			kept[to] = all[k]
		}
	}
	return kept
}
