package zoo_test

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/gobackend"
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
