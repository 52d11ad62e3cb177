package onednn

import (
	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// hasSoftmax tells whether oneDNN computes a FusedSoftmax node.
func hasSoftmax(n *node) bool {
	s := n.inputs[0].shape
	return sameFloats(n.inputs[0], n.outputs[0]) && s.Rank() > 0 && s.Rank() <= 12
}

// lowerSoftmax adds the step of FusedSoftmax.
func lowerSoftmax(n *node) func(p *planner) error {
	return func(p *planner) error {
		x := p.plain(n.inputs[0])
		_, desc, err := p.natural(x)
		if err != nil {
			return err
		}
		pd, err := p.backend.engine.SoftmaxForward(&dnnl.Softmax{Src: desc, Dst: desc, Axis: n.attrs.(*softmaxAttrs).axis}, dnnl.Inference, nil)
		if err != nil {
			return unsupported(err)
		}
		y := p.newTensor(n.outputs[0].shape, nil)
		if err := p.addPrimitive("softmax", pd, args{dnnl.ArgSrc: {x, desc}}, args{dnnl.ArgDst: {y, desc}}, [2]*tensor{y, x}); err != nil {
			return err
		}
		p.define(n.outputs[0], y)
		return nil
	}
}
