package train

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/zoo"
)

// Freeze ends the training of parameters: from then on neither they nor what
// the optimiser keeps for them moves, weight decay included, and gradients are
// clipped without theirs. Lookahead still pulls them to their average.
type Freeze struct {
	// Parameters is a pattern of [path.Match] for their paths, or for those of
	// the layers they are in: "whiten/bias", "block*/conv1", "stage1".
	Parameters string `toml:"parameters" json:"parameters"`

	After int `toml:"after" json:"after"` // epochs
}

// String is as in flags: "whiten/bias:3".
func (f Freeze) String() string { return fmt.Sprintf("%s:%d", f.Parameters, f.After) }

func (f Freeze) check(network *zoo.Network) error {
	if _, err := path.Match(f.Parameters, ""); err != nil || f.Parameters == "" {
		return fmt.Errorf("freeze: %q is no pattern of parameters, such as block1/*/kernel", f.Parameters)
	}
	if f.After < 0 || f.After > maxCount {
		return fmt.Errorf("freeze: %s after %d epochs is not from 0 to %d", f.Parameters, f.After, maxCount)
	}
	if !slices.ContainsFunc(network.Variables, func(v zoo.Variable) bool { return v.Trainable && f.matches(v.Path) }) {
		return fmt.Errorf("freeze: no trained parameter of %s matches %q; the first is %s", network.Spec, f.Parameters, network.Variables[0].Path)
	}
	return nil
}

// matches reports whether a variable of the network, or a layer it is in, fits
// the pattern.
func (f Freeze) matches(variable string) bool {
	for p := variable; p != "." && p != "/"; p = path.Dir(p) {
		if ok, _ := path.Match(f.Parameters, p); ok {
			return true
		}
	}
	return false
}

// freezing is which variables of a step's graph stand still.
type freezing []Freeze

// values are the inputs of the graph in an epoch (from 0): 1 for each of the
// list whose parameters are still trained, else 0.
func (f freezing) values(epoch int) []float32 {
	values := make([]float32, len(f))
	for i, freeze := range f {
		if epoch < freeze.After {
			values[i] = 1
		}
	}
	return values
}

// trained returns a Boolean scalar, whether the variable is still trained, nil
// for one that always is. inputs ends with values.
func (f freezing) trained(v parameter, inputs *graph.Node) *graph.Node {
	var all *graph.Node
	for i, freeze := range f {
		if !freeze.matches(strings.TrimPrefix(v.Path(), "/"+modelScope+"/")) {
			continue
		}
		value := graph.Reshape(graph.Slice(inputs, graph.AxisElem(stepInputs+i)))
		one := graph.GreaterThan(value, graph.ScalarZero(value.Graph(), value.DType()))
		if all == nil {
			all = one
		} else {
			all = graph.LogicalAnd(all, one)
		}
	}
	return all
}

// hold undoes what update set a variable to where it is not trained.
func hold(trained *graph.Node, v *model.Variable, before *graph.Node) {
	v.SetNodeValue(graph.Where(trained, v.NodeValue(before), before))
}
