package weights

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/wholefile"
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
func ReadFile(file string, n *zoo.Network, o Options) (map[string][]float32, error) {
	content, err := wholefile.Read(file, maxBytes(n))
	if err != nil {
		return nil, fmt.Errorf("reading weights: %w", err)
	}
	values, err := Decode(content, n, o)
	if err != nil {
		return nil, fmt.Errorf("reading weights from %s: %w", file, err)
	}
	return values, nil
}

// maxBytes bounds the file of a network's weights: none takes more than 8 bytes, and half of a file may be of
// tensors that are passed over.
func maxBytes(n *zoo.Network) int64 { return 16*int64(n.Params) + 1<<27 }

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
		if e.variable != nil && e.variable.Role == zoo.RunningVariance {
			if i := slices.IndexFunc(data, func(v float32) bool { return v < 0 }); i >= 0 {
				return nil, fmt.Errorf("%w: tensor %s: value %d is %v, and a variance is not negative", ErrValue, e.name, i, data[i])
			}
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

// sound parses a file, and says what one is that is often taken for it.
func sound(content []byte) (map[string]tensor, error) {
	found, err := parse(content)
	if err != nil {
		return nil, unsound(content, err)
	}
	return found, nil
}

// unsound is the error of a file that begins like that.
func unsound(begin []byte, err error) error {
	for _, other := range impostors {
		if bytes.HasPrefix(begin, []byte(other.begins)) {
			err = errors.New(other.is)
			break
		}
	}
	return fmt.Errorf("%w: %w", ErrFormat, err)
}

const fromTorchSave = "it is what torch.save writes; convert it in Python with safetensors.torch.save_file(torch.load(FILE, weights_only=True), OUT)"

// impostors are files that lie where weights should.
var impostors = []struct{ begins, is string }{
	{"PK\x03\x04", fromTorchSave},
	{"\x80\x02", fromTorchSave},
	{"version https://git-lfs.github.com/spec/", "it is a Git LFS pointer, which stands for a file that has not been downloaded; run git lfs pull in its repository"},
	{"<!DOCTYPE html", "it is a web page; download the file itself"},
	{"<!doctype html", "it is a web page; download the file itself"},
	{"<html", "it is a web page; download the file itself"},
	{"{", "it is JSON, such as the index of weights in several files; name a file with the weights"},
}

// wrappers are what DistributedDataParallel and torch.compile put before every
// name.
var wrappers = []string{"module.", "_orig_mod."}

// unwrapped takes wrappers off the names as long as all tensors have one.
func unwrapped(found map[string]tensor) map[string]tensor {
	for i := 0; i < len(wrappers); i++ {
		w := wrappers[i]
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
		found, i = bare, -1 // what one hides may be another
	}
	return found
}
