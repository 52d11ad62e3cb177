package onednn_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/nn"

	"github.com/vicinal-ml/vicinal/backend/onednn"
)

// netConfig is a PreActResNet (He et al. 2016, arXiv:1603.05027) for small images.
type netConfig struct {
	batch, size, classes int
	width                int // channels of the first stage, doubled at each of the others
	blocks               []int
}

var preActResNet18 = netConfig{batch: 128, size: 32, classes: 10, width: 64, blocks: []int{2, 2, 2, 2}}

// trainer holds a network, the state of its optimiser, and one training step: mixup of a batch with a permutation of
// itself, soft labels, SGD with momentum 0.9 and weight decay 1e-4.
type trainer struct {
	backend compute.Backend
	graph   *Graph
	inputs  []compute.Buffer // of all parameters of the graph
	state   []int            // which of them a step replaces: weights, momenta, running statistics
	donate  []bool
	trained int // the first of state are so many pairs of a weight and its momentum
}

// netBuilder makes the graph, and the initial values of what it keeps from step to step.
type netBuilder struct {
	g       *Graph
	rng     *rand.Rand
	params  []*Node // trained
	stats   []*Node
	next    []*Node // new values of stats
	initial map[*Node][]float32
}

func (b *netBuilder) parameter(name string, dims []int, init func() float32) *Node {
	shape := shapes.Make(dtypes.Float32, dims...)
	p := Parameter(b.g, fmt.Sprint(name, b.g.NumParameters()), shape)
	values := make([]float32, shape.Size())
	for i := range values {
		values[i] = init()
	}
	b.initial[p] = values
	return p
}

func constantly(x float32) func() float32 { return func() float32 { return x } }

func (b *netBuilder) conv(x *Node, out, kernel, stride int) *Node {
	in := x.Shape().Dimensions[3]
	std := math.Sqrt(2 / float64(in*kernel*kernel))
	w := b.parameter("w", []int{kernel, kernel, in, out}, func() float32 { return float32(b.rng.NormFloat64() * std) })
	b.params = append(b.params, w)
	pad := [][2]int{{kernel / 2, kernel / 2}, {kernel / 2, kernel / 2}}
	return Convolve(x, w).Strides(stride).PaddingPerDim(pad).Done()
}

func (b *netBuilder) normRelu(x *Node) *Node {
	c := []int{x.Shape().Dimensions[3]}
	scale, offset := b.parameter("scale", c, constantly(1)), b.parameter("offset", c, constantly(0))
	b.params = append(b.params, scale, offset)
	y, mean, variance := InternalBatchNormForTraining(x, scale, offset, 1e-5, 3)
	for i, batch := range []*Node{mean, variance} {
		running := b.parameter("running", c, constantly(float32(i)))
		b.stats = append(b.stats, running)
		b.next = append(b.next, Add(MulScalar(running, 0.9), MulScalar(StopGradient(batch), 0.1)))
	}
	return activation.Relu(y)
}

func (b *netBuilder) block(x *Node, out, stride int) *Node {
	h := b.normRelu(x)
	shortcut := x
	if stride != 1 || x.Shape().Dimensions[3] != out {
		shortcut = b.conv(h, out, 1, stride)
	}
	h = b.normRelu(b.conv(h, out, 3, stride))
	return Add(b.conv(h, out, 3, 1), shortcut)
}

