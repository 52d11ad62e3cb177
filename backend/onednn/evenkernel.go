package onednn

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/pkg/errors"
)

// GoMLX v0.28.16 pads the convolution that computes a gradient by the input one too little at the low end, and one too
// much at the high end, wherever the kernel with its dilation is of even size (see UPSTREAM.md). The gradient is
// silently wrong. The graph holds the forward convolution too, so the mistake is certain: kernel, shapes, strides and
// dilations agree, and the padding is off by just that one. It is corrected in the recorded graph, closures included,
// so that whatever runs the graph computes the right gradient.

// correctGradients corrects such gradients in every function of b, and tells whether there were any.
func (b *Builder) correctGradients() (corrected bool, err error) {
	byKernel := make(map[*value][]*node) // the convolutions before
	byInput := make(map[*value][]*node)  // those of them that were wrong
	for _, n := range b.convolutions() {
		f, err := wrongGradientOf(n, byKernel)
		if err != nil {
			return false, err
		}
		if f != nil {
			n.attrs.(*convAttrs).shift(evenAxes(n))
			byInput[n.inputs[0]] = append(byInput[n.inputs[0]], n)
			corrected = true
		} else if i := slices.IndexFunc(byInput[n.inputs[0]], func(w *node) bool { return isGradientByKernel(n, w) }); i >= 0 {
			// A second derivative: the padding was taken from a convolution that was wrong.
			n.attrs.(*convAttrs).shift(evenAxes(byInput[n.inputs[0]][i]))
		}
		byKernel[n.inputs[1]] = append(byKernel[n.inputs[1]], n)
	}
	return corrected, nil
}

// convolutions are those of all functions, in the order in which they were recorded.
func (b *Builder) convolutions() []*node {
	var list []*node
	for _, f := range b.functions {
		for _, n := range f.nodes {
			if n.op == compute.OpTypeConvGeneral {
				list = append(list, n)
			}
		}
	}
	slices.SortFunc(list, func(x, y *node) int { return x.id - y.id })
	return list
}

// evenAxes tells along which spatial axes the kernel of a convolution with its dilation is of even size.
func evenAxes(n *node) []bool {
	a := n.attrs.(*convAttrs)
	dilations := orOnes(a.kernelDilations, len(a.axes.KernelSpatial))
	even := make([]bool, len(dilations))
	for i, axis := range a.axes.KernelSpatial {
		even[i] = (n.inputs[1].shape.Dimensions[axis]-1)*dilations[i]%2 == 1
	}
	return even
}

// shift corrects the paddings of a wrong gradient.
func (a *convAttrs) shift(even []bool) {
	a.shifted = even
	low, high := a.lows(), a.highs()
	a.paddings = make([][2]int, len(low))
	for i := range low {
		if even[i] {
			low[i]++
			high[i]--
		}
		a.paddings[i] = [2]int{low[i], high[i]}
	}
}

// refused is an error for where a corrected convolution cannot be expressed: the Go backend knows no negative padding.
func (a *convAttrs) refused() error {
	for _, p := range a.paddings {
		if a.shifted != nil && (p[0] < 0 || p[1] < 0) {
			return errors.Errorf("the gradient by the input of a convolution with a kernel of even size is wrong as GoMLX writes it, and cannot be corrected here (padding %v would be needed): use float32 and oneDNN, kernels of odd size, or less padding", a.paddings)
		}
	}
	return nil
}

// wrongGradientOf returns the forward convolution that n is the wrong gradient by the input of: nil if n is none, or is
// right.
func wrongGradientOf(n *node, byKernel map[*value][]*node) (*node, error) {
	a := n.attrs.(*convAttrs)
	kernel := unreverse(n.inputs[1], a.axes.KernelSpatial)
	if kernel == nil || !slices.Contains(evenAxes(n), true) {
		return nil, nil
	}
	candidates := byKernel[kernel]
	if kernel.node.op == compute.OpTypeSlice { // of a grouped convolution
		candidates = append(slices.Clone(candidates), byKernel[kernel.node.inputs[0]]...)
	}
	var wrong, right *node
	for _, f := range candidates {
		if !isGradientByInput(n, f, kernel) {
			continue
		}
		off, same := true, true
		forward := f.attrs.(*convAttrs)
		low, forwardLow, even := a.lows(), forward.lows(), evenAxes(n)
		dilations := orOnes(a.kernelDilations, len(low))
		for i, axis := range a.axes.KernelSpatial {
			want := (kernel.shape.Dimensions[axis]-1)*dilations[i] - forwardLow[i]
			same = same && low[i] == want
			if even[i] {
				want--
			}
			off = off && low[i] == want
		}
		if same {
			right = f
		}
		if off {
			wrong = f
		}
	}
	if wrong != nil && right != nil {
		return nil, errors.Errorf("a convolution with a kernel of even size, %s, is the right gradient of one convolution and what GoMLX writes, wrongly, for the gradient of another: it cannot be told which was meant; use kernels of odd size", kernel.shape)
	}
	return wrong, nil
}

