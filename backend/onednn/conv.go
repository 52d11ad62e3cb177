package onednn

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// convolution is a ConvGeneral as one of oneDNN's three operations. The graph does not say which one was meant; it is
// recognised by algebra alone, so that a convolution written by hand is treated like a gradient:
//
//   - with the kernel reversed along its spatial axes, it is the gradient by data of a convolution with the kernel
//     as it was, whose strides are the input dilations and whose low padding is (k-1)·dilation - low; with a dilated
//     input and any other kernel, it is that of a convolution with the kernel reversed;
//   - with a kernel that is larger than the result, or as large and with a sum over the first axis, it is the gradient
//     by weights: the kernel is the gradient of the output, strides and kernel dilations change places, and what is
//     batch and what are channels as well;
//   - otherwise it is a forward convolution.
//
// The fields are those of the forward convolution.
type convolution struct {
	kind                    convKind
	src, weights, dst       *value // the one that is computed is the node's output
	srcView, wView, dstView view
	strides, dilations      []int
	low, high               []int

	// reversal computes the weights first, where the graph does not; nil for none.
	reversal *node

	bias *value // one number for each channel of dst, which includes it; nil for none
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

// newConvolution recognises n, a ConvGeneral; nil if it is none of the three or of types without kernels.
func newConvolution(n *node) *convolution {
	a := n.attrs.(*convAttrs)
	in, kernel, out := n.inputs[0], n.inputs[1], n.outputs[0]
	if rank := len(a.axes.InputSpatial); rank < 1 || rank > 3 || !sameFloats(in, kernel, out) {
		return nil
	}
	if c := newBackwardData(n); c != nil && c.complete() {
		return c
	}
	if c := newBackwardWeights(n); c != nil && c.complete() {
		return c
	}
	if c := newForward(n); c != nil && c.complete() {
		return c
	}
	return nil
}

func newView(first, second int, rest []int) view {
	return view{perm: append([]int{first, second}, rest...)}
}

// lows are the low paddings.
func (a *convAttrs) lows() []int {
	low := make([]int, len(a.axes.InputSpatial))
	for i, p := range a.paddings {
		low[i] = p[0]
	}
	return low
}

// highs are the high paddings.
func (a *convAttrs) highs() []int {
	high := make([]int, len(a.axes.InputSpatial))
	for i, p := range a.paddings {
		high[i] = p[1]
	}
	return high
}

func (a *convAttrs) dilatesInput() bool {
	return slices.ContainsFunc(a.inputDilations, func(d int) bool { return d > 1 })
}

// spatialSize is the number of positions of a tensor along the given axes.
func spatialSize(v *value, axes []int) int {
	n := 1
	for _, a := range axes {
		n *= v.shape.Dimensions[a]
	}
	return n
}

// newBackwardWeights sees n as a gradient by weights, without high paddings; nil if it is more likely something else.
func newBackwardWeights(n *node) *convolution {
	a := n.attrs.(*convAttrs)
	larger := spatialSize(n.inputs[1], a.axes.KernelSpatial) > spatialSize(n.outputs[0], a.axes.OutputSpatial) || a.contractsBatch(n)
	if a.dilatesInput() || a.channelGroupCount > 1 || !larger && a.batchGroupCount <= 1 {
		return nil
	}
	return backwardWeights(n)
}

// contractsBatch tells whether the kernel is as large as the result and the first axis, which is the batch in all usual
// layouts, is what is summed over.
func (a *convAttrs) contractsBatch(n *node) bool {
	return a.axes.InputChannels == 0 && a.axes.InputBatch > 0 &&
		spatialSize(n.inputs[1], a.axes.KernelSpatial) == spatialSize(n.outputs[0], a.axes.OutputSpatial)
}

// backwardWeights is n as a gradient by weights.
func backwardWeights(n *node) *convolution {
	a := n.attrs.(*convAttrs)
	axes, rank := a.axes, len(a.axes.InputSpatial)
	in, kernel, out := n.inputs[0], n.inputs[1], n.outputs[0]
	c := &convolution{kind: convBackwardWeights, src: in, weights: out, dst: kernel,
		srcView: newView(axes.InputChannels, axes.InputBatch, axes.InputSpatial),
		wView:   newView(axes.OutputChannels, axes.OutputBatch, axes.OutputSpatial),
		dstView: newView(axes.KernelInputChannels, axes.KernelOutputChannels, axes.KernelSpatial),
		strides: orOnes(a.kernelDilations, rank), dilations: orOnes(a.strides, rank), low: a.lows()}
	c.wView.groups = a.batchGroupCount
	return c
}

// newForward sees n as a forward convolution, without high paddings; nil if it cannot be one.
func newForward(n *node) *convolution {
	a := n.attrs.(*convAttrs)
	axes, rank := a.axes, len(a.axes.InputSpatial)
	if a.dilatesInput() || a.batchGroupCount > 1 {
		return nil
	}
	c := &convolution{kind: convForward, src: n.inputs[0], weights: n.inputs[1], dst: n.outputs[0],
		srcView: newView(axes.InputBatch, axes.InputChannels, axes.InputSpatial),
		wView:   newView(axes.KernelOutputChannels, axes.KernelInputChannels, axes.KernelSpatial),
		dstView: newView(axes.OutputBatch, axes.OutputChannels, axes.OutputSpatial),
		strides: orOnes(a.strides, rank), dilations: orOnes(a.kernelDilations, rank), low: a.lows()}
	c.wView.groups = a.channelGroupCount
	return c
}

// newBackwardData sees n as a gradient by data, without high paddings; nil if the kernel is not reversed and the input
// not dilated.
func newBackwardData(n *node) *convolution {
	a := n.attrs.(*convAttrs)
	axes, rank := a.axes, len(a.axes.InputSpatial)
	if a.batchGroupCount > 1 || rank == 0 || slices.Max(orOnes(a.strides, rank)) > 1 {
		return nil
	}
	var reversal *node
	unreversed := unreverse(n.inputs[1], axes.KernelSpatial)
	if unreversed == nil && a.dilatesInput() {
		unreversed, reversal = reverse(n.inputs[1], axes.KernelSpatial)
	}
	if unreversed == nil {
		return nil
	}
	c := &convolution{kind: convBackwardData, src: n.outputs[0], weights: unreversed, dst: n.inputs[0],
		srcView: newView(axes.OutputBatch, axes.OutputChannels, axes.OutputSpatial),
		wView:   newView(axes.KernelInputChannels, axes.KernelOutputChannels, axes.KernelSpatial),
		dstView: newView(axes.InputBatch, axes.InputChannels, axes.InputSpatial),
		strides: orOnes(a.inputDilations, rank), dilations: orOnes(a.kernelDilations, rank), low: a.lows(), reversal: reversal}
	c.wView.groups, c.wView.splitSecond = a.channelGroupCount, a.channelGroupCount > 1
	for i, axis := range axes.KernelSpatial {
		c.low[i] = (unreversed.shape.Dimensions[axis]-1)*c.dilations[i] - c.low[i]
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

// reverse returns v reversed along the given axes, and the node that computes it; v itself where that is the same.
func reverse(v *value, axes []int) (*value, *node) {
	if !slices.ContainsFunc(axes, func(a int) bool { return v.shape.Dimensions[a] > 1 }) {
		return v, nil
	}
	n := &node{op: compute.OpTypeReverse, fn: v.node.fn, inputs: []*value{v}, attrs: &reverseAttrs{axes}}
	n.outputs = []*value{{node: n, shape: v.shape}}
	return n.outputs[0], n
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

// candidate is one way to compute a convolution.
type candidate struct {
	algorithm dnnl.ConvAlgorithm
	inputs    dnnl.DataType // type that the operands are rounded to
	merge     int           // groups that are computed as one, see merges; 0: none
	own       bool          // by the transforms of this package, see winogradConv
}

// candidates are the ways to compute c that may be the fastest, the plain one first.
func (c *convolution) candidates(b *Backend) []candidate {
	t := dataTypes[c.src.shape.DType]
	list := []candidate{{algorithm: dnnl.ConvDirect, inputs: t}}
	if t == dnnl.F32 {
		list = append(list, candidate{algorithm: dnnl.ConvWinograd, inputs: t})
		if b.options.mixed {
			list = append(list, candidate{algorithm: dnnl.ConvDirect, inputs: dnnl.BF16})
		}
	}
	for _, n := range c.merges() {
		list = append(list, candidate{algorithm: dnnl.ConvDirect, inputs: t, merge: n})
	}
	if c.mayWinograd(b) {
		list = append(list, candidate{algorithm: dnnl.ConvDirect, inputs: t, own: true})
	}
	return list
}

// primitive asks for an implementation, with layouts of oneDNN's choice unless the option is against it.
func (c *convolution) primitive(p *planner, way candidate) (*dnnl.PrimitiveDesc, error) {
	c = c.merged(way.merge)
	_, result := c.arguments()
	describe := func(v *value, w view) (*dnnl.MemoryDesc, error) {
		t := way.inputs
		if v == result.v {
			t = dataTypes[v.shape.DType]
		}
		if p.backend.options.noLayouts && v != c.weights {
			return p.strided(t, w.dims(v.shape), w.strides(v.shape))
		}
		return p.anyDesc(t, w.dims(v.shape))
	}
	src, err := describe(c.src, c.srcView)
	if err != nil {
		return nil, err
	}
	weights, err := describe(c.weights, c.wView)
	if err != nil {
		return nil, err
	}
	dst, err := describe(c.dst, c.dstView)
	if err != nil {
		return nil, err
	}
	bias, err := c.biasDesc(p)
	if err != nil {
		return nil, err
	}
	d := &dnnl.Convolution{Algorithm: way.algorithm, Src: src, Weights: weights, Bias: bias, Dst: dst,
		Strides: c.strides, Dilations: c.dilations, Low: c.low, High: c.high}
	engine := p.backend.engine
	if c.kind == convForward {
		return engine.ConvolutionForward(d, dnnl.Training, nil)
	}
	hint, err := c.hint(p, way)
	if err != nil {
		return nil, err
	}
	defer hint.Destroy()
	if c.kind == convBackwardData {
		return engine.ConvolutionBackwardData(d, hint, nil)
	}
	return engine.ConvolutionBackwardWeights(d, hint, nil)
}

// hint is the forward operation of a gradient.
func (c *convolution) hint(p *planner, way candidate) (*dnnl.PrimitiveDesc, error) {
	var descs [3]*dnnl.MemoryDesc
	for i, dims := range [][]int{c.srcView.dims(c.src.shape), c.wView.dims(c.weights.shape), c.dstView.dims(c.dst.shape)} {
		var err error
		if descs[i], err = p.anyDesc(way.inputs, dims); err != nil {
			return nil, err
		}
	}
	return p.backend.engine.ConvolutionForward(&dnnl.Convolution{Algorithm: way.algorithm, Src: descs[0], Weights: descs[1], Dst: descs[2],
		Strides: c.strides, Dilations: c.dilations, Low: c.low, High: c.high}, dnnl.Training, nil)
}

// way is a candidate that the library can compute.
type way struct {
	candidate
	pd   *dnnl.PrimitiveDesc // of own ones a forward convolution, whose layouts they use
	tile *winogradConv       // of own ones
}

func (w way) close() {
	if w.tile != nil {
		w.tile.close()
	}
	w.pd.Destroy()
}

// prepare makes the candidate; without a primitive if it does not exist for the shape.
func (c *convolution) prepare(p *planner, way *way) error {
	var err error
	if !way.own {
		way.pd, err = c.primitive(p, way.candidate)
		return err
	}
	forward := *c
	forward.kind = convForward
	pd, err := forward.primitive(p, way.candidate)
	if err != nil {
		return err
	}
	if way.tile, err = newWinogradConv(p.backend, c, pd); err != nil || way.tile == nil {
		pd.Destroy()
		return err
	}
	way.pd = pd
	return nil
}

// choose returns the fastest of the candidates that the library has.
func (c *convolution) choose(p *planner) (way, error) {
	p.prepare(c.work())
	var ways []way
	for _, candidate := range c.candidates(p.backend) {
		way := way{candidate: candidate}
		err := c.prepare(p, &way)
		if err != nil && len(ways) == 0 {
			return way, unsupported(err)
		}
		if err == nil && way.pd != nil { // most shapes, and newer versions altogether, have no Winograd
			ways = append(ways, way)
		}
	}
	best, err := algorithms.fastest(p.backend, c, ways)
	for i, way := range ways {
		if err != nil || i != best {
			way.close()
		}
	}
	if err != nil {
		return way{}, err
	}
	return ways[best], nil
}

// work is the number of multiplications.
func (c *convolution) work() int {
	return c.dst.shape.Size() * (c.weights.shape.Size() / c.dstView.dims(c.dst.shape)[1])
}

// key names the shape in the cache of algorithms.
func (c *convolution) key() string {
	return fmt.Sprint(c.kind, c.srcView.dims(c.src.shape), c.wView.dims(c.weights.shape), c.dstView.dims(c.dst.shape), c.strides, c.dilations, c.low, c.bias != nil)
}

// fixedChoice is the index of the way to compute c by a fixed table. Below 32 channels the transforms of Winograd's
// algorithm cost more than they save; bfloat16 is better still but for many channels. The library's Winograd, where it has
// it, goes before this package's. Narrow groups are best merged to the widest vectors.
func (c *convolution) fixedChoice(ways []way) int {
	channels := min(c.srcView.dims(c.src.shape)[1], c.dstView.dims(c.dst.shape)[1])
	find := func(want candidate) int {
		return max(0, slices.IndexFunc(ways, func(w way) bool { return w.candidate == want }))
	}
	winograd, half := find(candidate{algorithm: dnnl.ConvWinograd, inputs: dnnl.F32}), find(candidate{algorithm: dnnl.ConvDirect, inputs: dnnl.BF16})
	own := find(candidate{algorithm: dnnl.ConvDirect, inputs: dnnl.F32, own: true})
	switch last := len(ways) - 1; {
	case ways[last].merge > 0:
		return last
	case winograd > 0 && (channels >= 256 || half == 0 && channels >= 32):
		return winograd
	case half > 0:
		return half
	case own > 0 && winograd == 0 && c.winogradPays():
		return own
	}
	return 0
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

// needs are the values of the graph that it reads.
func (c *convolution) needs() []*value {
	reads, _ := c.arguments()
	needs := []*value{reads[0].v, reads[1].v}
	if c.reversal != nil {
		needs[slices.Index(needs, c.weights)] = c.reversal.inputs[0]
	}
	if c.bias != nil {
		needs = append(needs, c.bias)
	}
	return needs
}

// lower adds the convolution's step.
func (c *convolution) lower(p *planner) error {
	if c.reversal != nil {
		list, ok := copies(c.reversal)
		if !ok {
			return errUnsupported
		}
		if err := p.lowerCopies(c.reversal, list); err != nil {
			return err
		}
	}
	way, err := c.choose(p)
	if err != nil {
		return err
	}
	if err := c.importWeights(p, way.pd); err != nil {
		return err
	}
	if way.own {
		return c.computeWinograd(p, way.tile, way.pd)
	}
	m := c.merged(way.merge)
	if err := m.compute(p, way.pd, c.work()); err != nil || m == c {
		return err
	}
	return c.takeGroups(p, m, way.merge)
}

// compute adds the step that runs pd, which was made for that much work.
func (c *convolution) compute(p *planner, pd *dnnl.PrimitiveDesc, work int) error {
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
	if c.bias != nil {
		in[dnnl.ArgBias] = arg{p.plain(c.bias), pd.Desc(dnnl.ArgBias)}
	}
	desc := pd.Desc(write.name)
	l, err := p.layoutOf(write.v.shape, write.view, desc)
	if err != nil {
		return err
	}
	out := p.newTensor(write.v.shape, l)
	if err := p.addPrimitive(c.kind.String(), work, pd, in, args{write.name: {out, desc}}); err != nil {
		return err
	}
	p.define(write.v, out)
	return nil
}
