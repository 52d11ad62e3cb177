package weights

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/zoo"
)

// Fit says how the tensors of a file meet those that a network wants.
type Fit struct {
	Model      string   `json:"model"`       // the network's spec
	Matched    []string `json:"matched"`     // tensors that are read, in the order of the layers
	Values     int      `json:"values"`      // that the matched tensors hold
	Missing    []string `json:"missing"`     // tensors the network needs
	Unexpected []string `json:"unexpected"`  // tensors it has no place for
	Reshaped   []string `json:"reshaped"`    // tensors of another shape: the name and both shapes
	PassedOver []string `json:"passed_over"` // tensors that inference does without

	head bool // what does not fit is of the last layer
}

// Inspect compares the tensors of a file with those of a network, without
// reading their values. A file that does not fit is no error; see [Fit.Err].
func Inspect(path string, n *zoo.Network, o Options) (*Fit, error) {
	content, err := wholefile.Read(path, maxBytes(n))
	if err != nil {
		return nil, fmt.Errorf("reading weights: %w", err)
	}
	found, err := sound(content)
	if err != nil {
		return nil, fmt.Errorf("reading weights from %s: %w", path, err)
	}
	entries, err := entriesOf(n)
	if err != nil {
		return nil, err
	}
	return fitOf(n, entries, found, o), nil
}

// Err is a *[MismatchError] if the file does not fit, nil if it does.
func (f *Fit) Err() error {
	if len(f.Missing)+len(f.Unexpected)+len(f.Reshaped) == 0 {
		return nil
	}
	return &MismatchError{Model: f.Model, Missing: f.Missing, Unexpected: f.Unexpected, Reshaped: f.Reshaped, Head: f.head}
}

func fitOf(n *zoo.Network, entries []entry, found map[string]tensor, o Options) *Fit {
	f := &Fit{Model: n.Spec, head: true}
	known := map[string]bool{}
	for _, want := range entries {
		known[want.name] = true
		t, ok := found[want.name]
		switch {
		case want.head && o.NewHead:
			if ok {
				f.PassedOver = append(f.PassedOver, want.name)
			}
			continue
		case !ok && want.variable == nil:
			continue
		case !ok:
			f.Missing = append(f.Missing, want.name)
		case !slices.Equal(t.dims, want.dims):
			f.Reshaped = append(f.Reshaped, fmt.Sprintf("%s is %v and not %v", want.name, t.dims, want.dims))
		default:
			f.Matched = append(f.Matched, want.name)
			f.Values += t.size()
			continue
		}
		f.head = f.head && want.head
	}
	unused := namingOf(n).unused
	for name := range found {
		passedOver := strings.HasSuffix(name, ".num_batches_tracked") ||
			slices.ContainsFunc(unused, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		switch {
		case known[name]:
		case passedOver:
			f.PassedOver = append(f.PassedOver, name)
		default:
			f.Unexpected = append(f.Unexpected, name)
			f.head = false
		}
	}
	slices.Sort(f.Unexpected)
	slices.Sort(f.PassedOver)
	return f
}
