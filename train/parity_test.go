package train

import (
	"encoding/binary"
	"github.com/vicinal-ml/vicinal/task"
	"math"
	"os"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/nlpodyssey/safetensors"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/weights"
	"github.com/vicinal-ml/vicinal/zoo"
)

// TestParity begins with weights that PyTorch wrote and compares with what it
// computed: logits, the losses of 5 mixed steps, and the weights and running
// statistics after them (testdata/torch/make.py).
func TestParity(t *testing.T) {
	const classes, batchSize, steps = 4, 6, 5
	network, err := zoo.New("cnn:width=3", []int{8, 8, 2}, classes)
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) map[string][]float32 {
		t.Helper()
		values, err := weights.ReadFile("testdata/torch/"+name, network, weights.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return values
	}
	want := readResults(t, "testdata/torch/results.safetensors")
	spec := Spec{Optimizer: Optimizer{Name: OptimizerSGD, Momentum: 0.9, Nesterov: true, WeightDecay: 0.01}}
	backend := backendFor(t)
	store := model.NewStore()
	defer store.Finalize()
	if err := network.Initialize(store.Scope(modelScope), 1, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	for path, values := range read("tiny.safetensors") {
		v := store.GetVariable("/" + modelScope + "/" + path)
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, v.Shape().Dimensions...)); err != nil {
			t.Fatal(err)
		}
	}
	if err := spec.Optimizer.initialize(store, network); err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want []float32, bound float64) {
		t.Helper()
		if len(got) != len(want) || len(got) == 0 {
			t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
		}
		for i := range got {
			if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= bound) {
				t.Errorf("%s: value %d is %v, want %v", what, i, got[i], want[i])
			}
		}
	}
	size := sizeOf(network.Shape)
	logits := func() []float32 {
		t.Helper()
		y, err := model.CallOnce(backend, store, func(scope *model.Scope, x *graph.Node) *graph.Node {
			return infer(scope.At(modelScope), network, x, false)
		}, tensors.FromFlatDataAndDimensions(want["x"][:batchSize*size], batchSize, 8, 8, 2))
		if err != nil {
			t.Fatal(err)
		}
		flat, err := tensors.CopyFlatData[float32](y)
		if err != nil {
			t.Fatal(err)
		}
		return flat
	}
	near("logits before", logits(), want["before"], 1e-5)

	s, err := newStepper(backend, store, network, classifier(t, network.Classes, task.Options{}), infoOf(network.Shape, network.Classes), spec, mix.ERM{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for k := range steps {
		part := func(name string) []float32 { return want[name][k*batchSize:][:batchSize] }
		batch := &data.Batch{N: batchSize, X: want["x"][k*batchSize*size:][:batchSize*size], Labels: ints(part("labels"))}
		plan := mix.Plan{N: batchSize, Partner: ints(part("partner")), Input: part("input"), Target: part("target")}
		loss, _, err := s.run(batch, nil, &plan, stepValues(0.1, int64(k)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(loss-float64(want["losses"][k])) > 1e-4 {
			t.Errorf("the loss of step %d is %v, want %v", k+1, loss, want["losses"][k])
		}
	}
	near("logits after", logits(), want["after"], 1e-3)
	for path, values := range read("trained.safetensors") {
		got, err := tensors.CopyFlatData[float32](store.GetVariable("/" + modelScope + "/" + path).MustValue())
		if err != nil {
			t.Fatal(err)
		}
		near(path+" after", got, values, 1e-4)
	}
}

func ints(values []float32) []int32 {
	whole := make([]int32, len(values))
	for i, v := range values {
		whole[i] = int32(v)
	}
	return whole
}

func readResults(t *testing.T, path string) map[string][]float32 {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.Deserialize(content)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]float32{}
	for _, v := range file.Tensors() {
		raw := v.TensorView.Data()
		values := make([]float32, len(raw)/4)
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		all[v.Name] = values
	}
	return all
}
