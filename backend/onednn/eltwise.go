package onednn

import (
	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// activationKinds are the activations that oneDNN computes exactly as GoMLX defines them, with their gradients from
// the result.
var activationKinds = map[compute.ActivationType]dnnl.EltwiseKind{
	compute.ActivationRelu:    dnnl.ReLU, // with derivative 0 at 0, as GoMLX
	compute.ActivationSigmoid: dnnl.Logistic,
	compute.ActivationTanh:    dnnl.Tanh,
}

// natural describes t in the view of its own layout.
func (p *planner) natural(t *tensor) (view, *dnnl.MemoryDesc, error) {
	v := view{perm: identity(t.shape.Rank())}
	if t.layout != nil {
		v = t.layout.view
	}
	d, err := p.descOf(t, v)
	return v, d, err
}

// lowerActivation adds the step of FusedActivation.
func lowerActivation(n *node) func(p *planner) error {
	kind := activationKinds[n.attrs.(*activationAttrs).config.Type]
	return func(p *planner) error {
		x := p.tensor(n.inputs[0])
		_, desc, err := p.natural(x)
		if err != nil {
			return err
		}
		pd, err := p.backend.engine.EltwiseForward(&dnnl.Eltwise{Kind: kind, Data: desc}, dnnl.Inference, nil)
		if err != nil {
			return unsupported(err)
		}
		y := p.newTensor(n.outputs[0].shape, x.layout)
		if err := p.addPrimitive(kind.String(), pd, args{dnnl.ArgSrc: {x, desc}}, args{dnnl.ArgDst: {y, desc}}, [2]*tensor{y, x}); err != nil {
			return err
		}
		p.define(n.outputs[0], y)
		return nil
	}
}

// lowerActivationVJP adds the step of FusedActivationVJP, whose derivative is had from the result.
func lowerActivationVJP(n *node) func(p *planner) error {
	kind := activationKinds[n.attrs.(*activationAttrs).config.Type]
	return func(p *planner) error {
		dx, err := p.activationGradient(kind, n.inputs[0], n.inputs[2])
		if err != nil {
			return err
		}
		p.define(n.outputs[0], dx)
		return nil
	}
}

// activationGradient adds the step that computes dy·f'(x) from y = f(x).
func (p *planner) activationGradient(kind dnnl.EltwiseKind, y, dy *value) (*tensor, error) {
	result := p.tensor(y)
	w, desc, err := p.natural(result)
	if err != nil {
		return nil, err
	}
	e := &dnnl.Eltwise{Kind: kind, Data: desc, FromDst: true}
	hint, err := p.backend.engine.EltwiseForward(e, dnnl.Training, nil)
	if err != nil {
		return nil, unsupported(err)
	}
	defer hint.Destroy()
	pd, err := p.backend.engine.EltwiseBackward(e, hint, nil)
	if err != nil {
		return nil, unsupported(err)
	}
	p.onClose(pd.Destroy)
	gradient, err := p.as(dy, w, desc)
	if err != nil {
		return nil, err
	}
	dx := p.newTensor(result.shape, result.layout)
	err = p.addPrimitive(kind.String()+" gradient", pd, args{dnnl.ArgDst: {result, desc}, dnnl.ArgDiffDst: {gradient, desc}},
		args{dnnl.ArgDiffSrc: {dx, desc}}, [2]*tensor{dx, gradient})
	return dx, err
}

// hasActivation tells whether oneDNN computes a FusedActivation node.
func hasActivation(n *node) bool {
	_, ok := activationKinds[n.attrs.(*activationAttrs).config.Type]
	x := n.inputs[len(n.inputs)-1]
	if n.op == compute.OpTypeFusedActivationVJP && (n.inputs[0] == nil || !n.inputs[0].shape.Equal(x.shape)) {
		return false
	}
	return ok && isFloat(x.shape.DType) && x.shape.Rank() > 0 && x.shape.Rank() <= 12 && !x.shape.IsZeroSize()
}
