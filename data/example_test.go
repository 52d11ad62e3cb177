package data_test

import (
	"context"
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/mix"
)

func Example() {
	ctx := context.Background()
	set, err := data.Open(ctx, "digits", data.Options{TrainPerClass: 10, Seed: 1})
	if err != nil {
		panic(err)
	}
	fmt.Println(set.Title, set.Shape)
	fmt.Println(set.Train.Len(), set.Validation.Len(), set.Test.Len())

	loader := data.Loader{Split: set.Train, Batch: 32, Shuffle: true, Seed: 1}
	for batch, err := range loader.Epoch(ctx, 0, 0) {
		if err != nil {
			panic(err)
		}
		fmt.Println(batch.Step, batch.N, len(batch.X))
	}
	// Output:
	// Optical recognition of handwritten digits: 1,797 of 8x8 pixels, embedded [8 8 1]
	// 100 300 899
	// 0 32 2048
	// 1 32 2048
	// 2 32 2048
	// 3 4 256
}

func ExampleOpen_nearest() {
	_, err := data.Open(context.Background(), "digit", data.Options{})
	fmt.Println(err)
	// Output: unknown data set "digit": did you mean "digits"?
}

// Augmented 8-bit images are read ahead by two workers, then normalised and
// mixed in one pass.
func ExampleLoader() {
	ctx := context.Background()
	set, err := data.Open(ctx, "synthetic:3x32x32:10", data.Options{TrainSize: 256})
	if err != nil {
		panic(err)
	}
	pipeline, err := augment.Parse("crop:4,flip")
	if err != nil {
		panic(err)
	}
	loader := data.Loader{
		Split: set.Train, Batch: 128, Shuffle: true, Seed: 1,
		Augment: pipeline, Raw: true, Workers: 2,
	}
	norm := &mix.Normalization{Mean: set.Mean, Std: set.Std}
	x := make([]float32, loader.Batch*set.Size())
	method := mix.Mixup{Alpha: 1}
	var plan mix.Plan
	for batch, err := range loader.Epoch(ctx, 0, 0) {
		if err == nil {
			err = method.Draw(&plan, mix.At{Seed: 1, Step: batch.Step, Epochs: 1, N: batch.N, Labels: batch.Labels})
		}
		if err == nil {
			err = mix.ApplyUint8(x[:batch.N*set.Size()], batch.Pixels, nil, norm, &plan)
		}
		if err != nil {
			panic(err)
		}
		fmt.Println(batch.Step, batch.N, len(plan.Partner))
	}
	// Output:
	// 0 128 128
	// 1 128 128
}
