package onednn

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes/bfloat16"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// pooling is a ReduceWindow by sum or maximum, or the gradient of one.
type pooling struct {
	kind   dnnl.PoolKind
	src    *value // operand of the forward operation; of a sum's gradient, the gradient by it, which is computed
	dst    *value // result of the forward operation, or the gradient by it
	by     *value // of a maximum's gradient, the gradient by src, which is computed
	view   view
	kernel []int
	stride []int
	dilate []int
	low    []int
	high   []int
	count  int // elements of a window

	// max pooling keeps which elements it chose for the gradient.
	workspace     *tensor
	workspaceDesc *dnnl.MemoryDesc
	training      bool
}

// newPooling sees windows over src that give dst as pooling, src being larger; nil if oneDNN does not take it.
func newPooling(kind dnnl.PoolKind, src, dst *value, window, strides, dilations []int, low []int) *pooling {
	rank := src.shape.Rank()
	if !sameFloats(src, dst) || rank < 3 || rank > 5 {
		return nil
	}
	strides, dilations = orOnes(strides, rank), orOnes(dilations, rank)
	var trivial []int
	for a := range rank {
		if window[a] == 1 && strides[a] == 1 && low[a] == 0 && src.shape.Dimensions[a] == dst.shape.Dimensions[a] {
			trivial = append(trivial, a)
		}
	}
	if len(trivial) < 2 {
		return nil
	}
	batch, channels := trivial[0], trivial[len(trivial)-1]
	if channels == trivial[1] || window[rank-1] != 1 { // channels first
		channels = trivial[1]
	}
	p := &pooling{kind: kind, src: src, dst: dst, view: view{perm: []int{batch, channels}}, count: 1}
	for a := range rank {
		if a == batch || a == channels {
			continue
		}
		p.view.perm = append(p.view.perm, a)
		reach := (window[a]-1)*dilations[a] + 1
		high := (dst.shape.Dimensions[a]-1)*strides[a] + reach - src.shape.Dimensions[a] - low[a]
		if low[a] < 0 || low[a] >= reach || high >= reach || high+strides[a] <= 0 {
			return nil
		}
		p.kernel, p.stride, p.dilate = append(p.kernel, window[a]), append(p.stride, strides[a]), append(p.dilate, dilations[a])
		p.low, p.high = append(p.low, low[a]), append(p.high, high)
		p.count *= window[a]
	}
	return p
}

// reduceWindowPooling sees a ReduceWindow as pooling.
func reduceWindowPooling(n *node) *pooling {
	a := n.attrs.(*windowAttrs)
	if len(a.dilations) > 0 && slices.Max(a.dilations) > 1 {
		return nil
	}
	kind := dnnl.PoolAvgWithPadding
	switch a.reduction {
	case compute.ReduceOpSum:
	case compute.ReduceOpMax:
		kind = dnnl.PoolMax
	default:
		return nil
	}
	return newPooling(kind, n.inputs[0], n.outputs[0], a.window, windowStrides(a), a.windowDilations, a.lows(n.inputs[0].shape.Rank()))
}

// windowStrides are the strides of a ReduceWindow, which default to the window.
func windowStrides(a *windowAttrs) []int {
	if len(a.strides) == 0 {
		return a.window
	}
	return a.strides
}

func (a *windowAttrs) lows(rank int) []int {
	low := make([]int, rank)
	for i, p := range a.paddings {
		low[i] = p[0]
	}
	return low
}

