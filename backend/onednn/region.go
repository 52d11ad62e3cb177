package onednn

import (
	"slices"
	"unsafe"

	"github.com/gomlx/compute"
	"github.com/pkg/errors"
)

// inlineConstant is the largest constant, in bytes, that a region holds itself instead of taking it as an input.
const inlineConstant = 256

// region is a part of the graph compiled by the Go backend.
type region struct {
	inner   *goBuffers
	nodes   []*node
	inputs  []*value
	outputs []*value
	exec    compute.Executable
}

// newRegion compiles nodes, given in topological order. Its outputs are the values that are wanted outside; it is nil
// if there are none.
func (p *planner) newRegion(nodes []*node, wanted func(*value) bool) (*region, error) {
	r := &region{inner: p.backend.inner, nodes: nodes}
	for _, n := range nodes {
		for _, v := range n.outputs {
			if v != nil && wanted(v) {
				r.outputs = append(r.outputs, v)
			}
		}
	}
	if len(r.outputs) == 0 {
		return nil, nil
	}
	if err := checkRegionMemory(nodes); err != nil {
		return nil, err
	}
	bld := p.backend.goBackend.Builder("region")
	main := bld.Main()
	replay := newReplayer(main)
	inside := make(map[*node]bool, len(nodes))
	for _, n := range nodes {
		inside[n] = true
	}
	for _, n := range nodes {
		for _, v := range n.operands() {
			if inside[v.node] {
				continue
			}
			if _, ok := replay.env[v]; ok {
				continue
			}
			if a, ok := v.node.attrs.(*constantAttrs); ok {
				if size, err := byteSize(v.shape); err == nil && size <= inlineConstant {
					got, err := main.Constant(a.flat, v.shape.Dimensions...)
					if err != nil {
						return nil, err
					}
					replay.env[v] = got
					continue
				}
			}
			got, err := main.Parameter("", v.shape, nil)
			if err != nil {
				return nil, err
			}
			replay.env[v] = got
			r.inputs = append(r.inputs, v)
		}
	}
	if err := replay.nodes(nodes); err != nil {
		return nil, err
	}
	outs, err := replay.lookup(append(slices.Clone(r.outputs), unusedOutputs(nodes, wanted)...))
	if err != nil {
		return nil, err
	}
	if err := main.Return(outs, nil); err != nil {
		return nil, err
	}
	if r.exec, err = bld.Compile(); err != nil {
		return nil, errors.WithMessage(err, "compiling a region on GoMLX's Go backend")
	}
	return r, nil
}

// unusedOutputs are those that nothing needs, of nodes with other outputs that something needs. The region computes them
// too: the Go backend panics where they are the last of its nodes and not asked for (see UPSTREAM.md).
func unusedOutputs(nodes []*node, wanted func(*value) bool) []*value {
	used := make(map[*value]bool)
	for _, n := range nodes {
		for _, v := range n.operands() {
			used[v] = true
		}
	}
	var unused []*value
	for _, n := range nodes {
		if len(n.outputs) < 2 {
			continue
		}
		for _, v := range n.outputs {
			if v != nil && !used[v] && !wanted(v) {
				unused = append(unused, v)
			}
		}
	}
	return unused
}

// checkRegionMemory refuses what the Go backend could not allocate: it would end the process.
func checkRegionMemory(nodes []*node) error {
	limit := systemMemory()
	for _, n := range nodes {
		for _, v := range n.outputs {
			if v == nil {
				continue
			}
			if size, err := byteSize(v.shape); err != nil {
				return err
			} else if size > limit {
				return errors.Errorf("%s needs %d bytes for a result of shape %s, the machine has %d", n.op, size, v.shape, limit)
			}
		}
	}
	return nil
}

// execute runs the region on the memory of its inputs.
func (r *region) execute(in []unsafe.Pointer) ([]compute.Buffer, error) {
	bufs := make([]compute.Buffer, len(in))
	for i, v := range r.inputs {
		var err error
		if bufs[i], err = r.inner.get(in[i], v.shape); err != nil {
			return nil, errors.WithMessage(err, "giving a tensor to GoMLX's Go backend")
		}
	}
	outs, err := r.exec.Execute(bufs, nil, 0)
	if err != nil {
		return nil, err
	}
	for _, unused := range outs[len(r.outputs):] {
		if err := unused.Finalize(); err != nil {
			return nil, err
		}
	}
	return outs[:len(r.outputs)], nil
}

// addRegion adds the step that runs units on the Go backend.
func (p *planner) addRegion(units ...*unit) error {
	var nodes []*node
	inside := make(map[*unit]bool, len(units))
	for _, u := range units {
		inside[u] = true
		nodes = append(nodes, u.nodes...)
	}
	r, err := p.newRegion(nodes, func(v *value) bool {
		return p.isOut[v] || slices.ContainsFunc(p.users[v], func(u *unit) bool { return !inside[u] })
	})
	if err != nil || r == nil {
		return err
	}
	p.onClose(r.exec.Finalize)
	s := &step{name: "go", detail: regionDetail(nodes)}
	in := make([]*tensor, len(r.inputs))
	for i, v := range r.inputs {
		in[i] = p.plain(v)
	}
	s.reads = in
	for _, v := range r.outputs {
		t := p.newTensor(v.shape, nil)
		t.place = ofRegion
		s.writes = append(s.writes, t)
		p.define(v, t)
	}
	s.run = func(x *execution) error {
		_, reads := x.pointers(s)
		outs, err := r.execute(reads)
		if err != nil {
			return err
		}
		for i, t := range s.writes {
			flat, err := outs[i].Data()
			if err != nil {
				return err
			}
			x.ptrs[t.id], _ = flatPointer(flat)
			x.keep[t.id] = outs[i]
		}
		return nil
	}
	p.addStep(s)
	return nil
}

func regionDetail(nodes []*node) string {
	text := ""
	for i, n := range nodes {
		if i > 0 {
			text += " "
		}
		if i == 12 {
			return text + "…"
		}
		text += n.op.String()
	}
	return text
}
