package zoo_test

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/zoo"
)

func ExampleNew() {
	net, err := zoo.New("cnn:width=16", []int{8, 8, 1}, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %d parameters, %.3g FLOPs a sample\n", net.Spec, net.Params, net.FLOPs)

	_, err = zoo.New("cnm", []int{8, 8, 1}, 10)
	fmt.Println(err)
	// Output:
	// cnn:width=16,depth=2,kernel=3: 6138 parameters, 1.68e+05 FLOPs a sample
	// unknown model "cnm", did you mean "cnn"?; known are mlp, cnn, lenet, samplepairing, vgg11, preactresnet18, preactresnet34, preactresnet50, wideresnet, resnet18, resnet50, resnet101, resnext, resnext50, resnext101, densenet, googlenet, airbench, unet, gan-generator, gan-discriminator
}

func ExampleDefault() {
	for _, spec := range []string{"resnet50", "wideresnet:dropout=0.3", "unet"} {
		net, err := zoo.Default(spec)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s computes %s: %d parameters\n", net.Spec, net.Output, net.Params)
	}
	// Output:
	// resnet50:width=64 computes class logits: 25557032 parameters
	// wideresnet:depth=28,widen=10,dropout=0.3 computes class logits: 36479194 parameters
	// unet:width=64,depth=4 computes class logits of every pixel: 31038933 parameters
}

// A training graph of a network with dropout takes the states of the step.
func ExampleNetwork_DropoutStates() {
	net, err := zoo.New("samplepairing:width=4,hidden=8", []int{8, 8, 1}, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	backend, err := gobackend.New("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	store := model.NewStore()
	if err := net.Initialize(store.RootScope(), 1, dtypes.Float32); err != nil {
		fmt.Println(err)
		return
	}
	train := func(scope *model.Scope, x, states *graph.Node) *graph.Node {
		scope.SetTraining(x.Graph(), true)
		net.SetDropoutStates(states)
		return net.Logits(scope, x)
	}
	const seed, epoch, step = 1, 0, 12
	batch := tensors.FromFlatDataAndDimensions(make([]float32, 3*8*8), 3, 8, 8, 1)
	logits, err := model.CallOnce(backend, store, train, batch, net.DropoutStates(seed, epoch, step))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(net.Dropouts, logits.Shape())
	// Output: [dropout1 dropout2] (Float32)[3, 10]
}

func ExampleNetwork_Initialize() {
	net, err := zoo.New("mlp:16", []int{2}, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	backend, err := gobackend.New("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	store := model.NewStore()
	if err := net.Initialize(store.RootScope(), 1, dtypes.Float32); err != nil {
		fmt.Println(err)
		return
	}
	logits, err := model.CallOnce(backend, store, net.Logits, tensors.FromValue([][]float32{{0, 0}, {1, -1}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(logits.Shape())
	// Output: (Float32)[2, 3]
}
