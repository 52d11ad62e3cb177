package train_test

import (
	"context"
	"fmt"
	"os"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/stream"
	"github.com/vicinal-ml/vicinal/train"
)

// neighbours mixes each sample of a batch with the next one, and keeps at least
// half of its own.
type neighbours struct{}

func (neighbours) String() string { return "neighbours" }

// Draw is a pure function of the position: its randomness is a stream of that
// position, so that a run that was killed goes on as it would have.
func (neighbours) Draw(p *mix.Plan, at mix.At) error {
	p.Plain(at.N, mix.PhaseOn)
	random := stream.New(at.Seed, "neighbours").At(uint64(at.Epoch), uint64(at.Step))
	for i := range at.N {
		own := float32(1 - random.Float64()/2)
		p.Partner[i], p.Input[i], p.Target[i] = int32((i+1)%at.N), own, own
	}
	return nil
}

// A method of a program's own is trained in place of one that has a name.
func ExampleRunner_method() {
	spec := train.DefaultSpec()
	spec.Model, spec.Epochs = "mlp:32", 2

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

	runner := train.Runner{Backend: backend, Set: set, Spec: spec, Dir: dir, Method: neighbours{}}
	runner.Hooks.Epoch = func(e train.EpochInfo) {
		fmt.Printf("epoch %d: %.0f %% of the samples mixed\n", e.Epoch, 100*e.Mixed)
	}
	result, err := runner.Run(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("trained with", result.Spec.Method)

	// The weights are those of a network of the zoo: any program opens them.
	m, err := train.Open(backend, dir, train.Last)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	fmt.Println(len(m.Classes), "classes")
	// Output:
	// epoch 1: 100 % of the samples mixed
	// epoch 2: 100 % of the samples mixed
	// trained with neighbours
	// 10 classes
}
