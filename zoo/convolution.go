package zoo

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// convolution is a two-dimensional convolution layer, padded with zeros by
// half its kernel on each side unless it is valid: at stride 1 it keeps the
// height and width. Its kernel is [kernel kernel in/groups out]; group g of
// the outputs sees group g of the inputs alone.
type convolution struct {
	out, kernel, stride int
	groups              int // 0 is 1
	bias                bool
	valid               bool                 // without padding
	init                func(fanIn int) Init // nil is he
}

// conv adds a convolution without bias.
func (b *builder) conv(name string, out, kernel, stride int) {
	b.convolution(name, convolution{out: out, kernel: kernel, stride: stride})
}

// convFrom is conv with initial values that depend on the inputs of a filter.
func (b *builder) convFrom(name string, out, kernel, stride int, init func(fanIn int) Init) {
	b.convolution(name, convolution{out: out, kernel: kernel, stride: stride, init: init})
}

func (b *builder) convolution(name string, c convolution) {
	groups := max(c.groups, 1)
	switch {
	case b.err != nil:
		return
	case !b.image():
		b.fail("it takes images [height width channels], not samples of shape %v", b.shape)
		return
	case c.kernel < 1 || c.kernel%2 == 0:
		b.fail("kernel %d: %w", c.kernel, errEvenKernel)
		return
	case c.out > maxWidth:
		b.fail("%d channels in %s are more than %d", c.out, name, maxWidth)
		return
	case b.channels()%groups != 0 || c.out%groups != 0:
		b.fail("%d channels in and %d out of %s do not divide into %d groups", b.channels(), c.out, name, groups)
		return
	}
	g := geometry{stride: c.stride, pad: c.kernel / 2, groups: groups}
	if c.valid {
		g.pad = 0
	}
	height, width := g.count(b.shape[0], c.kernel), g.count(b.shape[1], c.kernel)
	if height < 1 || width < 1 {
		b.fail("the images are too small: a %dx%d kernel does not fit on the %d x %d pixels in %s", c.kernel, c.kernel, b.shape[0], b.shape[1], name)
		return
	}
	in := b.channels() / groups
	taps := c.kernel * c.kernel * in
	if c.init == nil {
		c.init = he
	}
	kernel := b.variable(name, Weight, c.init(taps), true, c.kernel, c.kernel, in, c.out)
	b.shape = []int{height, width, c.out}
	b.flops += 2 * float64(height*width) * float64(taps) * float64(c.out)
	b.layers = append(b.layers, func(scope *model.Scope, x *graph.Node) *graph.Node {
		return convolve(x, variable(scope, kernel, x, c.kernel, c.kernel, in, c.out).NodeValue(x), g)
	})
	if c.bias {
		b.bias(name)
	}
}

// bias adds a trainable vector along the last axis.
func (b *builder) bias(name string) {
	n := b.channels()
	path := b.variable(name, Bias, zeros, true, n)
	b.layers = append(b.layers, func(scope *model.Scope, x *graph.Node) *graph.Node {
		return graph.Add(x, alongLast(variable(scope, path, x, n).NodeValue(x), x))
	})
}
