package onednn

import (
	"unsafe"

	"github.com/gomlx/compute"
)

// foldLimit is the largest constant, in bytes, that folding creates: beyond it computing again costs less than
// keeping.
const foldLimit = 1 << 18

// foldable finds the nodes that depend on nothing but constants and are worth computing once.
func foldable(nodes []*node) map[*node]bool {
	folded := make(map[*node]bool)
	for _, n := range nodes {
		switch {
		case n.op == compute.OpTypeConstant:
			folded[n] = true
			continue
		case n.op == compute.OpTypeRNGBitGenerator, n.closures != nil:
			continue
		}
		ok := true
		for _, v := range n.operands() {
			ok = ok && folded[v.node]
		}
		for _, v := range n.outputs {
			if v != nil {
				size, err := byteSize(v.shape)
				ok = ok && err == nil && size <= foldLimit
			}
		}
		folded[n] = ok
	}
	return folded
}

// fold computes the constant nodes and returns those that are left. What they need becomes constant tensors.
func (p *planner) fold(nodes []*node) ([]*node, error) {
	folded := foldable(nodes)
	var rest, compute1 []*node
	for _, n := range nodes {
		switch {
		case n.op == compute.OpTypeConstant:
			v := n.outputs[0]
			ptr, _ := flatPointer(n.attrs.(*constantAttrs).flat)
			p.constant(v, ptr, n.attrs)
		case folded[n]:
			compute1 = append(compute1, n)
		default:
			rest = append(rest, n)
		}
	}
	wanted := make(map[*value]bool)
	for _, n := range rest {
		for _, v := range n.operands() {
			wanted[v] = true
		}
	}
	for _, v := range p.main.outputs {
		wanted[v] = true
	}
	r, err := p.newRegion(compute1, func(v *value) bool { return wanted[v] })
	if err != nil || r == nil {
		return rest, err
	}
	defer r.exec.Finalize()
	in := make([]unsafe.Pointer, len(r.inputs))
	for i, v := range r.inputs {
		in[i] = p.env[v].versions[0].ptr
	}
	outs, err := r.execute(in)
	if err != nil {
		return nil, err
	}
	for i, v := range r.outputs {
		flat, err := outs[i].Data()
		if err != nil {
			return nil, err
		}
		ptr, _ := flatPointer(flat)
		p.constant(v, ptr, outs[i])
	}
	return rest, nil
}
