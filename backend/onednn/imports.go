package onednn

import (
	"slices"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// Weights, and what an optimiser keeps beside them, stay from step to step in the layout that their convolution wants:
// the results of an execution that are like such a parameter are buffers whose elements are in that layout's order. An
// execution that is given a row-major buffer instead copies it, as the first step of a training does; whoever else reads
// the buffer finds it row-major.

// importAs gives the parameter v the layout l, by a step that does nothing if the buffer has it already. Nothing may
// have read v before.
func (p *planner) importAs(v *value, l *layout) error {
	o, _ := newOrder(v.shape.Dimensions, l)
	source := p.tensor(v)
	t := p.newTensor(v.shape, l)
	if err := p.reorder(source, t); err != nil {
		return err
	}
	t.place, t.source, t.order = ofImport, source, &o
	p.env[v].versions = []*tensor{t}
	p.imports = append(p.imports, t)
	s := p.steps[len(p.steps)-1]
	copies := s.run
	s.run = func(x *execution) error {
		if x.used[source.index].order != nil { // as it is wanted
			x.ptrs[t.id] = x.ptrs[source.id]
			return nil
		}
		blk, err := p.backend.blocks.get(t.size)
		if err != nil {
			return err
		}
		x.ptrs[t.id], x.keep[t.id] = blk.ptr, blk
		return copies(x)
	}
	return nil
}

// drop gives the memory of a copy back.
func (x *execution) drop(t *tensor) {
	if t == nil {
		return
	}
	if blk, ok := x.keep[t.id].(*block); ok {
		x.plan.backend.blocks.put(blk)
		x.keep[t.id] = nil
	}
}

// untouched tells whether v is a parameter that no step has read so far.
func (p *planner) untouched(v *value) bool {
	e := p.env[v]
	if e == nil || len(e.versions) != 1 || p.backend.options.noLayouts {
		return false
	}
	t := e.versions[0]
	if t.place != ofParam || t.root != t || t.source != nil {
		return false
	}
	for _, s := range p.steps {
		for _, r := range s.reads {
			if r.root == t {
				return false
			}
		}
	}
	return !slices.ContainsFunc(p.tensors, func(o *tensor) bool { return o != t && o.root == t })
}

// importWeights imports the weights of the convolution that pd computes.
func (c *convolution) importWeights(p *planner, pd *dnnl.PrimitiveDesc) error {
	w, other := c.weights, c.src
	if c.kind == convBackwardData {
		other = c.dst
	}
	if c.kind == convBackwardWeights || w == other || !p.untouched(w) {
		return nil
	}
	desc := pd.Desc(dnnl.ArgWeights)
	if desc.DataType() != dataTypes[w.shape.DType] {
		return nil
	}
	l, err := p.layoutOf(w.shape, c.wView, desc)
	if err != nil || l == nil {
		return err
	}
	if _, ok := newOrder(w.shape.Dimensions, l); !ok {
		return nil
	}
	return p.importAs(w, l)
}

// followsLayout tells whether v is a parameter like weights that were imported, which takes the layout of what it is
// computed with: a momentum.
func (p *planner) followsLayout(v *value) bool {
	return slices.ContainsFunc(p.imports, func(t *tensor) bool { return t.shape.Equal(v.shape) }) && p.untouched(v)
}

// exported is v as a result, and the order of its elements: that of a parameter of its shape, so that it can be given
// back as one, or row-major.
func (p *planner) exported(v *value) (*tensor, *order) {
	t := p.tensor(v)
	for _, in := range p.imports {
		if t.layout != nil && in.shape.Equal(v.shape) && in.layout.equal(t.layout) {
			return t, in.order
		}
	}
	return p.plain(v), nil
}
