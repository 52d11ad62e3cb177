package onednn

import (
	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// fusedConvolution sees add, an Add, as the end of a forward convolution that computes it along: the other operand is a
// bias, one number for each channel. With it comes the convolution's node; nil where the convolution's own result is needed as well.
func (p *planner) fusedConvolution(add *node) (*convolution, *node) {
	if add.op != compute.OpTypeAdd || p.backend.options.noFusion {
		return nil, nil
	}
	for i, v := range add.inputs {
		n := v.node
		if n.op != compute.OpTypeConvGeneral || p.isOut[v] || len(p.uses[v]) != 1 || !v.shape.Equal(add.outputs[0].shape) || groupedGradient(n) != nil {
			continue
		}
		c := newConvolution(n)
		if c == nil || c.kind != convForward {
			continue
		}
		if bias := perChannel(add.inputs[1-i], v, c.dstView.perm[1]); bias != nil {
			c.bias, c.dst = bias, add.outputs[0]
			return c, n
		}
	}
	return nil, nil
}

// perChannel is the vector that operand, of an operation with v, spreads along that axis of v; nil if it is another.
func perChannel(operand, v *value, axis int) *value {
	if !sameFloats(operand, v) || operand.shape.Size() == 0 {
		return nil
	}
	dims := v.shape.Dimensions
	vector := operand
	var access kernel.Access
	switch b := operand.node; {
	case b.op == compute.OpTypeBroadcastInDim:
		vector = b.inputs[0]
		access = kernel.BroadcastInDim(vector.shape.Dimensions, b.attrs.(*broadcastAttrs).axes, dims)
	case operand.shape.Rank() == len(dims):
		access = kernel.Broadcast(operand.shape.Dimensions, dims)
	default:
		return nil
	}
	if vector.shape.Size() != dims[axis] {
		return nil
	}
	for i, step := range access {
		if i == axis && step != 1 && dims[i] > 1 || i != axis && step != 0 {
			return nil
		}
	}
	return vector
}

// biasDesc describes the bias; nil if there is none.
func (c *convolution) biasDesc(p *planner) (*dnnl.MemoryDesc, error) {
	if c.bias == nil {
		return nil, nil
	}
	return p.strided(dataTypes[c.bias.shape.DType], []int{c.bias.shape.Size()}, []int{1})
}