// isGradientByInput tells whether n, which convolves with the reversed kernel, has the form of the gradient by the input
// of f, or of one group of f, but for the padding.
func isGradientByInput(n, f *node, kernel *value) bool {
	a, g := n.attrs.(*convAttrs), f.attrs.(*convAttrs)
	rank := len(a.axes.InputSpatial)
	channelGroups, batchGroups := max(1, g.channelGroupCount), max(1, g.batchGroupCount)
	want := compute.ConvolveAxesConfig{
		InputBatch: g.axes.OutputBatch, InputChannels: g.axes.OutputChannels, InputSpatial: g.axes.OutputSpatial,
		KernelInputChannels: g.axes.KernelOutputChannels, KernelOutputChannels: g.axes.KernelInputChannels, KernelSpatial: g.axes.KernelSpatial,
		OutputBatch: g.axes.InputBatch, OutputChannels: g.axes.InputChannels, OutputSpatial: g.axes.InputSpatial,
	}
	if a.channelGroupCount > 1 || a.batchGroupCount > 1 || !sameAxes(a.axes, want) ||
		!slices.Equal(orOnes(a.strides, rank), orOnes(nil, rank)) ||
		!slices.Equal(orOnes(a.inputDilations, rank), orOnes(g.strides, rank)) ||
		!slices.Equal(orOnes(a.kernelDilations, rank), orOnes(g.kernelDilations, rank)) {
		return false
	}
	wholeKernel := slices.Clone(kernel.shape.Dimensions)
	wholeKernel[g.axes.KernelOutputChannels] *= channelGroups * batchGroups
	dy := slices.Clone(n.inputs[0].shape.Dimensions)
	dy[g.axes.OutputChannels] *= channelGroups * batchGroups
	dx := slices.Clone(f.inputs[0].shape.Dimensions)
	dx[g.axes.InputChannels] /= channelGroups
	dx[g.axes.InputBatch] /= batchGroups
	for i, d := range orOnes(g.inputDilations, rank) {
		dx[g.axes.InputSpatial[i]] = (dx[g.axes.InputSpatial[i]]-1)*d + 1
	}
	return slices.Equal(wholeKernel, f.inputs[1].shape.Dimensions) && slices.Equal(dy, f.outputs[0].shape.Dimensions) &&
		slices.Equal(dx, n.outputs[0].shape.Dimensions)
}

// isGradientByKernel tells whether n is the gradient by the kernel of w, with the padding that w had before it was
// corrected.
func isGradientByKernel(n, w *node) bool {
	a, g := n.attrs.(*convAttrs), w.attrs.(*convAttrs)
	rank := len(a.axes.InputSpatial)
	want := compute.ConvolveAxesConfig{
		InputBatch: g.axes.InputChannels, InputChannels: g.axes.InputBatch, InputSpatial: g.axes.InputSpatial,
		KernelInputChannels: g.axes.OutputBatch, KernelOutputChannels: g.axes.OutputChannels, KernelSpatial: g.axes.OutputSpatial,
		OutputBatch: g.axes.KernelInputChannels, OutputChannels: g.axes.KernelOutputChannels, OutputSpatial: g.axes.KernelSpatial,
	}
	low := g.lows()
	for i := range low {
		if g.shifted[i] {
			low[i]--
		}
	}
	return a.channelGroupCount <= 1 && a.batchGroupCount <= 1 && sameAxes(a.axes, want) &&
		slices.Equal(orOnes(a.strides, rank), orOnes(g.kernelDilations, rank)) &&
		slices.Equal(orOnes(a.kernelDilations, rank), orOnes(g.strides, rank)) &&
		slices.Equal(orOnes(a.inputDilations, rank), orOnes(g.inputDilations, rank)) &&
		n.inputs[1].shape.Equal(w.outputs[0].shape) && n.outputs[0].shape.Equal(w.inputs[1].shape) &&
		slices.Equal(a.lows(), low)
}

func sameAxes(a, b compute.ConvolveAxesConfig) bool {
	return a.InputBatch == b.InputBatch && a.InputChannels == b.InputChannels && slices.Equal(a.InputSpatial, b.InputSpatial) &&
		a.KernelInputChannels == b.KernelInputChannels && a.KernelOutputChannels == b.KernelOutputChannels && slices.Equal(a.KernelSpatial, b.KernelSpatial) &&
		a.OutputBatch == b.OutputBatch && a.OutputChannels == b.OutputChannels && slices.Equal(a.OutputSpatial, b.OutputSpatial)
}

// recordAgain records the graph, whose nodes were corrected, in a new builder of the Go backend.
func (b *Builder) recordAgain() error {
	shadow := b.backend.goBackend.Builder(b.name)
	main := shadow.Main()
	r := newReplayer(main)
	for _, v := range b.main.params {
		var err error
		if r.env[v], err = main.Parameter(v.node.attrs.(*parameterAttrs).name, v.shape, nil); err != nil {
			return err
		}
	}
	if err := r.nodes(b.main.nodes); err != nil {
		return err
	}
	outs, err := r.lookup(b.main.outputs)
	if err != nil {
		return err
	}
	b.shadow = shadow
	return main.Return(outs, nil)
}