// sumGradientPooling sees the gradient of a sum over windows, as GoMLX writes it, as what it is: the gradient spread
// out with zeros between (Pad), summed over windows of stride 1.
func sumGradientPooling(n *node) *pooling {
	a := n.attrs.(*windowAttrs)
	pad := n.inputs[0].node
	if len(a.window) == 0 || a.reduction != compute.ReduceOpSum || pad.op != compute.OpTypePad || slices.Max(windowStrides(a)) != 1 ||
		len(a.dilations) > 0 && slices.Max(a.dilations) > 1 || !isZero(pad.inputs[1]) {
		return nil
	}
	dy, dx := pad.inputs[0], n.outputs[0]
	rank := dx.shape.Rank()
	dilations := orOnes(a.windowDilations, rank)
	strides, low := make([]int, rank), a.lows(rank)
	for i := range rank {
		var axis compute.PadAxis
		if axes := pad.attrs.(*padAttrs).axes; i < len(axes) {
			axis = axes[i]
		}
		if axis.Start < 0 || axis.End < 0 {
			return nil
		}
		strides[i] = axis.Interior + 1
		low[i] = (a.window[i]-1)*dilations[i] - low[i] - axis.Start
	}
	return newPooling(dnnl.PoolAvgWithPadding, dx, dy, a.window, strides, a.windowDilations, low)
}

// isZero tells whether v is a constant 0.
func isZero(v *value) bool {
	a, ok := v.node.attrs.(*constantAttrs)
	if !ok || v.shape.Size() != 1 {
		return false
	}
	x, ok := scalarConstant(a.flat)
	return ok && x == 0
}

// selectPooling sees a SelectAndScatterMax as the gradient of pooling.
func selectPooling(n *node) *pooling {
	a := n.attrs.(*windowAttrs)
	if len(a.window) == 0 {
		return nil
	}
	c := newPooling(dnnl.PoolMax, n.inputs[0], n.inputs[1], a.window, windowStrides(a), nil, a.lows(n.inputs[0].shape.Rank()))
	if c != nil {
		c.by = n.outputs[0]
	}
	return c
}

// scalarConstant is the one number of a constant's data.
func scalarConstant(flat any) (float64, bool) {
	switch v := flat.(type) {
	case []float32:
		return float64(v[0]), true
	case []float64:
		return v[0], true
	case []int32:
		return float64(v[0]), true
	case []int64:
		return float64(v[0]), true
	case []bfloat16.BFloat16:
		return float64(v[0].Float32()), true
	}
	return 0, false
}

func (c *pooling) work() int { return c.src.shape.Size() * elementWork }

// key names the pooling; equal ones share the choice of elements.
func (c *pooling) key() string {
	return fmt.Sprint(c.kind, c.src.node.id, c.src.index, c.view, c.kernel, c.stride, c.dilate, c.low, c.high)
}

func (c *pooling) describe(src, dst *dnnl.MemoryDesc) *dnnl.Pooling {
	return &dnnl.Pooling{Kind: c.kind, Src: src, Dst: dst, Kernel: c.kernel, Strides: c.stride, Dilations: c.dilate, Low: c.low, High: c.high}
}

// open describes the result, in the layout of the operand if that is row-major, or in one of oneDNN's choice.
func (c *pooling) open(p *planner, operand *tensor, v *value) (*dnnl.MemoryDesc, error) {
	if operand.layout == nil {
		return p.rowMajor(v.shape, c.view)
	}
	return p.anyDesc(dataTypes[v.shape.DType], c.view.dims(v.shape))
}

// operand is v in the layout it has, if that is over the pooling's view.
func (c *pooling) operand(p *planner, v *value) (*tensor, *dnnl.MemoryDesc, error) {
	t := p.tensor(v)
	d, err := p.descOf(t, c.view)
	if err == nil && d == nil {
		t = p.plain(v)
		d, err = p.descOf(t, c.view)
	}
	return t, d, err
}

func (c *pooling) prop() dnnl.Prop {
	if c.training {
		return dnnl.Training
	}
	return dnnl.Inference
}

// lowerForward adds the steps of ReduceWindow.
func (c *pooling) lowerForward(p *planner) error {
	x, src, err := c.operand(p, c.src)
	if err != nil {
		return err
	}
	y, err := c.run(p, x, src)
	if err != nil {
		return err
	}
	p.define(c.dst, y)
	return nil
}

