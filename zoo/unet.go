package zoo

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// uNet is the U-Net for segmentation: pairs of 3x3 convolutions, downwards with
// the height and width halved and the channels doubled at each of depth steps,
// then upwards again, joined with what was there before. Unlike the paper's its
// convolutions are padded and normalised, so that each pixel gets logits; a row
// or column that halving dropped comes back as zeros.
func uNet() family {
	return family{
		name:    "unet",
		help:    "unet:width=64,depth=4  U-Net for segmentation, with batch normalisation and padding: channels of the first level, how often the image is halved; it computes the logits of every pixel",
		paper:   "Ronneberger et al., U-Net: Convolutional Networks for Biomedical Image Segmentation, 2015 (arXiv 1505.04597), with padding and batch normalisation",
		shape:   []int{256, 256, 3},
		classes: 21,
		output:  PixelLogits,
		build: func(args string, b *builder) (string, error) {
			width, depth := 64, 4
			err := parseOptions(args, []option{whole("width", &width, 1, maxWidth>>8), whole("depth", &depth, 1, 8)})
			if err != nil {
				return "", err
			}
			b.uNetLevel(1, width, depth)
			return fmt.Sprintf("unet:width=%d,depth=%d", width, depth), nil
		},
		head: func(b *builder, classes int) {
			b.convolution("logits", convolution{out: classes, kernel: 1, stride: 1, bias: true, init: leCun})
		},
	}
}

// uNetLevel adds a level and all below it.
func (b *builder) uNetLevel(level, width, below int) {
	name := fmt.Sprintf("level%d", level)
	pair := func(name string) {
		for i := range 2 {
			b.normalizedConv(name, i+1, convolution{out: width, kernel: 3, stride: 1})
			b.relu()
		}
	}
	pair(name + "/down")
	if b.err != nil || below == 0 {
		return
	}
	height, across := b.shape[0], b.shape[1]
	b.concat(func() {}, func() {
		b.maxPool(window{size: 2, stride: 2})
		b.uNetLevel(level+1, 2*width, below-1)
		b.upConvolution(name+"/up-conv", width)
		b.padEnd(height, across)
	})
	pair(name + "/up")
}

// upConvolution doubles the height and width: each pixel becomes 2x2 by its
// own product with the kernel [2 2 in out] (a transposed convolution of stride
// 2), and a bias.
func (b *builder) upConvolution(name string, out int) {
	if b.err != nil {
		return
	}
	height, width, in := b.shape[0], b.shape[1], b.channels()
	// Each output sees one tap of each input channel.
	path := b.variable(name, Weight, leCun(in), true, 2, 2, in, out)
	b.variables[len(b.variables)-1].Transposed = true
	b.flops += 2 * float64(height*width) * 4 * float64(in) * float64(out)
	b.shape = []int{2 * height, 2 * width, out}
	b.layers = append(b.layers, func(scope *model.Scope, x *graph.Node) *graph.Node {
		n := x.Shape().Dimensions[0]
		kernel := graph.TransposeAllAxes(variable(scope, path, x, 2, 2, in, out).NodeValue(x), 2, 0, 1, 3)
		y := graph.DotProduct(graph.Reshape(x, n*height*width, in), graph.Reshape(kernel, in, 4*out))
		y = graph.TransposeAllAxes(graph.Reshape(y, n, height, width, 2, 2, out), 0, 1, 3, 2, 4, 5)
		return graph.Reshape(y, n, 2*height, 2*width, out)
	})
	b.bias(name)
}

// padEnd adds rows and columns of zeros at the end up to that size.
func (b *builder) padEnd(height, width int) {
	if b.err != nil || b.shape[0] == height && b.shape[1] == width {
		return
	}
	rows, columns := graph.PadAxis{End: height - b.shape[0]}, graph.PadAxis{End: width - b.shape[1]}
	b.shape = []int{height, width, b.channels()}
	b.layers = append(b.layers, func(_ *model.Scope, x *graph.Node) *graph.Node {
		return graph.Pad(x, graph.Scalar(x.Graph(), x.DType(), 0), graph.PadAxis{}, rows, columns, graph.PadAxis{})
	})
}
