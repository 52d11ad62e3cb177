package weights

import (
	"fmt"
	"path"

	"github.com/vicinal-ml/vicinal/zoo"
)

// entry is one tensor of a file.
type entry struct {
	name string // PyTorch's
	dims []int  // PyTorch's
	head bool   // of the last layer

	variable *zoo.Variable // nil for what the network does without

	// Where variable is nil: what the tensor holds when the network is written,
	// and the running mean that it is taken off when it is read. "" where
	// nothing but constant may be read.
	constant float32
	mean     string
}

// headLayer is the last layer of every network of the zoo.
const headLayer = "logits"

// suffixes are what PyTorch calls the variables of a layer.
var suffixes = map[string]string{
	"kernel": "weight", "bias": "bias",
	"scale": "weight", "offset": "bias", "mean": "running_mean", zoo.VarianceName: "running_var",
}

// entriesOf lists the tensors of a network in the order of its layers.
func entriesOf(n *zoo.Network) ([]entry, error) {
	names := namingOf(n)
	declared := map[string]bool{}
	for i := range n.Variables {
		declared[n.Variables[i].Path] = true
	}
	var all []entry
	owner := map[string]string{}
	add := func(e entry, from string) error {
		if other, ok := owner[e.name]; ok {
			return fmt.Errorf("%s: variables %s and %s would both be named %s", n.Spec, other, from, e.name)
		}
		owner[e.name] = from
		all = append(all, e)
		return nil
	}
	for i := range n.Variables {
		v := &n.Variables[i]
		layer, own := path.Split(v.Path)
		layer = path.Clean(layer)
		suffix, ok := suffixes[own]
		if !ok {
			suffix = own
		}
		module := names.module(layer)
		e := entry{name: module + "." + suffix, dims: torchDims(v), head: layer == headLayer, variable: v}
		if err := add(e, v.Path); err != nil {
			return nil, err
		}
		channels := v.Dims[len(v.Dims)-1:]
		var extra []entry
		if own == "offset" && !declared[layer+"/scale"] {
			extra = append(extra, entry{name: module + ".weight", dims: channels, constant: 1})
		}
		if own == "kernel" && names.biased != nil {
			if norm := names.biased(layer); norm != "" && !declared[layer+"/bias"] {
				extra = append(extra, entry{name: module + ".bias", dims: channels, mean: norm + "/mean"})
			}
		}
		for _, e := range extra {
			if err := add(e, v.Path); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}
