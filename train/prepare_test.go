package train

import (
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/zoo"
)

// TestPrepare trains a network whose first kernel comes from the training
// samples and is not trained: it is the same in the end, decay or not.
func TestPrepare(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.Epochs = "airbench:width=2,depth=2", 1
	spec.Optimizer.WeightDecay = 0.1
	set := smallSet(t, spec)
	dir := t.TempDir()
	mustRun(t, set, spec, dir, Hooks{})

	network, err := zoo.New(spec.Model, set.Shape, len(set.Classes))
	if err != nil {
		t.Fatal(err)
	}
	train := load(t, set, set.Train)
	if train.Len() > network.PrepareSamples {
		t.Fatalf("%d training samples, the test wants them all to be used", train.Len())
	}
	store := model.NewStore()
	scope := store.Scope(modelScope)
	if err := network.Initialize(scope, spec.Seed, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	if err := network.Prepare(scope, train.x); err != nil {
		t.Fatal(err)
	}
	entries, values, err := snapshot(store, modelScope)
	if err != nil {
		t.Fatal(err)
	}
	c := mustRead(t, dir, rundir.LastFile)
	for i, e := range entries {
		at := slices.IndexFunc(c.Tensors, func(other entry) bool { return other.Path == e.Path })
		if at < 0 {
			t.Fatalf("%s is not in the checkpoint", e.Path)
		}
		kept, prepared := sameBits(c.values[at], values[i]), e.Path == "/model/whiten/kernel"
		if kept != prepared {
			t.Errorf("%s is as it was before training: %t, want %t", e.Path, kept, prepared)
		}
	}
	for _, e := range c.Tensors {
		if e.Path == slotPath("momentum", "/model/whiten/kernel") {
			t.Error("the optimizer keeps a momentum for a variable that is not trained")
		}
	}
}
