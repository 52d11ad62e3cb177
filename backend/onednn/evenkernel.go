package onednn

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/pkg/errors"
)

// GoMLX v0.28.16 pads the convolution that computes a gradient by data one too little at the low end, and one too much
// at the high end, wherever the kernel with its dilation is of even size (see UPSTREAM.md). The gradient is silently
// wrong. Where the graph holds the forward convolution too, the mistake is certain: kernel, shapes, strides and
// dilations agree, and the padding is off by just that one.

// forwardOf returns the forward convolution that c, a gradient by data, is the gradient of: nil if the graph, whose
// convolutions by kernel are given, has none or c is already right.
func (c *convolution) forwardOf(byKernel map[*value][]*node) *convolution {
	for _, n := range byKernel[c.weights] {
		f := newForward(n)
		if f == nil || !f.src.shape.Equal(c.src.shape) || !f.dst.shape.Equal(c.dst.shape) ||
			!f.srcView.equal(c.srcView) || !f.wView.equal(c.wView) || !f.dstView.equal(c.dstView) ||
			!slices.Equal(f.strides, c.strides) || !slices.Equal(f.dilations, c.dilations) {
			continue
		}
		// One that is not as it should be would be off by one along the even axes.
		kernel := c.wView.dims(c.weights.shape)[2:]
		off, same := true, true
		for i, low := range c.low {
			even := 0
			if ((kernel[i]-1)*c.dilations[i]+1)%2 == 0 {
				even = 1
			}
			off = off && low == f.low[i]+even
			same = same && low == f.low[i]
		}
		if same {
			return nil
		}
		if off {
			return f
		}
	}
	return nil
}

// convolutionsByKernel finds the convolutions of each kernel.
func convolutionsByKernel(nodes []*node) map[*value][]*node {
	byKernel := make(map[*value][]*node)
	for _, n := range nodes {
		if n.op == compute.OpTypeConvGeneral && n.attrs != nil {
			byKernel[n.inputs[1]] = append(byKernel[n.inputs[1]], n)
		}
	}
	return byKernel
}

// refuseWrongGradients returns an error if the graph holds such a gradient, for where it cannot be corrected.
func refuseWrongGradients(nodes []*node) error {
	byKernel := convolutionsByKernel(nodes)
	for _, n := range nodes {
		if n.op != compute.OpTypeConvGeneral || n.attrs == nil {
			continue
		}
		if c := newBackwardData(n); c != nil && c.forwardOf(byKernel) != nil {
			return wrongGradient(c)
		}
	}
	return nil
}

func wrongGradient(c *convolution) error {
	return errors.Errorf("the gradient by the input of a convolution with a kernel of even size, %s, is wrong as GoMLX writes it, and cannot be corrected here: use float32 and oneDNN, or kernels of odd size", c.weights.shape)
}
