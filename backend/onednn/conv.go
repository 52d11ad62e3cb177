package onednn

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// convolution is a ConvGeneral as one of oneDNN's three operations. The graph does not say which one was meant; it is
// recognised by algebra alone, so that a convolution written by hand is treated like a gradient:
//
//   - with the kernel reversed along its spatial axes, it is the gradient by data of a convolution with the kernel
//     as it was, whose strides are the input dilations and whose low padding is (k-1)·dilation - low;
//   - with a kernel that is larger than the result, it is the gradient by weights: the kernel is the gradient of the
//     output, strides and kernel dilations change places, and what is batch and what are channels as well;
//   - otherwise it is a forward convolution.
//
// The fields are those of the forward convolution.
type convolution struct {
	kind                    convKind
	src, weights, dst       *value // the one that is computed is the node's output
	srcView, wView, dstView view
	strides, dilations      []int
	low, high               []int
}

type convKind int

const (
	convForward convKind = iota
	convBackwardData
	convBackwardWeights
)

func (k convKind) String() string {
	return [...]string{"conv", "conv bwd data", "conv bwd weights"}[k]
}

// ones returns v, or n times 1 if it is empty.
func orOnes(v []int, n int) []int {
	if len(v) == 0 {
		return slices.Repeat([]int{1}, n)
	}
	return v
}

// newConvolution recognises n, a ConvGeneral; nil if it is none of the three. The graph's convolutions by kernel are for
// finding gradients to correct, see forwardOf.
func newConvolution(n *node, byKernel map[*value][]*node) *convolution {
	a := n.attrs.(*convAttrs)
	rank := len(a.axes.InputSpatial)
	if rank < 1 || rank > 3 {
		return nil
	}
	in, kernel, out := n.inputs[0], n.inputs[1], n.outputs[0]
	for _, v := range []*value{in, kernel, out} {
		if !isFloat(v.shape.DType) || v.shape.DType != in.shape.DType || v.shape.IsZeroSize() {
			return nil
		}
	}
	strides, dilations := orOnes(a.strides, rank), orOnes(a.kernelDilations, rank)
	inputDilations := orOnes(a.inputDilations, rank)
	paddings := a.paddings
	if len(paddings) == 0 {
		paddings = make([][2]int, rank)
	}
	low := make([]int, rank)
	for i, p := range paddings {
		low[i] = p[0]
	}
	axes := a.axes
	inView := func(first, second int) view { return view{perm: append([]int{first, second}, axes.InputSpatial...)} }
	kernelView := func(first, second int) view {
		return view{perm: append([]int{first, second}, axes.KernelSpatial...)}
	}
	outView := func(first, second int) view { return view{perm: append([]int{first, second}, axes.OutputSpatial...)} }
	dense := slices.Max(inputDilations) == 1

	if c := newBackwardData(n); c != nil {
		if f := c.forwardOf(byKernel); f != nil {
			c.low = f.low
		}
		if c.complete() {
			return c
		}
	}
	if !dense {
		return nil
	}
	size := func(v *value, axes []int) int {
		n := 1
		for _, a := range axes {
			n *= v.shape.Dimensions[a]
		}
		return n
	}
	if a.channelGroupCount <= 1 && size(kernel, axes.KernelSpatial) > size(out, axes.OutputSpatial) || a.batchGroupCount > 1 {
		c := &convolution{kind: convBackwardWeights, src: in, weights: out, dst: kernel,
			srcView: inView(axes.InputChannels, axes.InputBatch),
			wView:   outView(axes.OutputChannels, axes.OutputBatch),
			dstView: kernelView(axes.KernelInputChannels, axes.KernelOutputChannels),
			strides: dilations, dilations: strides, low: low}
		c.wView.groups = a.batchGroupCount
		if c.complete() {
			return c
		}
		if a.batchGroupCount > 1 {
			return nil
		}
	}
	c := &convolution{kind: convForward, src: in, weights: kernel, dst: out,
		srcView: inView(axes.InputBatch, axes.InputChannels),
		wView:   kernelView(axes.KernelOutputChannels, axes.KernelInputChannels),
		dstView: outView(axes.OutputBatch, axes.OutputChannels),
		strides: strides, dilations: dilations, low: low}
	c.wView.groups = a.channelGroupCount
	if c.complete() {
		return c
	}
	return nil
}

// newBackwardData sees n as a gradient by data, without high paddings; nil if the kernel is not reversed.
func newBackwardData(n *node) *convolution {
	a := n.attrs.(*convAttrs)
	rank := len(a.axes.InputSpatial)
	in, kernel := n.inputs[0], n.inputs[1]
	unreversed := unreverse(kernel, a.axes.KernelSpatial)
	if unreversed == nil || a.channelGroupCount > 1 || a.batchGroupCount > 1 || rank == 0 || slices.Max(orOnes(a.strides, rank)) > 1 {
		return nil
	}
	axes := a.axes
	see := func(first, second int, rest []int) view { return view{perm: append([]int{first, second}, rest...)} }
	c := &convolution{kind: convBackwardData, src: n.outputs[0], weights: unreversed, dst: in,
		srcView: see(axes.OutputBatch, axes.OutputChannels, axes.OutputSpatial),
		wView:   see(axes.KernelInputChannels, axes.KernelOutputChannels, axes.KernelSpatial),
		dstView: see(axes.InputBatch, axes.InputChannels, axes.InputSpatial),
		strides: orOnes(a.inputDilations, rank), dilations: orOnes(a.kernelDilations, rank), low: make([]int, rank)}
	for i, axis := range axes.KernelSpatial {
		c.low[i] = (kernel.shape.Dimensions[axis] - 1) * c.dilations[i]
		if len(a.paddings) > 0 {
			c.low[i] -= a.paddings[i][0]
		}
	}
	return c
}

