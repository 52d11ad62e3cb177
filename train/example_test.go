package train_test

import (
	"context"
	"fmt"
	"os"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

func ExampleRun() {
	spec := train.DefaultSpec()
	spec.Method = "mixup:0.2"
	spec.Model = "mlp:32"
	spec.Epochs = 2

	ctx := context.Background()
	set, err := data.Open(ctx, spec.Data, spec.DataOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	backend, err := train.Backend("") // the best available
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

	result, err := train.Run(ctx, backend, set, spec, dir, train.Hooks{
		Epoch: func(e train.EpochInfo) {
			fmt.Printf("epoch %d of %d, phase %s, %d steps\n", e.Epoch, e.Epochs, e.Phase, e.Step)
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d parameters, %d training and %d test samples\n", result.Params, result.TrainSamples, result.TestSamples)
	// Output:
	// epoch 1 of 2, phase on, 5 steps
	// epoch 2 of 2, phase on, 10 steps
	// 2410 parameters, 100 training and 899 test samples
}

func ExampleOpen() {
	backend, err := train.Backend("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	_, err = train.Open(backend, "no/such/run", train.Best)
	fmt.Println(err)
	// Output: reading a checkpoint: open no/such/run: no such file or directory
}
