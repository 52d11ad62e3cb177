package zoo

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// airbench is a network made to be trained on CIFAR-10 in a few epochs: a
// convolution that whitens 2x2 patches, blocks of two 3x3 convolutions, the
// largest value of each channel over the plane, and a dense layer without bias
// whose logits are scaled down. Most convolutions begin as the identity.
func airbench() family {
	return family{
		name:  "airbench",
		help:  "airbench:width=64,depth=3  network for training on small images in few epochs, with a whitening first layer: channels of the first block (the others have four times as many), blocks (each halves the image)",
		paper: "Jordan, 94% on CIFAR-10 in 3.29 Seconds on a Single GPU, 2024 (arXiv 2404.00498)",
		build: func(args string, b *builder) (string, error) {
			width, depth := 64, 3
			err := parseOptions(args, []option{whole("width", &width, 1, maxWidth>>2), whole("depth", &depth, 1, 8)})
			if err != nil {
				return "", err
			}
			b.whiten("whiten", 2)
			b.gelu()
			for i := range depth {
				out := 4 * width
				if i == 0 {
					out = width
				}
				name := fmt.Sprintf("block%d", i+1)
				b.airbenchBlock(name, out)
				b.blockEnd(name)
			}
			b.largest()
			return fmt.Sprintf("airbench:width=%d,depth=%d", width, depth), nil
		},
		head: func(b *builder, classes int) { b.scaledLogits("logits", classes, 1./9) },
	}
}

// airbenchNorm follows the batches closely, for a short training.
var airbenchNorm = norm{share: 0.4, epsilon: normEpsilon}

func (b *builder) airbenchBlock(name string, out int) {
	b.convFrom(name+"/conv1", out, 3, 1, identity)
	b.maxPool(window{size: 2, stride: 2})
	b.batchNormOf(name+"/norm1", airbenchNorm)
	b.gelu()
	b.convFrom(name+"/conv2", out, 3, 1, identity)
	b.batchNormOf(name+"/norm2", airbenchNorm)
	b.gelu()
}

// gelu is x times the normal distribution function of x (Hendrycks and Gimpel,
// Gaussian Error Linear Units, 2016).
func (b *builder) gelu() {
	b.layers = append(b.layers, func(_ *model.Scope, x *graph.Node) *graph.Node { return activation.Gelu(x) })
}

// largest takes the largest value of each channel over the height and width.
func (b *builder) largest() {
	if b.err != nil {
		return
	}
	b.shape = []int{b.channels()}
	b.layers = append(b.layers, func(_ *model.Scope, x *graph.Node) *graph.Node { return largest(x) })
}

// largest returns the largest value of each channel of x [N H W C]. Values that
// tie, as on flat parts of an image, share its gradient, where that of GoMLX's
// ReduceMax goes to each of them in full.
func largest(x *graph.Node) *graph.Node {
	tied := graph.ConvertDType(graph.Equal(x, graph.ReduceAndKeep(x, graph.ReduceMax, 1, 2)), x.DType())
	share := graph.Div(tied, graph.ReduceAndKeep(tied, graph.ReduceSum, 1, 2))
	return graph.ReduceSum(graph.Mul(x, graph.StopGradient(share)), 1, 2)
}

// scaledLogits adds a dense layer without bias, times scale.
func (b *builder) scaledLogits(name string, classes int, scale float64) {
	if b.err != nil {
		return
	}
	in := b.channels()
	kernel := b.variable(name, Weight, torch(in), true, in, classes)
	b.flops += 2 * float64(in) * float64(classes)
	b.shape = []int{classes}
	b.layers = append(b.layers, func(scope *model.Scope, x *graph.Node) *graph.Node {
		return graph.MulScalar(graph.DotProduct(x, variable(scope, kernel, x, in, classes).NodeValue(x)), scale)
	})
}
