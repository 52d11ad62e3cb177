package weights

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/vicinal-ml/vicinal/zoo"
)

// Options say how to read a network's weights.
type Options struct {
	// NewHead leaves the last layer out, for another number of classes than the
	// file has. What the file holds for it may have any shape or be missing.
	NewHead bool
}

// ReadFile reads the values of a network's variables, by path, from a
// safetensors file. Errors are one line: a *MismatchError where the file is of
// another network, ErrFormat where it is no sound safetensors file, ErrValue
// where a tensor holds what no weight can be.
func ReadFile(path string, n *zoo.Network, o Options) (map[string][]float32, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading weights: %w", err)
	}
	values, err := Decode(content, n, o)
	if err != nil {
		return nil, fmt.Errorf("reading weights from %s: %w", path, err)
	}
	return values, nil
}

// ErrFormat is the error for content that is no sound safetensors file.
var ErrFormat = errors.New("not a sound safetensors file")

// ErrValue is the error for tensors whose values cannot be weights.
var ErrValue = errors.New("no weights")

// Decode reads the content of a file.
func Decode(content []byte, n *zoo.Network, o Options) (map[string][]float32, error) {
	found, err := sound(content)
	if err != nil {
		return nil, err
	}
	entries, err := entriesOf(n)
	if err != nil {
		return nil, err
	}
	if err := fitOf(n, entries, found, o).Err(); err != nil {
		return nil, err
	}
	values := make(map[string][]float32, len(entries))
	shifts := map[string][]float32{}
	for _, e := range entries {
		t, ok := found[e.name]
		if !ok || e.head && o.NewHead {
			continue
		}
		data, err := t.float32s()
		if err != nil {
			return nil, fmt.Errorf("%w: tensor %s: %w", ErrValue, e.name, err)
		}
		switch {
		case e.variable != nil:
			values[e.variable.Path] = fromTorch(e.variable, data)
		case e.mean != "":
			shifts[e.mean] = data
		default:
			for _, v := range data {
				if v != e.constant {
					return nil, fmt.Errorf("%w: tensor %s holds %v: the network has no such variable, and goes without only where all are %v", ErrValue, e.name, v, e.constant)
				}
			}
		}
	}
	for path, shift := range shifts {
		for i, v := range shift {
			values[path][i] -= v
		}
	}
	return values, nil
}

// sound parses a file, and says what to do about one that torch.save wrote.
func sound(content []byte) (map[string]tensor, error) {
	found, err := parse(content)
	if err == nil {
		return found, nil
	}
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) || bytes.HasPrefix(content, []byte{0x80, 0x02}) {
		err = errors.New("it is what torch.save writes; convert it in Python with safetensors.torch.save_file(torch.load(FILE, weights_only=True), OUT)")
	}
	return nil, fmt.Errorf("%w: %w", ErrFormat, err)
}

// wrappers are what DistributedDataParallel and torch.compile put before every
// name.
var wrappers = []string{"module.", "_orig_mod."}

// unwrapped takes wrappers off the names where all tensors have them.
func unwrapped(found map[string]tensor) map[string]tensor {
	for _, w := range wrappers {
		all := len(found) > 0
		for name := range found {
			all = all && strings.HasPrefix(name, w)
		}
		if !all {
			continue
		}
		bare := make(map[string]tensor, len(found))
		for name, t := range found {
			bare[strings.TrimPrefix(name, w)] = t
		}
		found = bare
	}
	return found
}
