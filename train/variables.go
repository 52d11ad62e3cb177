package train

import (
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/zoo"
)

// snapshot copies the variables below a scope ("" for all), in order of
// creation.
func snapshot(store *model.Store, scope string) ([]entry, [][]float32, error) {
	var entries []entry
	var values [][]float32
	for v := range store.Scope(scope).IterVariables() {
		value, err := v.Value()
		if err != nil {
			return nil, nil, fmt.Errorf("reading variable %s: %w", v.Path(), err)
		}
		copied, err := tensors.CopyFlatData[float32](value)
		if err != nil {
			return nil, nil, fmt.Errorf("reading variable %s: %w", v.Path(), err)
		}
		entries = append(entries, entry{Path: v.Path(), Dims: v.Shape().Dimensions})
		values = append(values, copied)
	}
	return entries, values, nil
}

// variablesOf reports which tensors a store has variables for, in their shape.
func variablesOf(store *model.Store) (wanted func(entry) bool) {
	return func(e entry) bool {
		v := store.GetVariable(e.Path)
		return v != nil && v.Path() == e.Path && slices.Equal(e.Dims, v.Shape().Dimensions)
	}
}

// weightsOf reports which tensors are variables of a network below a scope, in
// their shape.
func weightsOf(network *zoo.Network, scope string) (wanted func(entry) bool) {
	dims := make(map[string][]int, len(network.Variables))
	for i := range network.Variables {
		v := &network.Variables[i]
		dims["/"+scope+"/"+v.Path] = v.Dims
	}
	return func(e entry) bool {
		known, ok := dims[e.Path]
		return ok && slices.Equal(e.Dims, known)
	}
}

// holds reports a variable of the network, below a scope, that the checkpoint
// does not have in that shape, if any.
func (h *header) holds(network *zoo.Network, scope string) error {
	dims := make(map[string][]int, len(h.Tensors))
	for _, e := range h.Tensors {
		dims[e.Path] = e.Dims
	}
	for i := range network.Variables {
		v := &network.Variables[i]
		path := "/" + scope + "/" + v.Path
		switch there, ok := dims[path]; {
		case !ok:
			return fmt.Errorf("it holds no variable %s, which %s has: it is of another network", path, network.Spec)
		case !slices.Equal(there, v.Dims):
			return fmt.Errorf("its variable %s has shape %v, and that of %s %v: it is of another network", path, there, network.Spec, v.Dims)
		}
	}
	return nil
}

// restore sets every variable of the store to its value in a checkpoint,
// which may hold more.
func restore(store *model.Store, c *checkpoint) error {
	for v := range store.IterVariables() {
		i := slices.IndexFunc(c.Tensors, func(e entry) bool { return e.Path == v.Path() })
		if i < 0 || !slices.Equal(c.Tensors[i].Dims, v.Shape().Dimensions) {
			return fmt.Errorf("the checkpoint holds no variable %s of shape %v: it is of another network", v.Path(), v.Shape().Dimensions)
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(c.values[i], c.Tensors[i].Dims...)); err != nil {
			return fmt.Errorf("setting variable %s: %w", v.Path(), err)
		}
	}
	return nil
}
