package onednn

import (
	"github.com/gomlx/compute/dtypes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// elementwise adds the step that computes a function of tensors that lie in memory alike.
func (p *planner) elementwise(name string, f func(b *kernel.Builder, in []kernel.Value) kernel.Value, in ...*tensor) (*tensor, error) {
	b := kernel.NewBuilder()
	ops := make([]kernel.Value, len(in))
	for i, t := range in {
		ops[i] = b.Input(kernelTypes[t.shape.DType])
	}
	b.Output(kernelTypes[in[0].shape.DType], f(b, ops))
	elements := in[0].size / in[0].shape.DType.Size() // padding included, which all of these keep
	prog, err := b.Compile([]int{elements}, make([]kernel.Access, len(in)), nil)
	if err != nil {
		return nil, err
	}
	out := p.newTensor(in[0].shape, in[0].layout)
	s := &step{name: "elementwise", detail: name, reads: in, writes: []*tensor{out}}
	for _, t := range in {
		s.sharing = append(s.sharing, [2]*tensor{out, t})
	}
	team := p.backend.team
	s.run = func(x *execution) error {
		writes, reads := x.pointers(s)
		prog.Run(team, writes, reads)
		return nil
	}
	p.addStep(s)
	return out, nil
}

// scale multiplies t by a number.
func (p *planner) scale(t *tensor, factor float32) (*tensor, error) {
	if factor == 1 {
		return t, nil
	}
	return p.elementwise("scale", func(b *kernel.Builder, in []kernel.Value) kernel.Value {
		return b.Binary(kernel.Mul, in[0], b.Const(factor))
	}, t)
}

// hasSoftmax tells whether there is a kernel for a FusedSoftmax node.
func hasSoftmax(n *node) bool {
	s := n.inputs[0].shape
	return s.DType == dtypes.Float32 && !s.IsZeroSize() && s.Rank() > 0 && n.attrs.(*softmaxAttrs).axis == s.Rank()-1
}

// lowerSoftmax adds the step of FusedSoftmax.
func lowerSoftmax(n *node) func(p *planner) error {
	return func(p *planner) error {
		x := p.plain(n.inputs[0])
		width := x.shape.Dimensions[x.shape.Rank()-1]
		soft := kernel.NewSoftmax(kernel.SoftmaxForward, x.shape.Size()/width, width)
		y := p.newTensor(n.outputs[0].shape, nil)
		s := &step{name: "softmax", reads: []*tensor{x}, writes: []*tensor{y}, sharing: [][2]*tensor{{y, x}}}
		team := p.backend.team
		s.run = func(x *execution) error {
			writes, reads := x.pointers(s)
			soft.Run(team, writes[0], reads[0], nil)
			return nil
		}
		p.addStep(s)
		p.define(n.outputs[0], y)
		return nil
	}
}
