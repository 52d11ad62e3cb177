package onednn

import (
	"math"
	"unsafe"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// normalization is a batch normalisation node on oneDNN, in training with the ReLU that follows it.
type normalization struct {
	n    *node
	view view

	// relu is the activation computed along with it, and inverse in a gradient the activation's gradient: nil if
	// there is none. The one writes the workspace that the other reads.
	relu, inverse *node
	forward       *normalization // of a gradient with a ReLU
	x             *tensor        // the operand as it was used
	workspace     *tensor
	workspaceDesc *dnnl.MemoryDesc
}

// newNormalization returns nil where n is left to the Go backend.
func newNormalization(n *node) *normalization {
	a := n.attrs.(*batchNormAttrs)
	x := n.inputs[0]
	if x.shape.IsZeroSize() || x.shape.Rank() < 2 || x.shape.Rank() > 5 {
		return nil
	}
	for _, v := range n.inputs {
		if !isFloat(v.shape.DType) || v.shape.Rank() != 1 && v.shape.DType != x.shape.DType {
			return nil
		}
	}
	nz := &normalization{n: n}
	// oneDNN's dimensions are batch, channels and the rest.
	var others []int
	for axis := range x.shape.Rank() {
		if axis != a.axis {
			others = append(others, axis)
		}
	}
	nz.view.perm = append([]int{others[0], a.axis}, others[1:]...)
	return nz
}

// operand is the tensor to normalise, in the layout that it has if that is of use: with a ReLU, kernels of this package
// must know their way in it. A gradient takes the tensor of its forward operation, whose workspace is in that layout.
func (nz *normalization) operand(p *planner) (*tensor, *dnnl.MemoryDesc, error) {
	t := p.tensor(nz.n.inputs[0])
	if nz.inverse != nil {
		t = nz.forward.x
	} else if _, ok := newOrder(t.shape.Dimensions, t.layout); !ok && nz.relu != nil {
		t = p.plain(nz.n.inputs[0])
	}
	desc, err := p.descOf(t, nz.view)
	if err == nil && desc == nil {
		t = p.plain(nz.n.inputs[0])
		desc, err = p.descOf(t, nz.view)
	}
	nz.x = t
	p.prepare(nz.work())
	return t, desc, err
}

// vector is a per-feature operand, as float32.
func (nz *normalization) vector(p *planner, v *value) (arg, error) {
	w := view{perm: []int{0}}
	t := p.plain(v)
	if v.shape.DType != dtypes.Float32 {
		wide := p.newTensor(shapes.Make(dtypes.Float32, v.shape.Dimensions...), nil)
		if err := p.reorder(t, wide); err != nil {
			return arg{}, err
		}
		t = wide
	}
	d, err := p.rowMajor(t.shape, w)
	return arg{t, d}, err
}

func (nz *normalization) vectors(p *planner, into args, names []dnnl.Arg, values []*value) error {
	for i, v := range values {
		a, err := nz.vector(p, v)
		if err != nil {
			return err
		}
		into[names[i]] = a
	}
	return nil
}

// results makes the per-feature results, which are float32.
func (nz *normalization) results(p *planner, into args, names []dnnl.Arg, values []*value) error {
	for i, v := range values {
		t := p.newTensor(shapes.Make(dtypes.Float32, v.shape.Dimensions...), nil)
		d, err := p.rowMajor(t.shape, view{perm: []int{0}})
		if err != nil {
			return err
		}
		into[names[i]] = arg{t, d}
	}
	return nil
}

// defineResults converts the per-feature results to the types that the graph gives them.
func (nz *normalization) defineResults(p *planner, from args, names []dnnl.Arg, values []*value) error {
	for i, v := range values {
		t := from[names[i]].t
		if v.shape.DType != dtypes.Float32 {
			narrow := p.newTensor(v.shape, nil)
			if err := p.reorder(t, narrow); err != nil {
				return err
			}
			t = narrow
		}
		p.define(v, t)
	}
	return nil
}

func (nz *normalization) work() int { return nz.n.inputs[0].shape.Size() * elementWork }

func (nz *normalization) epsilon() float32 { return nz.n.attrs.(*batchNormAttrs).epsilon }

// batchNormFactor adds the step that computes what a batch normalisation in inference multiplies each feature by,
// scale/√(variance + epsilon).
func (p *planner) batchNormFactor(n *node) (*value, error) {
	scale, variance := n.inputs[1], n.inputs[4]
	b := kernel.NewBuilder()
	s, v := b.Input(kernelTypes[scale.shape.DType]), b.Input(kernelTypes[variance.shape.DType])
	epsilon := b.Const(n.attrs.(*batchNormAttrs).epsilon)
	b.Output(kernel.F32, b.Binary(kernel.Div, s, b.Unary(kernel.Sqrt, b.Binary(kernel.Add, v, epsilon))))
	prog, err := b.Compile(scale.shape.Dimensions, []kernel.Access{nil, nil}, nil)
	if err != nil {
		return nil, errUnsupported
	}
	factor := &value{node: &node{}, shape: shapes.Make(dtypes.Float32, scale.shape.Dimensions...)}
	t := p.newTensor(factor.shape, nil)
	st := &step{name: "elementwise", detail: "batch norm factor", reads: []*tensor{p.plain(scale), p.plain(variance)}, writes: []*tensor{t}}
	team := p.backend.team
	st.run = func(x *execution) error {
		writes, reads := x.pointers(st)
		prog.Run(team, writes, reads)
		return nil
	}
	p.addStep(st)
	p.define(factor, t)
	return factor, nil
}

// showNaN adds, after a normalisation with ReLU, the step that puts NaN where the normalised tensor is NaN: in whole
// channels, those with a NaN among the per-feature vectors. oneDNN's ReLU gives 0 there.
func (nz *normalization) showNaN(p *planner, y *tensor, vectors ...*tensor) error {
	if nz.relu == nil {
		return nil
	}
	o, ok := newOrder(y.shape.Dimensions, y.layout)
	if !ok {
		return errUnsupported
	}
	b := kernel.NewBuilder()
	channel := kernel.Scalar(y.shape.Rank())
	channel[nz.view.perm[1]] = 1
	accesses := []kernel.Access{nil}
	value := b.Input(kernelTypes[y.shape.DType])
	for range vectors {
		v := b.Input(kernel.F32)
		value = b.Select(b.Binary(kernel.Ne, v, v), b.Const(float32(math.NaN())), value)
		accesses = append(accesses, o.access(channel))
	}
	b.Output(kernelTypes[y.shape.DType], value)
	prog, err := b.Compile(o.dims, accesses, nil)
	if err != nil {
		return err
	}
	s := &step{name: "show NaN", reads: append([]*tensor{y}, vectors...), writes: []*tensor{y}}
	team := p.backend.team
	s.run = func(x *execution) error {
		writes, reads := x.pointers(s)
		for i, v := range reads[1:] {
			for _, f := range unsafe.Slice((*float32)(v), vectors[i].size/4) {
				if f != f {
					prog.Run(team, writes, reads)
					return nil
				}
			}
		}
		return nil
	}
	p.addStep(s)
	return nil
}

// result is the value that the forward step computes.
func (nz *normalization) result() *value {
	if nz.relu != nil {
		return nz.relu.outputs[0]
	}
	return nz.n.outputs[0]
}

func (nz *normalization) name(kind string) string {
	if nz.relu != nil || nz.inverse != nil {
		return "batch norm relu " + kind
	}
	return "batch norm " + kind
}

// lowerTraining adds the step of BatchNormForTraining.
func (nz *normalization) lowerTraining(p *planner) error {
	x, desc, err := nz.operand(p)
	if err != nil {
		return err
	}
	pd, err := p.backend.engine.BatchNormForward(nz.training(desc), dnnl.Training, nil)
	if err != nil {
		return unsupported(err)
	}
	p.onClose(pd.Destroy)
	in, out := args{dnnl.ArgSrc: {x, desc}}, args{}
	if err := nz.vectors(p, in, []dnnl.Arg{dnnl.ArgScale, dnnl.ArgShift}, nz.n.inputs[1:]); err != nil {
		return err
	}
	y := p.newTensor(nz.n.outputs[0].shape, x.layout)
	out[dnnl.ArgDst] = arg{y, desc}
	if err := nz.results(p, out, []dnnl.Arg{dnnl.ArgMean, dnnl.ArgVariance}, nz.n.outputs[1:]); err != nil {
		return err
	}
	if d := pd.Desc(dnnl.ArgWorkspace); d != nil {
		nz.workspace, nz.workspaceDesc = p.newBytes(d.Size()), d
		out[dnnl.ArgWorkspace] = arg{nz.workspace, d}
	}
	if err := p.addPrimitive(nz.name("training"), nz.work(), pd, in, out, [2]*tensor{y, x}); err != nil {
		return err
	}
	if err := nz.showNaN(p, y, out[dnnl.ArgVariance].t, in[dnnl.ArgScale].t, in[dnnl.ArgShift].t); err != nil {
		return err
	}
	p.define(nz.result(), y)
	return nz.defineResults(p, out, []dnnl.Arg{dnnl.ArgMean, dnnl.ArgVariance}, nz.n.outputs[1:])
}

func (nz *normalization) training(desc *dnnl.MemoryDesc) *dnnl.BatchNorm {
	return &dnnl.BatchNorm{Data: desc, Epsilon: nz.epsilon(), Scale: true, Shift: true, ReLU: nz.relu != nil || nz.inverse != nil}
}

// lowerGradient adds the step of BatchNormGradient.
func (nz *normalization) lowerGradient(p *planner) error {
	x, desc, err := nz.operand(p)
	if err != nil {
		return err
	}
	engine := p.backend.engine
	hint, err := engine.BatchNormForward(nz.training(desc), dnnl.Training, nil)
	if err != nil {
		return unsupported(err)
	}
	defer hint.Destroy()
	pd, err := engine.BatchNormBackward(nz.training(desc), hint, nil)
	if err != nil {
		return unsupported(err)
	}
	p.onClose(pd.Destroy)
	gradient := nz.n.inputs[4]
	if nz.inverse != nil {
		gradient = nz.inverse.inputs[2]
	}
	dy, err := p.as(gradient, nz.view, desc)
	if err != nil {
		return err
	}
	in, out := args{dnnl.ArgSrc: {x, desc}, dnnl.ArgDiffDst: {dy, desc}}, args{}
	if err := nz.vectors(p, in, []dnnl.Arg{dnnl.ArgScale, dnnl.ArgMean, dnnl.ArgVariance}, nz.n.inputs[1:4]); err != nil {
		return err
	}
	// The shift does not enter the gradient, but version 2 wants one.
	in[dnnl.ArgShift] = in[dnnl.ArgMean]
	if nz.inverse != nil {
		in[dnnl.ArgWorkspace] = arg{nz.forward.workspace, nz.forward.workspaceDesc}
	}
	dx := p.newTensor(nz.n.outputs[0].shape, x.layout)
	out[dnnl.ArgDiffSrc] = arg{dx, desc}
	if err := nz.results(p, out, []dnnl.Arg{dnnl.ArgDiffScale, dnnl.ArgDiffShift}, nz.n.outputs[1:]); err != nil {
		return err
	}
	if err := p.addPrimitive(nz.name("gradient"), nz.work(), pd, in, out, [2]*tensor{dx, dy}); err != nil {
		return err
	}
	p.define(nz.n.outputs[0], dx)
	return nz.defineResults(p, out, []dnnl.Arg{dnnl.ArgDiffScale, dnnl.ArgDiffShift}, nz.n.outputs[1:])
}

// supported tells whether the library normalises tensors like the operand: those of newer types need a newer CPU.
func (nz *normalization) supported(p *planner) bool {
	desc, err := p.rowMajor(nz.n.inputs[0].shape, nz.view)
	if err != nil {
		return false
	}
	pd, err := p.backend.engine.BatchNormForward(nz.training(desc), dnnl.Training, nil)
	if err != nil {
		return false
	}
	defer pd.Destroy()
	back, err := p.backend.engine.BatchNormBackward(nz.training(desc), pd, nil)
	if err != nil {
		return false
	}
	back.Destroy()
	return true
}

// fuse looks for the ReLU that follows a batch normalisation in training and returns its node, nil if there is none or
// if something else needs what is normalised. ReLU's gradient does not: it is had from the result.
func (nz *normalization) fuse(p *planner) *node {
	normalized := nz.n.outputs[0]
	if p.isOut[normalized] || p.backend.options.noFusion {
		return nil
	}
	var relu *node
	for _, u := range p.uses[normalized] {
		switch {
		case isRelu(u) && u.op == compute.OpTypeFusedActivation && relu == nil:
			relu = u
		case isRelu(u) && u.op == compute.OpTypeFusedActivationVJP && u.inputs[0] != normalized && u.inputs[2] != normalized:
		default:
			return nil
		}
	}
	if relu == nil {
		return nil
	}
	for _, u := range p.uses[normalized] {
		if u != relu && u.inputs[0] != relu.outputs[0] {
			return nil
		}
	}
	nz.relu = relu
	return relu
}

func isRelu(n *node) bool {
	a, ok := n.attrs.(*activationAttrs)
	return ok && a.config.Type == compute.ActivationRelu && hasActivation(n)
}

// fuseGradient looks for the gradient of the ReLU that forward was fused with, which this gradient takes as its own,
// and returns its node; nil if there is none or if something else needs it.
func (nz *normalization) fuseGradient(p *planner, forward map[*value]*normalization) *node {
	dy := nz.n.inputs[4]
	inverse := dy.node
	f := forward[nz.n.inputs[2]] // by the batch's mean
	if f == nil || f.relu == nil || inverse.op != compute.OpTypeFusedActivationVJP || inverse.inputs[0] != f.relu.outputs[0] ||
		p.isOut[dy] || len(p.uses[dy]) != 1 {
		return nil
	}
	if nz.n.inputs[0] != f.n.inputs[0] || nz.n.inputs[1] != f.n.inputs[1] || nz.n.inputs[3] != f.n.outputs[2] ||
		*nz.n.attrs.(*batchNormAttrs) != *f.n.attrs.(*batchNormAttrs) {
		return nil
	}
	nz.inverse, nz.forward = inverse, f
	return inverse
}
