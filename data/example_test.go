package data_test

import (
	"context"
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
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
