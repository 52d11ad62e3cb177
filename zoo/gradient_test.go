package zoo

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/stream"
)

// draws returns n standard normal numbers.
func draws(name string, n int) []float64 {
	random := stream.New(1, name).At(0, 0)
	values := make([]float64, n)
	for i := range values {
		values[i] = random.NormFloat64()
	}
	return values
}

func tensor(values []float64, dims ...int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(values, dims...)
}

func flat(t testing.TB, x *tensors.Tensor) []float64 {
	t.Helper()
	values, err := tensors.CopyFlatData[float64](x)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// run computes a weighted sum of the logits' squares and its gradient with
// respect to every trainable variable, by name.
func run(t testing.TB, backend compute.Backend, n *Network, store *model.Store, x *tensors.Tensor, training bool) (loss float64, gradients map[string][]float64) {
	t.Helper()
	var names []string
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, x *graph.Node) []*graph.Node {
		setTraining(scope, x, n, training)
		logits := n.Logits(scope, x)
		w := graph.ConstTensor(x.Graph(), tensor(draws("weights", logits.Shape().Size()), logits.Shape().Dimensions...))
		loss := graph.ReduceAllSum(graph.Mul(w, graph.Square(logits)))
		outputs := []*graph.Node{loss}
		if training {
			var nodes []*graph.Node
			for v := range store.IterVariables() {
				if v.Trainable {
					names = append(names, v.Path())
					nodes = append(nodes, v.NodeValue(x))
				}
			}
			outputs = append(outputs, graph.Gradient(loss, nodes...)...)
		}
		return outputs
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	outputs, err := exec.Call(x)
	if err != nil {
		t.Fatal(err)
	}
	gradients = map[string][]float64{}
	for i, name := range names {
		gradients[name] = flat(t, outputs[1+i])
	}
	return tensors.ToScalar[float64](outputs[0]), gradients
}

// setTraining prepares the graph of x. Every training graph drops the same.
func setTraining(scope *model.Scope, x *graph.Node, n *Network, training bool) {
	scope.SetTraining(x.Graph(), training)
	if training && len(n.Dropouts) > 0 {
		n.SetDropoutStates(graph.ConstTensor(x.Graph(), n.DropoutStates(1, 0, 0)))
	}
}

func newStore(t testing.TB, n *Network) *model.Store {
	t.Helper()
	store := model.NewStore()
	if err := n.Initialize(store.RootScope(), 3, dtypes.Float64); err != nil {
		t.Fatal(err)
	}
	// Scales and offsets that are neither 1 nor 0, so that errors in them show.
	for v := range store.IterVariables() {
		if v.Trainable && v.Shape().Rank() == 1 {
			values := draws(v.Path(), v.Shape().Size())
			for i := range values {
				values[i] = 1 + values[i]/4
			}
			if err := v.SetValue(tensor(values, len(values))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return store
}

// copyStore copies the values to the host, away from any backend.
func copyStore(t testing.TB, from *model.Store) *model.Store {
	t.Helper()
	to := model.NewStore()
	for v := range from.IterVariables() {
		c, err := to.CreateVariable(v.Path(), tensor(flat(t, v.MustValue()), v.Shape().Dimensions...))
		if err != nil {
			t.Fatal(err)
		}
		c.SetTrainable(v.Trainable)
	}
	return to
}

const all = 1 << 30

// TestGradients compares the gradient of whole networks with central
// differences in float64, on the Go backend's primitives and on ops.
func TestGradients(t *testing.T) {
	networks := []struct {
		spec  string
		shape []int
		each  int // values checked of each variable
	}{
		{"cnn:width=2", []int{5, 4, 2}, all},
		{"cnn:width=2,depth=1,kernel=5", []int{4, 4, 1}, all},
		{"mlp:4,3", []int{5}, all},
		{"preactresnet18:width=1,norm=stem", []int{5, 4, 2}, 2},
		{"preactresnet50:width=1", []int{4, 3, 1}, 1},
		{"wideresnet:depth=10,widen=1,dropout=0.3", []int{4, 3, 1}, 1},
		{"samplepairing:width=1,hidden=3", []int{8, 9, 1}, 2},
		{"resnet18:width=1", []int{9, 12, 1}, 1},
		{"vgg11:width=1,hidden=3", []int{32, 32, 1}, 2},
		{"airbench:width=2,depth=2", []int{9, 8, 1}, 6},
		{"lenet:conv1=2,conv2=2,dense1=3,dense2=2,dropout=0.3", []int{16, 17, 1}, 2},
		{"resnext:depth=11,cardinality=2,width=1,base=1", []int{5, 4, 2}, 2},
		{"resnext50:cardinality=2,width=1,base=1", []int{9, 12, 1}, 1},
		{"densenet:depth=10,growth=2,dropout=0.2", []int{7, 6, 1}, 2},
		{"googlenet:width=2", []int{33, 32, 1}, 1},
		{"unet:width=1,depth=2", []int{7, 8, 2}, 4},
		{"gan-generator:width=3,depth=2", []int{2}, all},
	}
	inner := goBackendFor(t)
	ops := newOpsBackend(inner)
	for _, backend := range []compute.Backend{inner, ops} {
		for _, test := range networks {
			t.Run(backend.String()+"/"+test.spec, func(t *testing.T) {
				n, err := New(test.spec, test.shape, 3)
				if err != nil {
					t.Fatal(err)
				}
				checkGradients(t, backend, n, test.each)
			})
		}
	}
	if ops.used["training"] == 0 || ops.used["gradient"] == 0 {
		t.Errorf("the backend's batch normalisation was not used: %v", ops.used)
	}
}

// checkGradients compares so many values of each variable's gradient.
func checkGradients(t *testing.T, backend compute.Backend, n *Network, each int) {
	t.Helper()
	dims := append([]int{4}, n.Shape...)
	size := 4
	for _, d := range n.Shape {
		size *= d
	}
	pixels := draws("pixels", size)
	start := newStore(t, n)
	_, gradients := run(t, backend, n, copyStore(t, start), tensor(pixels, dims...), true)

	loss := lossFunction(t, backend, n, start, tensor(pixels, dims...))
	for v := range start.IterVariables() {
		if !v.Trainable {
			continue
		}
		values := flat(t, v.MustValue())
		for i := 0; i < len(values); i += 1 + (len(values)-1)/each {
			got, want := gradients[v.Path()][i], 0.0
			agree := func(h float64) bool {
				at := values[i]
				values[i] = at + h
				up := loss(v.Path(), values)
				values[i] = at - h
				down := loss(v.Path(), values)
				values[i] = at
				want = (up - down) / (2 * h)
				return math.Abs(got-want) <= 1e-6*(1+math.Abs(want))
			}
			// A short step seldom crosses the kink of a ReLU; a longer one is less disturbed by rounding.
			if !agree(1e-6) && !agree(1e-5) {
				t.Errorf("%s[%d]: gradient %v, central difference %v", v.Path(), i, got, want)
			}
		}
	}
}

// lossFunction returns the training loss of run as a function of one variable.
func lossFunction(t *testing.T, backend compute.Backend, n *Network, start *model.Store, x *tensors.Tensor) func(path string, values []float64) float64 {
	t.Helper()
	exec, err := graph.NewExec(backend, func(inputs []*graph.Node) *graph.Node {
		// A store of its own for each graph: variables are the graph's inputs.
		g := inputs[0].Graph()
		store := model.NewStore()
		model.SetStore(g, store)
		i := 1
		for v := range start.IterVariables() {
			created, err := store.CreateVariable(v.Path(), tensors.FromShape(v.Shape()))
			if err != nil {
				panic(err)
			}
			created.SetTrainable(v.Trainable)
			created.SetNodeValue(inputs[i])
			i++
		}
		scope := store.RootScope()
		setTraining(scope, inputs[0], n, true)
		logits := n.Logits(scope, inputs[0])
		return graph.ReduceAllSum(graph.Mul(graph.ConstTensor(g, tensor(draws("weights", logits.Shape().Size()), logits.Shape().Dimensions...)), graph.Square(logits)))
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(exec.Finalize)
	return func(path string, values []float64) float64 {
		args := []any{tensor(flat(t, x), x.Shape().Dimensions...)}
		for v := range start.IterVariables() {
			own := flat(t, v.MustValue())
			if v.Path() == path {
				own = values
			}
			args = append(args, tensor(own, v.Shape().Dimensions...))
		}
		out, err := exec.Call(args...)
		if err != nil {
			t.Fatal(err)
		}
		return tensors.ToScalar[float64](out[0])
	}
}

// TestBatchNorm compares outputs and running statistics with the formulas of
// the paper, on both ways to compute them.
func TestBatchNorm(t *testing.T) {
	const samples, features = 6, 3
	x := draws("x", samples*features)
	inner := goBackendFor(t)
	ops := newOpsBackend(inner)
	for _, test := range []struct {
		backend compute.Backend
		kind    norm
	}{{inner, usualNorm}, {ops, usualNorm}, {inner, airbenchNorm}, {ops, airbenchNorm}} {
		backend := test.backend
		b := newBuilder([]int{features})
		b.batchNormOf("norm", test.kind)
		n := b.network("norm", "", []int{features}, features)
		store := newStore(t, n)
		scale, offset := []float64{1, 1, 1}, flat(t, store.GetVariable("norm/offset").MustValue())
		if test.kind.scaled {
			scale = flat(t, store.GetVariable("norm/scale").MustValue())
		} else if store.GetVariable("norm/scale") != nil {
			t.Error("a normalisation without scale has one")
		}

		mean, variance := make([]float64, features), make([]float64, features)
		for i, v := range x {
			mean[i%features] += v / samples
		}
		for i, v := range x {
			variance[i%features] += (v - mean[i%features]) * (v - mean[i%features]) / samples
		}
		runningMean, runningVariance := make([]float64, features), make([]float64, features)
		for c := range features {
			runningMean[c] = test.kind.share * mean[c]
			runningVariance[c] = 1 - test.kind.share + test.kind.share*variance[c]*samples/(samples-1) // unbiased
		}
		expect := func(what string, got, m, v []float64) {
			t.Helper()
			for i := range x {
				c := i % features
				want := (x[i]-m[c])/math.Sqrt(v[c]+1e-5)*scale[c] + offset[c]
				if math.Abs(got[i]-want) > 1e-9 {
					t.Errorf("%s, %s: output %d is %v, want %v", backend, what, i, got[i], want)
				}
			}
		}
		expect("training", forward(t, backend, n, store, tensor(x, samples, features), true), mean, variance)
		for c := range features {
			gotMean, gotVariance := flat(t, store.GetVariable("norm/mean").MustValue())[c], flat(t, store.GetVariable("norm/variance").MustValue())[c]
			if math.Abs(gotMean-runningMean[c]) > 1e-12 || math.Abs(gotVariance-runningVariance[c]) > 1e-12 {
				t.Errorf("%s: running statistics %v and %v, want %v and %v", backend, gotMean, gotVariance, runningMean[c], runningVariance[c])
			}
		}
		store = copyStore(t, store)
		expect("inference", forward(t, backend, n, store, tensor(x, samples, features), false), runningMean, runningVariance)
		// Inference leaves them alone.
		if got := flat(t, store.GetVariable("norm/mean").MustValue())[0]; math.Abs(got-runningMean[0]) > 1e-12 {
			t.Errorf("%s: inference moved the running mean", backend)
		}
	}
	// For each kind one for training, which is made of it, and one for inference.
	if ops.used["training"] != 2 || ops.used["inference"] != 4 {
		t.Errorf("the backend's batch normalisation was not used: %v", ops.used)
	}
}

func forward(t *testing.T, backend compute.Backend, n *Network, store *model.Store, x *tensors.Tensor, training bool) []float64 {
	t.Helper()
	y, err := model.CallOnce(backend, store, func(scope *model.Scope, x *graph.Node) *graph.Node {
		setTraining(scope, x, n, training)
		return n.Logits(scope, x)
	}, x)
	if err != nil {
		t.Fatal(err)
	}
	return flat(t, y)
}

// TestBatchNormOfOne is a batch of one vector: its variance is 0.
func TestBatchNormOfOne(t *testing.T) {
	b := newBuilder([]int{2})
	b.batchNorm("norm")
	n := b.network("norm", "", []int{2}, 2)
	store := newStore(t, n)
	offset := flat(t, store.GetVariable("norm/offset").MustValue())
	got := forward(t, goBackendFor(t), n, store, tensor([]float64{3, -1}, 1, 2), true)
	if got[0] != offset[0] || got[1] != offset[1] {
		t.Errorf("a batch of one gives %v, want the offsets %v", got, offset)
	}
}

// TestLowerings compares convolution and pooling by products and slices with
// GoMLX's ops, values and gradients.
func TestLowerings(t *testing.T) {
	backend := goBackendFor(t)
	compare := func(name string, byOp, byOther func(x, k *graph.Node) *graph.Node, x, k *tensors.Tensor) {
		t.Helper()
		both := func(f func(x, k *graph.Node) *graph.Node) []float64 {
			outputs, err := graph.CallOnceN(backend, func(x, k *graph.Node) []*graph.Node {
				y := f(x, k)
				w := graph.ConstTensor(x.Graph(), tensor(draws("w", y.Shape().Size()), y.Shape().Dimensions...))
				return append(graph.Gradient(graph.ReduceAllSum(graph.Mul(w, y)), x, k), y)
			}, x, k)
			if err != nil {
				t.Fatal(name, err)
			}
			var all []float64
			for _, o := range outputs {
				all = append(all, flat(t, o)...)
			}
			return all
		}
		want, got := both(byOp), both(byOther)
		if len(want) != len(got) {
			t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
		}
		for i := range want {
			if math.Abs(want[i]-got[i]) > 1e-10 {
				t.Fatalf("%s: value %d is %v, want %v", name, i, got[i], want[i])
			}
		}
	}
	for _, size := range []int{1, 2, 3, 4, 5} {
		for _, g := range []geometry{{1, size / 2, 1}, {2, size / 2, 1}, {3, size / 2, 1}, {1, 0, 1}, {2, 0, 2}, {1, size / 2, 2}, {1, size / 2, 4}} {
			with := func(f func(x, k *graph.Node, g geometry) *graph.Node) func(x, k *graph.Node) *graph.Node {
				return func(x, k *graph.Node) *graph.Node { return f(x, k, g) }
			}
			compare(fmt.Sprintf("convolution %d %+v", size, g), with(convolveByOp), with(convolveByProduct),
				tensor(draws("x", 2*5*6*4), 2, 5, 6, 4), tensor(draws("k", size*size*(4/g.groups)*8), size, size, 4/g.groups, 8))
		}
	}
	for _, dims := range [][]int{{2, 4, 6, 3}, {2, 5, 7, 3}, {1, 2, 2, 1}} {
		for _, w := range []window{{size: 2, stride: 2}, {size: 3, stride: 2, pad: 1}, {size: 3, stride: 1, pad: 1}, {size: 3, stride: 2, ceil: true}} {
			with := func(f func(x *graph.Node, w window) *graph.Node) func(x, k *graph.Node) *graph.Node {
				return func(x, k *graph.Node) *graph.Node { return graph.Add(f(x, w), k) }
			}
			slices := func(x *graph.Node, w window) *graph.Node { return poolBySlices(x, w, graph.Max) }
			compare(fmt.Sprintf("pooling %v %+v", dims, w), with(maxPoolByOp), with(slices),
				tensor(draws("x", dims[0]*dims[1]*dims[2]*dims[3]), dims...), tensor([]float64{0.5}, 1, 1, 1, 1))
		}
	}
}

func TestLogitsRefuse(t *testing.T) {
	n, err := New("mlp:3", []int{2}, 2)
	if err != nil {
		t.Fatal(err)
	}
	call := func(store *model.Store, x *tensors.Tensor) error {
		_, err := model.CallOnce(goBackendFor(t), store, n.Logits, x)
		return err
	}
	if err := call(model.NewStore(), tensor(draws("x", 2), 1, 2)); err == nil || !strings.Contains(err.Error(), "Network.Initialize") {
		t.Errorf("variables not initialised: %v", err)
	}
	if err := call(newStore(t, n), tensor(draws("x", 3), 1, 3)); err == nil || !strings.Contains(err.Error(), "samples of shape [2]") {
		t.Errorf("wrong shape: %v", err)
	}
	if err := call(newStore(t, n), tensors.FromFlatDataAndDimensions([]float32{1, 2}, 1, 2)); err == nil || !strings.Contains(err.Error(), "the network needs") {
		t.Errorf("wrong type: %v", err)
	}
}
