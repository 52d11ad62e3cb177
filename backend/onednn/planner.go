package onednn

import (
	"slices"
	"unsafe"

	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// planner turns a function into steps over tensors.
type planner struct {
	backend *Backend
	main    *Function
	nodes   []*node // live, not folded, in an order that respects dependencies
	uses    map[*value][]*node
	isOut   map[*value]bool
	users   map[*value][]*unit // of the units that are left when each has said what it needs

	env     map[*value]*versions
	tensors []*tensor
	steps   []*step
	closers []func()

	native bool // some step calls oneDNN
	wide   bool // and is for several threads

	maxPools       map[string]*pooling       // max poolings of the graph by key
	normalizations map[*value]*normalization // those in training by the mean that they compute
	fused          map[*node]bool            // computed along with an earlier node

	imports []*tensor // parameters in layouts of primitives, see imports.go

	descs map[string]*dnnl.MemoryDesc // strided descriptions, see desc.go
}

// versions are the layouts in which a value exists so far; the first is as it was computed.
type versions struct {
	versions []*tensor
}

func newPlanner(b *Backend, main *Function) *planner {
	return &planner{backend: b, main: main, env: make(map[*value]*versions),
		descs: make(map[string]*dnnl.MemoryDesc), maxPools: make(map[string]*pooling),
		normalizations: make(map[*value]*normalization), fused: make(map[*node]bool)}
}

// onClose calls f when the plan is no longer needed, before what was given earlier.
func (p *planner) onClose(f func()) { p.closers = append(p.closers, f) }

func (p *planner) close() {
	for _, f := range slices.Backward(p.closers) {
		f()
	}
	p.closers = nil
}

// plan does all of it.
func (p *planner) plan() (*plan, error) {
	for _, v := range p.main.params {
		if _, err := byteSize(v.shape); err != nil {
			return nil, err
		}
		t := p.newTensor(v.shape, nil)
		t.place, t.index = ofParam, v.node.attrs.(*parameterAttrs).index
		p.define(v, t)
	}
	nodes, err := p.fold(live(p.main))
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		for _, v := range n.outputs {
			if v != nil {
				if _, err := byteSize(v.shape); err != nil {
					return nil, err
				}
			}
		}
	}
	p.nodes = nodes
	p.index()
	if err := p.lower(); err != nil {
		return nil, err
	}
	return p.finish()
}

// index finds the uses of every value.
func (p *planner) index() {
	p.uses = make(map[*value][]*node)
	for _, n := range p.nodes {
		for _, v := range n.operands() {
			p.uses[v] = append(p.uses[v], n)
		}
	}
	p.isOut = make(map[*value]bool)
	for _, v := range p.main.outputs {
		p.isOut[v] = true
	}
}

// newTensor makes memory for a value of that shape, in the arena unless the caller says otherwise.
func (p *planner) newTensor(shape shapes.Shape, l *layout) *tensor {
	size, _ := byteSize(shape) // checked by plan
	if l != nil {
		size = l.desc.Size()
	}
	t := &tensor{id: len(p.tensors), shape: shape, layout: l, size: size, donor: -1}
	t.root = t
	p.tensors = append(p.tensors, t)
	return t
}

// newScratch makes memory for the next step alone.
func (p *planner) newScratch(bytes int) *tensor {
	t := &tensor{id: len(p.tensors), size: bytes, donor: -1, place: inScratch}
	t.root = t
	p.tensors = append(p.tensors, t)
	return t
}

// newBytes makes memory of a size that has no shape, such as a workspace.
func (p *planner) newBytes(bytes int) *tensor {
	t := p.newScratch(bytes)
	t.place = inArena
	return t
}

// newView makes a row-major tensor of another shape over the memory of t, which is row-major too.
func (p *planner) newView(t *tensor, shape shapes.Shape) *tensor {
	v := &tensor{id: len(p.tensors), shape: shape, size: t.size, root: t.root, donor: -1}
	p.tensors = append(p.tensors, v)
	return v
}

// define says that t holds v.
func (p *planner) define(v *value, t *tensor) {
	e := p.env[v]
	if e == nil {
		e = &versions{}
		p.env[v] = e
	}
	e.versions = append(e.versions, t)
}

func (p *planner) constant(v *value, ptr unsafe.Pointer, keep any) {
	t := p.newTensor(v.shape, nil)
	t.place, t.ptr, t.keep = ofConst, ptr, keep
	p.define(v, t)
}

func (p *planner) addStep(s *step) { p.steps = append(p.steps, s) }

// tensor is v as it was computed.
func (p *planner) tensor(v *value) *tensor { return p.env[v].versions[0] }

// plain is v in row-major order, reordered if need be.
func (p *planner) plain(v *value) *tensor {
	for _, t := range p.env[v].versions {
		if t.layout == nil {
			return t
		}
	}
	t := p.newTensor(v.shape, nil)
	p.reorder(p.tensor(v), t)
	p.define(v, t)
	return t
}