func newTrainer(backend compute.Backend, c netConfig) (*trainer, error) {
	b := &netBuilder{g: NewGraph(backend, "train step"), rng: rand.New(rand.NewPCG(1, 1)), initial: map[*Node][]float32{}}
	images := Parameter(b.g, "images", shapes.Make(dtypes.Float32, c.batch, c.size, c.size, 3))
	labels := Parameter(b.g, "labels", shapes.Make(dtypes.Float32, c.batch, c.classes))
	partners := Parameter(b.g, "partners", shapes.Make(dtypes.Int32, c.batch, 1))
	lambda := Parameter(b.g, "lambda", shapes.Make(dtypes.Float32))
	rate := Parameter(b.g, "rate", shapes.Make(dtypes.Float32))
	mix := func(x *Node) *Node { return Add(Mul(x, lambda), Mul(Gather(x, partners), OneMinus(lambda))) }

	h := b.conv(mix(images), c.width, 3, 1)
	for stage, blocks := range c.blocks {
		for i := range blocks {
			stride := 1
			if stage > 0 && i == 0 {
				stride = 2
			}
			h = b.block(h, c.width<<stage, stride)
		}
	}
	h = ReduceMean(b.normRelu(h), 1, 2)
	features := h.Shape().Dimensions[1]
	std := math.Sqrt(2 / float64(features))
	w := b.parameter("head", []int{features, c.classes}, func() float32 { return float32(b.rng.NormFloat64() * std) })
	bias := b.parameter("bias", []int{c.classes}, constantly(0))
	b.params = append(b.params, w, bias)
	logits := nn.Dense(h, w, bias, compute.DenseLayoutInputOutputs)
	loss := MulScalar(ReduceAllSum(Mul(mix(labels), LogSoftmax(logits))), -1/float64(c.batch))

	var state, next []*Node
	for i, g := range Gradient(loss, b.params...) {
		p := b.params[i]
		m := b.parameter("momentum", p.Shape().Dimensions, constantly(0))
		m1 := Add(Add(MulScalar(m, 0.9), g), MulScalar(p, 1e-4))
		state = append(state, p, m)
		next = append(next, Sub(p, Mul(m1, rate)), m1)
	}
	state, next = append(state, b.stats...), append(next, b.next...)
	if err := b.g.Compile(append([]*Node{loss}, next...)...); err != nil {
		return nil, err
	}

	x := make([]float32, images.Shape().Size())
	for i := range x {
		x[i] = float32(b.rng.NormFloat64())
	}
	y, partner := make([]float32, labels.Shape().Size()), make([]int32, c.batch)
	for i, j := range b.rng.Perm(c.batch) {
		y[i*c.classes+b.rng.IntN(c.classes)] = 1
		partner[i] = int32(j)
	}
	t := &trainer{backend: backend, graph: b.g, inputs: make([]compute.Buffer, b.g.NumParameters()), donate: make([]bool, b.g.NumParameters())}
	set := func(n *Node, flat any) error {
		buf, err := backend.BufferFromFlatData(0, flat, n.Shape())
		t.inputs[n.GetParameterHandle()] = buf
		return err
	}
	t.trained = len(b.params)
	for _, n := range state {
		handle := int(n.GetParameterHandle())
		t.state = append(t.state, handle)
		t.donate[handle] = true
		if err := set(n, b.initial[n]); err != nil {
			return nil, err
		}
	}
	for n, flat := range map[*Node]any{images: x, labels: y, partners: partner, lambda: []float32{0.3}, rate: []float32{0.05}} {
		if err := set(n, flat); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// step trains once and returns the loss before it.
func (t *trainer) step() (float32, error) {
	outs := t.graph.RunWithBuffers(t.inputs, t.donate, 0)
	loss := tensors.ToScalar[float32](outs[0])
	for i, handle := range t.state {
		buf, err := outs[1+i].DonateBuffer(t.backend, 0)
		if err != nil {
			return 0, err
		}
		t.inputs[handle] = buf
	}
	return loss, nil
}

// BenchmarkPreActResNet18 trains on images of 32 by 32 in batches of 128. Set GOMLX_BACKEND to measure with options.
func BenchmarkPreActResNet18(b *testing.B) {
	backend, err := compute.NewWithConfig(cmp.Or(os.Getenv(compute.ConfigEnvVar), onednn.BackendName))
	if err != nil {
		b.Skip(err)
	}
	defer backend.Finalize()
	t, err := newTrainer(backend, preActResNet18)
	if err != nil {
		b.Fatal(err)
	}
	defer t.graph.Finalize()
	if _, err := t.step(); err != nil {
		b.Fatal(err)
	}
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		loss, err := t.step()
		if err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
		b.Logf("loss %.4f, %v", loss, times[len(times)-1])
	}
	slices.Sort(times)
	median := times[len(times)/2]
	b.ReportMetric(float64(preActResNet18.batch)/median.Seconds(), "images/s")
	b.ReportMetric(float64(median.Milliseconds()), "ms/step")
}
