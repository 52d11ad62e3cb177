package zoo

import (
	"fmt"

	"github.com/gomlx/gomlx/ml/model"
)

// Prepare sets the initial values that depend on the data, if the network has
// such: call it once, after Initialize and before training, with
// PrepareSamples training samples or as many as there are. They lie one after
// another in x, as they will be trained on. The values depend on the samples
// alone.
func (n *Network) Prepare(scope *model.Scope, x []float32) error {
	if n.Prepared == nil {
		return nil
	}
	size := 1
	for _, d := range n.Shape {
		size *= d
	}
	if len(x) == 0 || len(x)%size != 0 {
		return fmt.Errorf("preparing %s: %d values are no samples of shape %v", n.Spec, len(x), n.Shape)
	}
	values, err := n.Prepared(x)
	if err != nil {
		return fmt.Errorf("preparing %s: %w", n.Spec, err)
	}
	for path, value := range values {
		full := model.JoinPath(scope.Scope(), path)
		v := scope.Store().GetVariable(full)
		if v == nil {
			return fmt.Errorf("preparing %s: variable %s does not exist: call Network.Initialize on the scope first", n.Spec, full)
		}
		t, err := tensorOf(value, v.DType(), v.Shape().Dimensions)
		if err == nil {
			err = v.SetValue(t)
		}
		if err != nil {
			return fmt.Errorf("preparing %s: %w", n.Spec, err)
		}
	}
	return nil
}