func (c *pooling) run(p *planner, x *tensor, src *dnnl.MemoryDesc) (*tensor, error) {
	p.prepare(c.work())
	dst, err := c.open(p, x, c.dst)
	if err != nil {
		return nil, err
	}
	pd, err := p.backend.engine.PoolingForward(c.describe(src, dst), c.prop(), nil)
	if err != nil {
		return nil, unsupported(err)
	}
	p.onClose(pd.Destroy)
	desc := pd.Desc(dnnl.ArgDst)
	l, err := p.layoutOf(c.dst.shape, c.view, desc)
	if err != nil {
		return nil, err
	}
	y := p.newTensor(c.dst.shape, l)
	out := args{dnnl.ArgDst: {y, desc}}
	if d := pd.Desc(dnnl.ArgWorkspace); d != nil && c.training {
		c.workspace, c.workspaceDesc = p.newBytes(d.Size()), d
		out[dnnl.ArgWorkspace] = arg{c.workspace, d}
	}
	if err := p.addPrimitive("pool", c.work(), pd, args{dnnl.ArgSrc: {x, src}}, out); err != nil {
		return nil, err
	}
	if c.kind == dnnl.PoolAvgWithPadding {
		return p.scale(y, float32(c.count))
	}
	c.keepNaN(p, x, y, src, desc)
	return y, nil
}

// lowerMaxGradient adds the steps of SelectAndScatterMax. Forward is the pooling that chose the elements, with training
// set; nil if the graph has none, and they are chosen again.
func (c *pooling) lowerMaxGradient(p *planner, forward *pooling) error {
	x, desc, err := c.operand(p, c.src)
	if err != nil {
		return err
	}
	if forward == nil || forward.workspace == nil {
		c.training = true
		if _, err := c.run(p, x, desc); err != nil {
			return err
		}
		forward = c
	}
	open, err := c.open(p, x, c.dst)
	if err != nil {
		return err
	}
	p.prepare(c.work())
	hint, err := p.backend.engine.PoolingForward(c.describe(desc, open), dnnl.Training, nil)
	if err != nil {
		return unsupported(err)
	}
	p.onClose(hint.Destroy)
	diffDst := hint.Desc(dnnl.ArgDst)
	dy, err := p.as(c.dst, c.view, diffDst)
	if err != nil {
		return err
	}
	dx, err := c.backward(p, hint, arg{dy, diffDst}, desc, args{dnnl.ArgWorkspace: {forward.workspace, forward.workspaceDesc}})
	if err != nil {
		return err
	}
	p.define(c.by, dx)
	return nil
}

// lowerSumGradient adds the steps of a sum's gradient.
func (c *pooling) lowerSumGradient(p *planner) error {
	diffDst, err := p.rowMajor(c.dst.shape, c.view)
	if err != nil {
		return err
	}
	diffSrc, err := p.rowMajor(c.src.shape, c.view)
	if err != nil {
		return err
	}
	p.prepare(c.work())
	hint, err := p.backend.engine.PoolingForward(c.describe(diffSrc, diffDst), dnnl.Training, nil)
	if err != nil {
		return unsupported(err)
	}
	defer hint.Destroy()
	dx, err := c.backward(p, hint, arg{p.plain(c.dst), diffDst}, diffSrc, args{})
	if err != nil {
		return err
	}
	if dx, err = p.scale(dx, float32(c.count)); err != nil {
		return err
	}
	p.define(c.src, dx)
	return nil
}

// backward adds the step that computes the gradient by src, described by diffSrc.
func (c *pooling) backward(p *planner, hint *dnnl.PrimitiveDesc, dy arg, diffSrc *dnnl.MemoryDesc, in args) (*tensor, error) {
	p.prepare(c.work())
	pd, err := p.backend.engine.PoolingBackward(c.describe(diffSrc, dy.desc), hint, nil)
	if err != nil {
		return nil, unsupported(err)
	}
	p.onClose(pd.Destroy)
	l, err := p.layoutOf(c.src.shape, c.view, diffSrc)
	if err != nil {
		return nil, err
	}
	dx := p.newTensor(c.src.shape, l)
	in[dnnl.ArgDiffDst] = dy
	return dx, p.addPrimitive("pool gradient", c.work(), pd, in, args{dnnl.ArgDiffSrc: {dx, diffSrc}})
}
