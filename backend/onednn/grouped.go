package onednn

import (
	"slices"

	"github.com/gomlx/compute"
)

// GoMLX writes the gradients of a convolution with G groups as G convolutions of slices, and concatenates the results.
// oneDNN has both as one operation.

// groupedGradient recognises n, a Concatenate of the gradients of all groups of a convolution; nil if it is something
// else.
func groupedGradient(n *node) *convolution {
	concat, ok := n.attrs.(*concatenateAttrs)
	groups := len(n.inputs)
	if !ok || groups < 2 {
		return nil
	}
	first := n.inputs[0].node
	for _, v := range n.inputs {
		if v.node.op != compute.OpTypeConvGeneral || !sameConvolution(v.node, first) {
			return nil
		}
	}
	a := first.attrs.(*convAttrs)
	axes := a.axes
	if a.channelGroupCount > 1 || a.batchGroupCount > 1 || concat.axis != axes.OutputChannels || !sameFloats(n.inputs[0], first.inputs[0], first.inputs[1]) {
		return nil
	}
	in := whole(n.inputs, func(v *value) *value { return v.node.inputs[0] }, axes.InputChannels)
	kernel := whole(n.inputs, func(v *value) *value { return unreverse(v.node.inputs[1], axes.KernelSpatial) }, axes.KernelInputChannels)
	var c *convolution
	if in != nil && kernel != nil {
		if c = newBackwardData(first); c == nil || c.reversal != nil {
			return nil
		}
		c.src, c.weights, c.dst = n.outputs[0], kernel, in
	} else {
		in = whole(n.inputs, func(v *value) *value { return v.node.inputs[0] }, axes.InputBatch)
		kernel = whole(n.inputs, func(v *value) *value { return v.node.inputs[1] }, axes.KernelOutputChannels)
		if in == nil || kernel == nil || a.dilatesInput() {
			return nil
		}
		c = backwardWeights(first)
		c.src, c.weights, c.dst = in, n.outputs[0], kernel
	}
	c.wView.groups = groups
	if !c.complete() {
		return nil
	}
	return c
}

// sameConvolution tells whether two convolutions differ in nothing but their operands' values.
func sameConvolution(n, m *node) bool {
	a, b := n.attrs.(*convAttrs), m.attrs.(*convAttrs)
	return n == m || sameAxes(a.axes, b.axes) && slices.Equal(a.strides, b.strides) && slices.Equal(a.paddings, b.paddings) &&
		slices.Equal(a.inputDilations, b.inputDilations) && slices.Equal(a.kernelDilations, b.kernelDilations) &&
		a.channelGroupCount == b.channelGroupCount && a.batchGroupCount == b.batchGroupCount &&
		n.inputs[0].shape.Equal(m.inputs[0].shape) && n.inputs[1].shape.Equal(m.inputs[1].shape)
}

// whole returns the value that the given parts divide along axis, in order; nil if there is none.
func whole(list []*value, part func(*value) *value, axis int) *value {
	var all *value
	for i, v := range list {
		p := part(v)
		if p == nil {
			return nil
		}
		a, ok := p.node.attrs.(*sliceAttrs)
		if !ok || all != nil && p.node.inputs[0] != all {
			return nil
		}
		all = p.node.inputs[0]
		for j, start := range a.starts {
			size, want := p.shape.Dimensions[j], 0
			if j == axis {
				want, size = i*size, size*len(list)
			}
			if start != want || size != all.shape.Dimensions[j] || len(a.strides) > 0 && a.strides[j] != 1 {
				return nil
			}
		}
	}
	return all
}
