package weights

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/zoo"
)

// MismatchError says how a file differs from the network it is read for.
type MismatchError struct {
	Model      string   // the network's spec
	Missing    []string // tensors the network needs
	Unexpected []string // tensors it has no place for
	Reshaped   []string // tensors of another shape: the name and both shapes
	Head       bool     // only the last layer differs
}

// Error is one line with the first few of each kind.
func (e *MismatchError) Error() string {
	var parts []string
	for _, kind := range []struct {
		what  string
		names []string
	}{{"of another shape", e.Reshaped}, {"missing", e.Missing}, {"unexpected", e.Unexpected}} {
		if len(kind.names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(kind.names), kind.what, few(kind.names)))
		}
	}
	return fmt.Sprintf("the file does not fit %s: tensors %s", e.Model, strings.Join(parts, ", "))
}

func few(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// compare returns a *MismatchError if the tensors are not those of the network.
func compare(n *zoo.Network, entries []entry, found map[string]tensor, o Options) error {
	e := &MismatchError{Model: n.Spec, Head: true}
	known := map[string]bool{}
	for _, want := range entries {
		known[want.name] = true
		if want.head && o.NewHead {
			continue
		}
		t, ok := found[want.name]
		switch {
		case !ok && want.variable != nil:
			e.Missing = append(e.Missing, want.name)
		case ok && !slices.Equal(t.dims, want.dims):
			e.Reshaped = append(e.Reshaped, fmt.Sprintf("%s is %v and not %v", want.name, t.dims, want.dims))
		default:
			continue
		}
		e.Head = e.Head && want.head
	}
	unused := namingOf(n).unused
	for name := range found {
		passedOver := strings.HasSuffix(name, ".num_batches_tracked") ||
			slices.ContainsFunc(unused, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if !known[name] && !passedOver {
			e.Unexpected = append(e.Unexpected, name)
			e.Head = false
		}
	}
	slices.Sort(e.Unexpected)
	if len(e.Missing)+len(e.Unexpected)+len(e.Reshaped) == 0 {
		return nil
	}
	return e
}
