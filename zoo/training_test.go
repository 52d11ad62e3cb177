package zoo

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/backend/onednn"
)

// small holds for every name a network and samples that train fast.
var small = map[string]struct {
	spec    string
	shape   []int
	classes int
}{
	"mlp":               {"mlp:8", []int{5}, 3},
	"cnn":               {"cnn:width=4", []int{9, 8, 2}, 3},
	"lenet":             {"lenet:dropout=0.2", []int{17, 20, 1}, 3},
	"samplepairing":     {"samplepairing:width=4,hidden=8", []int{9, 8, 3}, 3},
	"vgg11":             {"vgg11:width=2,hidden=8", []int{33, 32, 1}, 3},
	"preactresnet18":    {"preactresnet18:width=4,dropout=0.3", []int{9, 8, 3}, 3},
	"preactresnet34":    {"preactresnet34:width=2,norm=none", []int{8, 8, 3}, 3},
	"preactresnet50":    {"preactresnet50:width=2,norm=stem", []int{16, 15, 3}, 3},
	"wideresnet":        {"wideresnet:depth=10,widen=1,dropout=0.3", []int{8, 8, 3}, 3},
	"resnet18":          {"resnet18:width=4", []int{33, 30, 3}, 3},
	"resnet50":          {"resnet50:width=2", []int{64, 64, 3}, 3},
	"resnet101":         {"resnet101:width=2", []int{64, 60, 3}, 3},
	"resnext":           {"resnext:depth=11,cardinality=4,width=2,base=8", []int{9, 8, 3}, 3},
	"resnext50":         {"resnext50:cardinality=2,width=2,base=4", []int{65, 64, 3}, 3},
	"resnext101":        {"resnext101:cardinality=2,width=2,base=2", []int{64, 64, 3}, 3},
	"densenet":          {"densenet:depth=16,growth=4,dropout=0.2", []int{9, 8, 3}, 3},
	"googlenet":         {"googlenet:width=8,kernel=5", []int{65, 60, 3}, 3},
	"airbench":          {"airbench:width=4,depth=2", []int{9, 8, 3}, 3},
	"unet":              {"unet:width=4,depth=2", []int{9, 10, 3}, 3},
	"gan-generator":     {"gan-generator:width=8", []int{2}, 2},
	"gan-discriminator": {"gan-discriminator:width=8", []int{2}, 1},
}

// fallShare is what a step of descend takes off the loss where it is linear.
const fallShare = 0.01

// descend takes gradient steps on the mean square distance of the outputs from
// given values and returns the losses before each step. Every step drops the
// same.
func descend(t *testing.T, backend compute.Backend, n *Network, shape []int) []float64 {
	t.Helper()
	store := model.NewStore()
	if err := n.Initialize(store.RootScope(), 1, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, x *graph.Node) *graph.Node {
		setTraining(scope, x, n, true)
		y := n.Logits(scope, x)
		want := graph.ConvertDType(graph.ConstTensor(x.Graph(), tensor(draws("want", y.Shape().Size()), y.Shape().Dimensions...)), y.DType())
		loss := graph.ReduceAllMean(graph.Square(graph.Sub(y, want)))
		var variables []*model.Variable
		var nodes []*graph.Node
		for v := range store.IterVariables() {
			if v.Trainable {
				variables, nodes = append(variables, v), append(nodes, v.NodeValue(x))
			}
		}
		gradients := graph.Gradient(loss, nodes...)
		steepness := graph.ScalarZero(x.Graph(), dtypes.Float32)
		for _, g := range gradients {
			steepness = graph.Add(steepness, graph.ReduceAllSum(graph.Square(g)))
		}
		rate := graph.Div(graph.MulScalar(loss, fallShare), steepness)
		for i, g := range gradients {
			variables[i].SetNodeValue(graph.Sub(nodes[i], graph.Mul(rate, g)))
		}
		return loss
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	dims := append([]int{16}, shape...)
	size := 16
	for _, d := range shape {
		size *= d
	}
	x := make([]float32, size)
	for i, v := range draws("x", size) {
		x[i] = float32(v)
	}
	var losses []float64
	for range 2 {
		outputs, err := exec.Call(tensors.FromFlatDataAndDimensions(x, dims...))
		if err != nil {
			t.Fatal(err)
		}
		losses = append(losses, float64(tensors.ToScalar[float32](outputs[0])))
	}
	return losses
}

// TestTraining trains each network of the zoo for a few steps, on the Go
// backend and on oneDNN, which must agree.
func TestTraining(t *testing.T) {
	backends := map[string]compute.Backend{"go": goBackendFor(t)}
	one, err := onednn.New("deterministic")
	switch {
	case err == nil:
		t.Cleanup(one.Finalize)
		backends["onednn"] = one
	case os.Getenv("ONEDNN_LIBRARY") == "" && strings.Contains(err.Error(), "no usable oneDNN library"):
		t.Logf("SKIP onednn: %v", err)
	default:
		t.Fatal(err)
	}
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			test, ok := small[name]
			if !ok || !strings.HasPrefix(test.spec, name+":") {
				t.Fatalf("no small network of %s", name)
			}
			n, err := New(test.spec, test.shape, test.classes)
			if err != nil {
				t.Fatal(err)
			}
			losses := map[string][]float64{}
			for kind, backend := range backends {
				l := descend(t, backend, n, test.shape)
				if fall := (l[0] - l[1]) / l[0]; !(math.Abs(fall-fallShare) < fallShare/5) {
					t.Errorf("%s: a step takes %v off the loss of %v, want about %v", kind, fall, l[0], fallShare)
				}
				losses[kind] = l
			}
			for i, got := range losses["onednn"] {
				if want := losses["go"][i]; math.Abs(got-want) > 1e-3*(1+want) {
					t.Errorf("losses %v on oneDNN, %v on Go", losses["onednn"], losses["go"])
					break
				}
			}
		})
	}
}
