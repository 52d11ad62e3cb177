package weights

import (
	"fmt"

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
var suffixes = map[zoo.Role]string{
	zoo.Weight: "weight", zoo.Bias: "bias",
	zoo.Scale: "weight", zoo.Offset: "bias", zoo.RunningMean: "running_mean", zoo.RunningVariance: "running_var",
}

// place is where a variable stands in a network.
type place struct {
	layer string
	role  zoo.Role
}

// entriesOf lists the tensors of a network in the order of its layers.
func entriesOf(n *zoo.Network) ([]entry, error) {
	names := namingOf(n)
	paths := map[place]string{}
	for i := range n.Variables {
		v := &n.Variables[i]
		paths[place{v.Layer, v.Role}] = v.Path
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
		module := names.module(v.Layer)
		e := entry{name: module + "." + suffixes[v.Role], dims: torchDims(v), head: v.Layer == headLayer, variable: v}
		if err := add(e, v.Path); err != nil {
			return nil, err
		}
		channels := v.Dims[len(v.Dims)-1:]
		var extra []entry
		if v.Role == zoo.Offset && paths[place{v.Layer, zoo.Scale}] == "" {
			extra = append(extra, entry{name: module + ".weight", dims: channels, constant: 1})
		}
		if v.Role == zoo.Weight && names.biased != nil {
			if norm := names.biased(v.Layer); norm != "" && paths[place{v.Layer, zoo.Bias}] == "" {
				extra = append(extra, entry{name: module + ".bias", dims: channels, mean: paths[place{norm, zoo.RunningMean}]})
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
