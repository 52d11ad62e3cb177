package zoo

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// Network is a network for samples of one shape and one number of classes: one
// of New, or of Own.
type Network struct {
	Spec    string // canonical: New of it gives the same network
	Paper   string // where it comes from
	Shape   []int  // of one sample: [H W C] for images, [F] for the rest
	Classes int
	Output  Output

	// Params is the number of trainable parameters. Running statistics of
	// batch normalisation are none.
	Params int

	// FLOPs is the cost of the forward pass of one sample: 2 for each
	// multiply-add of the convolutions and dense layers. What is cheap beside
	// them (normalisation, activations, pooling, biases) is not counted, as in
	// the papers.
	FLOPs float64

	// Variables are what Initialize creates, in the order of the layers.
	Variables []Variable

	// Dropouts names the dropout layers, in the order of the layers.
	Dropouts []string

	// PrepareSamples is how many training samples are enough for Prepare, 0 for
	// a network whose initial values do not depend on the data.
	PrepareSamples int

	// Prepared computes those initial values, by the variables' paths, from
	// samples that lie one after another in x; nil where there are none.
	Prepared func(x []float32) (map[string][]float64, error)

	// Logits computes the output of a batch x of shape [N Shape...], [N
	// Classes] or as Output says. It is a graph function: it panics where x has
	// another shape, the variables were not initialised, or a training graph
	// lacks the states of the dropout layers (SetDropoutStates).
	Logits func(scope *model.Scope, x *graph.Node) *graph.Node

	// Blocks names the parts after which what was computed may be mixed, in their
	// order. Each takes all that the ones before give: no values pass it by.
	Blocks []string

	// LogitsAfter is Logits with after called on what each block has computed,
	// [N ...], by the block's number from 1; what it returns, of the same shape,
	// goes on in its place. Nil is for a network without Blocks.
	LogitsAfter func(scope *model.Scope, x *graph.Node, after func(block int, h *graph.Node) *graph.Node) *graph.Node
}

// family is one kind of network.
type family struct {
	name  string
	help  string // one line: the options and what they mean
	paper string

	// What a sample is and how many classes there are where nothing else is
	// said: the data set the network is known for. Nil is CIFAR-10's.
	shape   []int
	classes int

	output Output

	build func(args string, b *builder) (canonical string, err error)
	head  func(b *builder, classes int) // adds the logits; nil for a dense layer
}

var (
	smallImage = []int{32, 32, 3}
	largeImage = []int{224, 224, 3}
)

func families() []family {
	return []family{
		mlp(), cnn(), leNet(), samplePairing(), vgg11(),
		preActResNet(18, [4]int{2, 2, 2, 2}, false), preActResNet(34, [4]int{3, 4, 6, 3}, false), preActResNet(50, [4]int{3, 4, 6, 3}, true), wideResNet(),
		resNet(18, [4]int{2, 2, 2, 2}, false), resNet(50, [4]int{3, 4, 6, 3}, true), resNet(101, [4]int{3, 4, 23, 3}, true),
		resNeXt(), largeResNeXt(50, [4]int{3, 4, 6, 3}), largeResNeXt(101, [4]int{3, 4, 23, 3}),
		denseNet(), googLeNet(), airbench(),
		uNet(), ganGenerator(), ganDiscriminator(),
	}
}

// New returns the network of that spec: a name, and options after a colon
// ("mlp", "mlp:128,128", "cnn", "cnn:width=16"). shape is that of one sample,
// classes the number of logits (at least 1). Errors name what is wrong with
// the spec, or why the network does not fit the shape.
func New(spec string, shape []int, classes int) (*Network, error) {
	name, args, hasArgs := strings.Cut(spec, ":")
	all := families()
	i := slices.IndexFunc(all, func(f family) bool { return f.name == name })
	if i < 0 {
		return nil, unknown(name)
	}
	if hasArgs && args == "" {
		return nil, fmt.Errorf("model %q: nothing follows the colon; write %q or one of: %s", spec, name, all[i].help)
	}
	if len(shape) == 0 || slices.ContainsFunc(shape, func(d int) bool { return d < 1 }) {
		return nil, fmt.Errorf("model %q: samples of shape %v have no values", spec, shape)
	}
	if classes < 1 {
		return nil, fmt.Errorf("model %q: %d classes; at least 1 is needed", spec, classes)
	}
	b := newBuilder(shape)
	canonical, err := all[i].build(args, b)
	if err == nil {
		if all[i].head != nil {
			all[i].head(b, classes)
		} else {
			b.dense("logits", classes, forLogits)
		}
		err = b.err
	}
	if err != nil {
		return nil, fmt.Errorf("model %q: %w", spec, err)
	}
	n := b.network(canonical, all[i].paper, shape, classes)
	n.Output = all[i].output
	return n, nil
}

// Default returns the network of that spec, as New does, for the samples and
// classes it is known for: CIFAR-10's for most, 1,000 classes of 224 x 224
// images for the networks made for them.
func Default(spec string) (*Network, error) {
	name, _, _ := strings.Cut(spec, ":")
	for _, f := range families() {
		if f.name == name && f.shape != nil {
			return New(spec, f.shape, f.classes)
		}
	}
	return New(spec, smallImage, 10)
}

// Names returns the names New knows.
func Names() []string {
	var names []string
	for _, f := range families() {
		names = append(names, f.name)
	}
	return names
}

// Trained returns the names of the networks that compute logits or values of
// samples or pixels: those that one task or another trains by themselves.
func Trained() []string {
	var names []string
	for _, f := range families() {
		if f.output == ClassLogits || f.output == PixelLogits {
			names = append(names, f.name)
		}
	}
	return names
}

// Help returns one line for each network: its spec with the options, and what
// they mean.
func Help() []string {
	var lines []string
	for _, f := range families() {
		lines = append(lines, f.help)
	}
	return lines
}

// HelpOf returns the line of Help of the network of that name.
func HelpOf(name string) (string, error) {
	all := families()
	i := slices.IndexFunc(all, func(f family) bool { return f.name == name })
	if i < 0 {
		return "", unknown(name)
	}
	return all[i].help, nil
}

func unknown(name string) error {
	return fmt.Errorf("unknown model %q%s; known are %s", name, nearest.Hint(name, Names()), strings.Join(Names(), ", "))
}

var errEvenKernel = errors.New("the kernel must be odd (1, 3, 5, ...): the gradient of a convolution with an even kernel is wrong in GoMLX")
