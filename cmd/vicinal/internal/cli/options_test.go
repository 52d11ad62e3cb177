package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/vicinal-ml/vicinal/train"
)

// parse runs a command line of one command up to its options.
func parse[O any](t *testing.T, newCmd func(*Factory, func(*O) error) *cobra.Command, args ...string) (*O, error) {
	t.Helper()
	io, _, _ := TestIO()
	var options *O
	cmd := newCmd(&Factory{IO: io, Backend: train.Backend}, func(o *O) error { options = o; return nil })
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	return options, cmd.ExecuteContext(context.Background())
}

func TestFlagsWinOverTheSpecFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.toml")
	text := "methods = ['erm', 'mixup:1']\nseeds = [4, 5]\nepochs = 7\nbatch = 9\n[optimizer]\nlearning_rate = 0.25\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	o, err := parse(t, NewCmdCompare, "--spec", path, "--epochs", "3", "--seeds", "2", "--momentum", "0")
	if err != nil {
		t.Fatal(err)
	}
	s := o.Spec
	if s.Epochs != 3 || !slices.Equal(s.Seeds, []uint64{1, 2}) || s.Optimizer.Momentum != 0 {
		t.Errorf("a flag lost: epochs %d, seeds %v, momentum %v", s.Epochs, s.Seeds, s.Optimizer.Momentum)
	}
	if s.Batch != 9 || !slices.Equal(s.Methods, []string{"erm", "mixup:1"}) || s.Optimizer.LearningRate != 0.25 {
		t.Errorf("the file lost: batch %d, methods %v, learning rate %v", s.Batch, s.Methods, s.Optimizer.LearningRate)
	}
	if d := train.DefaultSpec(); s.EvalEvery != d.EvalEvery || s.Data != d.Data {
		t.Errorf("a default lost: eval_every %d, data %s", s.EvalEvery, s.Data)
	}
}

func TestEveryFlagReachesTheSpec(t *testing.T) {
	o, err := parse(t, NewCmdTrain, strings.Fields(`--data iris --data-dir d --train-size 5 --validation 6 --label-noise 0.25
		--model mlp:7 --method mixup:0.5 --seed 8 --epochs 9 --batch 10 --optimizer sgd --lr 0.5 --momentum 0.6 --nesterov
		--weight-decay 0.01 --schedule step --drops 3,6 --warmup-epochs 2 --eval-every 4 --init w.safetensors --new-head`)...)
	if err != nil {
		t.Fatal(err)
	}
	want := train.Spec{
		Data: "iris", DataDir: "d", TrainSize: 5, Validation: 6, LabelNoise: 0.25, Model: "mlp:7", Method: "mixup:0.5", Init: "w.safetensors", NewHead: true,
		Seed: 8, Epochs: 9, Batch: 10, EvalEvery: 4, CheckpointEvery: train.DefaultSpec().CheckpointEvery,
		Optimizer: train.Optimizer{
			Name: "sgd", LearningRate: 0.5, Momentum: 0.6, Nesterov: true, WeightDecay: 0.01,
			Schedule: "step", Drops: []int{3, 6}, DropFactor: 0.1, WarmupEpochs: 2,
		},
	}
	if o.Spec.Hash() != want.Hash() || o.Spec.DataDir != "d" {
		t.Errorf("got %+v\nwant %+v", o.Spec, want)
	}
}

func TestModelFitsTheData(t *testing.T) {
	for data, want := range map[string]string{"digits": "cnn", "iris": "mlp", "toy:moons": "mlp", "synthetic:8x8x3:2": "cnn"} {
		o, err := parse(t, NewCmdTrain, "--data", data)
		if err != nil {
			t.Fatal(err)
		}
		if name, _, _ := strings.Cut(o.Spec.Model, ":"); name != want {
			t.Errorf("%s gets %s, want %s", data, name, want)
		}
	}
	o, err := parse(t, NewCmdTrain, "--model", "mlp:5")
	if err != nil || o.Spec.Model != "mlp:5" {
		t.Errorf("--model mlp:5 gives %v, %v", o, err)
	}
}

func TestOutFolderNamesTheSettings(t *testing.T) {
	out := func(args ...string) string {
		o, err := parse(t, NewCmdCompare, args...)
		if err != nil {
			t.Fatal(err)
		}
		return o.Out
	}
	base := out()
	if !strings.HasPrefix(base, "runs/compare-digits-cnn-") {
		t.Errorf("default folder %s", base)
	}
	if more := out("--seeds", "9", "--methods", "erm,mixup:1", "--jobs", "1"); more != base {
		t.Errorf("more seeds and methods go to %s, not to %s", more, base)
	}
	if other := out("--epochs", "3"); other == base {
		t.Error("other epochs go to the same folder")
	}
	if given := out("--out", "x"); given != "x" {
		t.Errorf("--out x goes to %s", given)
	}
}

func TestDefaultsOfAComparison(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.toml")
	if err := os.WriteFile(path, []byte("epochs = 7\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"--spec", path}} {
		o, err := parse(t, NewCmdCompare, args...)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Spec.Seeds) != defaultSeeds || o.Spec.Seeds[0] != 1 || o.Spec.TrainSize != digitsTrainSize {
			t.Errorf("%v: seeds %v, %d samples a class", args, o.Spec.Seeds, o.Spec.TrainSize)
		}
	}
	if o, err := parse(t, NewCmdCompare, "--data", "iris"); err != nil || o.Spec.TrainSize != 0 {
		t.Errorf("iris: %v, %v", o, err)
	}
	if o, err := parse(t, NewCmdTrain, "--train-size", "10"); err != nil || o.Spec.TrainSize != 10 {
		t.Errorf("--train-size 10: %v, %v", o, err)
	}
}