// unreverse returns k if v is Reverse(k) along exactly the given axes, those of size 1 aside.
func unreverse(v *value, axes []int) *value {
	n := v.node
	if n.op != compute.OpTypeReverse {
		return nil
	}
	reversed := n.attrs.(*reverseAttrs).axes
	for axis, size := range v.shape.Dimensions {
		if size > 1 && slices.Contains(reversed, axis) != slices.Contains(axes, axis) {
			return nil
		}
	}
	return n.inputs[0]
}

// complete derives the high paddings and tells whether oneDNN takes the geometry.
func (c *convolution) complete() bool {
	c.high = make([]int, len(c.low))
	src, weights, dst := c.srcView.dims(c.src.shape), c.wView.dims(c.weights.shape), c.dstView.dims(c.dst.shape)
	weights = weights[len(weights)-len(c.low):]
	for i := range c.low {
		reach := (weights[i]-1)*c.dilations[i] + 1
		c.high[i] = (dst[2+i]-1)*c.strides[i] + reach - src[2+i] - c.low[i]
		if c.low[i] < 0 || c.high[i]+c.strides[i] <= 0 {
			return false
		}
	}
	return true
}

// describe returns the three descriptions, of open or of row-major layout.
func (c *convolution) describe(p *planner, open bool) (src, weights, dst *dnnl.MemoryDesc, err error) {
	one := func(v *value, w view) (*dnnl.MemoryDesc, error) {
		if open {
			return p.anyDesc(dataTypes[v.shape.DType], w.dims(v.shape))
		}
		return p.rowMajor(v.shape, w)
	}
	if src, err = one(c.src, c.srcView); err != nil {
		return
	}
	if dst, err = one(c.dst, c.dstView); err != nil {
		return
	}
	weights, err = p.anyDesc(dataTypes[c.weights.shape.DType], c.wView.dims(c.weights.shape))
	return
}

// primitive asks for an implementation.
func (c *convolution) primitive(p *planner, algorithm dnnl.ConvAlgorithm, open bool, attr *dnnl.Attr) (*dnnl.PrimitiveDesc, error) {
	src, weights, dst, err := c.describe(p, open)
	if err != nil {
		return nil, err
	}
	d := &dnnl.Convolution{Algorithm: algorithm, Src: src, Weights: weights, Dst: dst,
		Strides: c.strides, Dilations: c.dilations, Low: c.low, High: c.high}
	engine := p.backend.engine
	if c.kind == convForward {
		return engine.ConvolutionForward(d, dnnl.Training, attr)
	}
	hint, err := engine.ConvolutionForward(d, dnnl.Training, nil)
	if err != nil {
		return nil, err
	}
	defer hint.Destroy()
	if c.kind == convBackwardData {
		return engine.ConvolutionBackwardData(d, hint, attr)
	}
	return engine.ConvolutionBackwardWeights(d, hint, attr)
}

// choose returns the primitive to run, by the fastest algorithm for the shape.
func (c *convolution) choose(p *planner) (*dnnl.PrimitiveDesc, error) {
	open := !p.backend.options.noLayouts
	direct, err := c.primitive(p, dnnl.ConvDirect, open, nil)
	if err != nil {
		return nil, unsupported(err)
	}
	if c.src.shape.DType != dtypes.Float32 {
		return direct, nil
	}
	winograd, err := c.primitive(p, dnnl.ConvWinograd, open, nil)
	if err != nil {
		return direct, nil // most shapes, and newer versions altogether
	}
	better, err := p.backend.algorithms.faster(p.backend, c.key(open), direct, winograd)
	if err != nil {
		direct.Destroy()
		winograd.Destroy()
		return nil, err
	}
	if better == winograd {
		direct.Destroy()
	} else {
		winograd.Destroy()
	}
	return better, nil
}

// key names the shape in the cache of algorithms.
func (c *convolution) key(open bool) string {
	return fmt.Sprint(c.kind, c.srcView.dims(c.src.shape), c.wView.dims(c.weights.shape), c.dstView.dims(c.dst.shape), c.strides, c.dilations, c.low, open)
}

// The arguments of each kind that are read, and the one that is written.
func (c *convolution) arguments() (reads [2]convArg, write convArg) {
	src, weights, dst := convArg{dnnl.ArgSrc, c.src, c.srcView}, convArg{dnnl.ArgWeights, c.weights, c.wView}, convArg{dnnl.ArgDst, c.dst, c.dstView}
	switch c.kind {
	case convBackwardData:
		src.name, dst.name = dnnl.ArgDiffSrc, dnnl.ArgDiffDst
		return [2]convArg{dst, weights}, src
	case convBackwardWeights:
		weights.name, dst.name = dnnl.ArgDiffWeights, dnnl.ArgDiffDst
		return [2]convArg{src, dst}, weights
	}
	return [2]convArg{src, weights}, dst
}

type convArg struct {
	name dnnl.Arg
	v    *value
	view view
}

// lower adds the convolution's step.
func (c *convolution) lower(p *planner) error {
	pd, err := c.choose(p)
	if err != nil {
		return err
	}
	reads, write := c.arguments()
	in := args{}
	for _, a := range reads {
		want := pd.Desc(a.name)
		t, err := p.as(a.v, a.view, want)
		if err != nil {
			return err
		}
		in[a.name] = arg{t, want}
	}
	desc := pd.Desc(write.name)
	l, err := p.layoutOf(write.v.shape, write.view, desc)
	if err != nil {
		return err
	}
	out := p.newTensor(write.v.shape, l)
	if err := p.addPrimitive(c.kind.String(), pd, in, args{write.name: {out, desc}}); err != nil {
		return err
	}
	p.define(write.v, out)
	return nil
}
