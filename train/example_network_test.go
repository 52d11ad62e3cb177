package train_test

import (
	"context"
	"fmt"
	"os"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/zoo"
)

// waves is a network with one hidden layer, of sines.
func waves(features, width, classes int) (*zoo.Network, error) {
	return zoo.Own(zoo.Network{
		Spec:  fmt.Sprintf("waves:%d", width),
		Shape: []int{features}, Classes: classes, Output: zoo.ClassLogits,
		Variables: []zoo.Variable{
			{Layer: "hidden", Role: zoo.Weight, Dims: []int{features, width}, Trainable: true, Init: zoo.Init{Std: 1}},
			{Layer: "hidden", Role: zoo.Bias, Dims: []int{width}, Trainable: true, Init: zoo.Init{Std: 1}},
			{Layer: "logits", Role: zoo.Weight, Dims: []int{width, classes}, Trainable: true},
		},
		Logits: func(scope *model.Scope, x *graph.Node) *graph.Node {
			value := func(path string) *graph.Node {
				return scope.Store().GetVariable(model.JoinPath(scope.Scope(), path)).NodeValue(x)
			}
			hidden := graph.Add(graph.DotProduct(x, value("hidden/kernel")), graph.InsertAxes(value("hidden/bias"), 0))
			return graph.DotProduct(graph.Sin(hidden), value("logits/kernel"))
		},
	})
}

// A network of a program's own is trained in place of one of the zoo, and the
// run is opened again with LoadAs.
func ExampleRunner_network() {
	spec := train.DefaultSpec()
	spec.Data, spec.Method, spec.Epochs = "iris", "mixup:0.2", 40

	ctx := context.Background()
	set, err := data.Open(ctx, spec.Data, spec.DataOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	backend, err := train.Backend("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	network, err := waves(set.Size(), 12, len(set.Classes))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := train.Runner{Backend: backend, Set: set, Spec: spec, Dir: dir, Network: network}.Run(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %d parameters, test error below 20 %%: %t\n", result.Spec.Model, result.Params, result.Test() < 20)

	saved, err := train.LoadAs(dir, train.Best, network, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := saved.Open(backend)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	again, err := m.Evaluate(ctx, measure.Test, set.Test, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("measured again:", again.Of("error") == result.AtBest.Of("test_error"))
	// Output:
	// waves:12: 96 parameters, test error below 20 %: true
	// measured again: true
}
