package onednn

import (
	"slices"
	"sync"
	"unsafe"

	"github.com/pkg/errors"
)

// plan is what an executable runs.
type plan struct {
	backend *Backend
	steps   []*step
	tensors []*tensor // roots that need memory in an execution
	outputs []*tensor
	orders  []*order  // of the outputs; nil: row-major
	imports []*tensor // by parameter; nil: taken in row-major order
	size    int       // number of tensors
	arena   int       // bytes
	params  int
	native  bool // some step calls oneDNN
	wide    bool // and is for several threads: it runs on the executor's thread
	profile *profile
	closers []func()

	executions sync.Pool // of *execution: those that have ended

	// A narrow native plan runs on the caller's thread: the way to the executor's and back takes longer than it. Its
	// primitives and its memory serve one execution at a time.
	mu  sync.Mutex
	own *block
}

func (pl *plan) close() {
	for _, f := range slices.Backward(pl.closers) {
		f()
	}
	pl.closers = nil
	pl.backend.blocks.put(pl.own)
	pl.own = nil
}

// finish places the tensors in memory.
func (p *planner) finish() (*plan, error) {
	pl := &plan{backend: p.backend, size: len(p.tensors), params: len(p.main.params)}
	pl.imports = make([]*tensor, pl.params)
	for _, t := range p.imports {
		pl.imports[t.source.index] = t
	}
	claimed := make(map[*tensor]bool)
	for i, v := range p.main.outputs {
		t, o := p.exported(v)
		root := t.root
		fresh := !claimed[root] && (root.place == inArena || root.place == ofRegion) && root.layout.equal(t.layout) && root.source == nil
		if root.place == ofRegion && root.size != t.size {
			fresh = false
		}
		if !fresh {
			t, o = p.newCopy(p.plain(v), v), nil
			root = t
		}
		pl.orders = append(pl.orders, o)
		claimed[root] = true
		if root.place == inArena {
			root.place, root.index = ofOutput, i
		}
		pl.outputs = append(pl.outputs, t)
	}
	pl.size = len(p.tensors)
	p.lifetimes(pl)
	for _, t := range p.imports {
		p.steps[t.last].ends = append(p.steps[t.last].ends, t)
	}
	p.findDonors()
	if err := p.allocate(pl); err != nil {
		return nil, err
	}
	for _, t := range p.tensors {
		if t.root == t {
			pl.tensors = append(pl.tensors, t)
		}
	}
	pl.steps = p.steps
	pl.native, pl.wide = p.native, p.wide
	pl.closers, p.closers = p.closers, nil
	return pl, nil
}

// newCopy adds a step that copies a row-major tensor for an output that needs memory of its own.
func (p *planner) newCopy(src *tensor, v *value) *tensor {
	dst := p.newTensor(v.shape, nil)
	p.addStep(&step{name: "copy", reads: []*tensor{src}, writes: []*tensor{dst}, sharing: [][2]*tensor{{dst, src}},
		run: func(x *execution) error {
			if from, to := x.ptr(src), x.ptr(dst); from != to {
				copy(unsafe.Slice((*byte)(to), dst.size), unsafe.Slice((*byte)(from), dst.size))
			}
			return nil
		}})
	return dst
}

// lifetimes finds the steps between which each tensor's contents matter.
func (p *planner) lifetimes(pl *plan) {
	for _, t := range p.tensors {
		t.first, t.last = len(p.steps), -1
	}
	for i, s := range p.steps {
		for _, list := range [][]*tensor{s.reads, s.writes} {
			for _, t := range list {
				t.root.first = min(t.root.first, i)
				t.root.last = max(t.root.last, i)
			}
		}
	}
	for _, t := range pl.outputs {
		t.root.last = len(p.steps)
	}
}

// findDonors lets outputs take the memory of parameters that are read for the last time as they are written.
func (p *planner) findDonors() {
	taken := make(map[*tensor]bool)
	for i, s := range p.steps {
		for _, pair := range s.sharing {
			out, in := pair[0].root, pair[1].root
			param := in
			if in.source != nil { // is the parameter, or a copy of it which is not needed any more
				param = in.source
			}
			if out.place == ofOutput && out.donor < 0 && out.first == i && param.place == ofParam && in.last == i &&
				!taken[param] && param.size == out.size {
				out.donor = param.index
				taken[param] = true
			}
		}
	}
}

// allocate gives arena tensors their offsets: large ones first, each at the lowest place free while it lives.
func (p *planner) allocate(pl *plan) error {
	same := make(map[*tensor]*tensor) // written tensor → read tensor whose memory it takes over
	for i, s := range p.steps {
		used := make(map[*tensor]bool)
		for _, pair := range s.sharing {
			out, in := pair[0].root, pair[1].root
			if out.place != inArena || in.place != inArena || out.first != i || in.last != i || out.size > in.size || used[in] || same[out] != nil {
				continue
			}
			used[in] = true
			same[out] = in
		}
	}
	leader := func(t *tensor) *tensor {
		for same[t] != nil {
			t = same[t]
		}
		return t
	}
	groups := make(map[*tensor][]*tensor)
	var leaders []*tensor
	for _, t := range p.tensors {
		if t.root != t || t.last < 0 || (t.place != inArena && t.place != inScratch) || t.size == 0 {
			continue
		}
		l := leader(t)
		if groups[l] == nil {
			leaders = append(leaders, l)
		}
		groups[l] = append(groups[l], t)
	}
	type slot struct{ first, last, offset, size int }
	slots := make([]*slot, 0, len(leaders))
	byLeader := make(map[*tensor]*slot)
	for _, l := range leaders {
		s := &slot{first: len(p.steps) + 1, last: -1}
		for _, t := range groups[l] {
			s.first, s.last, s.size = min(s.first, t.first), max(s.last, t.last), max(s.size, t.size)
		}
		byLeader[l] = s
		slots = append(slots, s)
	}
	slices.SortStableFunc(slots, func(a, b *slot) int { return b.size - a.size })
	var placed []*slot // by offset
	for _, s := range slots {
		offset := 0
		for _, o := range placed {
			if o.last < s.first || s.last < o.first {
				continue
			}
			if offset+s.size <= o.offset {
				break
			}
			offset = max(offset, (o.offset+o.size+alignment-1)/alignment*alignment)
		}
		s.offset = offset
		if offset+s.size < 0 || offset+s.size > systemMemory() {
			return errors.Errorf("the computation needs %d bytes at once, the machine has %d", uint(offset+s.size), systemMemory())
		}
		pl.arena = max(pl.arena, offset+s.size)
		at, _ := slices.BinarySearchFunc(placed, s, func(a, b *slot) int { return a.offset - b.offset })
		placed = slices.Insert(placed, at, s)
	}
	for _, l := range leaders {
		for _, t := range groups[l] {
			t.offset = byLeader[l].offset
		}
	}
	return nil
}
