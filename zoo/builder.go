package zoo

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// layer computes one layer of a batch in a graph.
type layer func(scope *model.Scope, x *graph.Node) *graph.Node

// builder declares a network layer by layer. It keeps the shape a sample has
// reached, and the first error; the calls after an error do nothing.
type builder struct {
	shape     []int
	variables []Variable
	flops     float64
	layers    []layer
	dropouts  []string
	blocks    []block
	err       error

	prepareSamples int
	prepared       func(x []float32) (map[string][]float64, error)
}

// block is a part of a network that ends after that many layers.
type block struct {
	name string
	end  int
}

// blockEnd ends a block: what is computed up to here may be mixed. It is for
// the layers of the network alone, not for those of a branch.
func (b *builder) blockEnd(name string) {
	if b.err == nil {
		b.blocks = append(b.blocks, block{name, len(b.layers)})
	}
}

func newBuilder(shape []int) *builder { return &builder{shape: slices.Clone(shape)} }

func (b *builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
}

// image reports whether a sample is still an image [H W C].
func (b *builder) image() bool { return len(b.shape) == 3 }

func (b *builder) channels() int { return b.shape[len(b.shape)-1] }

// batchNorm normalises over all axes but the last.
func (b *builder) batchNorm(name string) { b.batchNormOf(name, usualNorm) }

func (b *builder) batchNormOf(name string, kind norm) {
	if b.err != nil {
		return
	}
	n := b.channels()
	var scale string
	if kind.scaled {
		scale = b.variable(name, Scale, ones, true, n)
	}
	offset := b.variable(name, Offset, zeros, true, n)
	mean := b.variable(name, RunningMean, zeros, false, n)
	variance := b.variable(name, RunningVariance, ones, false, n)
	b.layers = append(b.layers, func(scope *model.Scope, x *graph.Node) *graph.Node {
		norm := batchNorm{
			offset:   variable(scope, offset, x, n),
			mean:     variable(scope, mean, x, n),
			variance: variable(scope, variance, x, n),
			share:    kind.share,
			epsilon:  kind.epsilon,
		}
		if kind.scaled {
			norm.scale = variable(scope, scale, x, n)
		}
		return norm.apply(x, scope.IsTraining(x.Graph()))
	})
}

func (b *builder) relu() {
	b.layers = append(b.layers, func(_ *model.Scope, x *graph.Node) *graph.Node { return activation.Relu(x) })
}

// mean averages each channel over the height and width.
func (b *builder) mean() {
	if b.err != nil {
		return
	}
	if !b.image() {
		b.fail("it averages images [height width channels], not samples of shape %v", b.shape)
		return
	}
	b.shape = []int{b.channels()}
	b.layers = append(b.layers, func(_ *model.Scope, x *graph.Node) *graph.Node { return graph.ReduceMean(x, 1, 2) })
}

func through(layers []layer, scope *model.Scope, x *graph.Node) *graph.Node {
	for _, l := range layers {
		x = l(scope, x)
	}
	return x
}

// purpose says what follows a dense layer, which its initial values depend on.
type purpose int

const (
	forReLU purpose = iota
	forLogits
)

// dense adds a dense layer with bias on the flattened sample.
func (b *builder) dense(name string, out int, use purpose) {
	if b.err != nil {
		return
	}
	in := 1
	for _, d := range b.shape {
		in *= d
	}
	init := he(in)
	if use == forLogits {
		init = leCun(in)
	}
	kernel := b.variable(name, Weight, init, true, in, out)
	b.flops += 2 * float64(in) * float64(out)
	b.shape = []int{out}
	b.layers = append(b.layers, func(scope *model.Scope, x *graph.Node) *graph.Node {
		x = graph.Reshape(x, x.Shape().Dimensions[0], in)
		return graph.DotProduct(x, variable(scope, kernel, x, in, out).NodeValue(x))
	})
	b.bias(name)
}

// variable declares one and returns its path.
func (b *builder) variable(layer string, role Role, init Init, trainable bool, dims ...int) string {
	path := layer + "/" + role.String()
	b.variables = append(b.variables, Variable{Path: path, Layer: layer, Role: role, Dims: dims, Input: slices.Clone(b.shape), Trainable: trainable, Init: init})
	return path
}

func (b *builder) network(spec, paper string, shape []int, classes int) *Network {
	n := &Network{
		Spec: spec, Paper: paper, Shape: slices.Clone(shape), Classes: classes,
		FLOPs: b.flops, Variables: b.variables, Dropouts: b.dropouts,
		PrepareSamples: b.prepareSamples, Prepared: b.prepared,
	}
	for i := range n.Variables {
		if n.Variables[i].Trainable {
			n.Params += n.Variables[i].Size()
		}
	}
	layers, blocks := b.layers, b.blocks
	n.LogitsAfter = func(scope *model.Scope, x *graph.Node, after func(block int, h *graph.Node) *graph.Node) *graph.Node {
		if x.Rank() != len(shape)+1 || !slices.Equal(x.Shape().Dimensions[1:], shape) {
			panic(fmt.Errorf("%s takes batches of samples of shape %v, not %s", spec, shape, x.Shape()))
		}
		from := 0
		for i, block := range blocks {
			x = after(i+1, through(layers[from:block.end], scope, x))
			from = block.end
		}
		return through(layers[from:], scope, x)
	}
	n.Logits = func(scope *model.Scope, x *graph.Node) *graph.Node {
		return n.LogitsAfter(scope, x, func(_ int, h *graph.Node) *graph.Node { return h })
	}
	for _, block := range blocks {
		n.Blocks = append(n.Blocks, block.name)
	}
	return n
}

// variable returns the initialised variable at the path below scope.
func variable(scope *model.Scope, path string, x *graph.Node, dims ...int) *model.Variable {
	full := model.JoinPath(scope.Scope(), path)
	v := scope.Store().GetVariable(full)
	if v == nil {
		panic(fmt.Errorf("variable %s does not exist: call Network.Initialize on the scope first", full))
	}
	want := shapes.Make(x.DType(), dims...)
	if !v.Shape().Equal(want) {
		panic(fmt.Errorf("variable %s is %s, the network needs %s", full, v.Shape(), want))
	}
	return v
}
