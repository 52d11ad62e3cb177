package onednn

import (
	"slices"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// unit is what is planned as one: a node with a kernel of its own, perhaps with others that are computed along with
// it, or a node left to the Go backend.
type unit struct {
	nodes []*node // in order
	stage int

	// lower adds the steps; nil for the Go backend. It returns errUnsupported, having defined nothing, where it turns
	// out that the library has no kernel: the nodes go to the Go backend, as a region of their own.
	lower func(p *planner) error

	// needs are the values that must exist before the unit runs.
	needs []*value

	chain *chain // of element-wise units
	free  bool   // its output is its input under another shape
}

// lower orders the graph and adds its steps.
//
// Units are put into stages so that what the Go backend runs within a stage depends on nothing later: a stage is all
// its units with kernels in recording order, then one region with the rest.
func (p *planner) lower() error {
	units := p.units()
	last := stages(units)
	units = p.joinChains(units)
	p.findUsers(units)
	for stage := 0; stage <= last; stage++ {
		var left []*unit
		for _, u := range units {
			if u.stage != stage {
				continue
			}
			if u.lower == nil {
				left = append(left, u)
				continue
			}
			err := u.lower(p)
			if err == errUnsupported {
				err = p.addRegion(p.withProducers(u))
			}
			if err != nil {
				return err
			}
		}
		if err := p.lowerRest(left); err != nil {
			return err
		}
	}
	return nil
}

// withProducers is a unit of u's nodes and those before them that were dropped because u's kernel did without.
func (p *planner) withProducers(u *unit) *unit {
	var nodes []*node
	seen := make(map[*node]bool)
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, v := range n.operands() {
			if p.env[v] == nil {
				visit(v.node)
			}
		}
		nodes = append(nodes, n)
	}
	for _, n := range u.nodes {
		visit(n)
	}
	u.nodes = nodes
	return u
}

// stages numbers the units' stages and returns the last.
func stages(units []*unit) int {
	producer := make(map[*value]*unit)
	last := 0
	for _, u := range units {
		if from := producer[u.needs0()]; u.free && from != nil && from.lower == nil {
			u.lower = nil // stays with what computes its operand
		}
		for _, v := range u.needs {
			from := producer[v]
			if from == nil {
				continue
			}
			stage := from.stage
			if u.lower != nil && from.lower == nil {
				stage++
			}
			u.stage = max(u.stage, stage)
		}
		last = max(last, u.stage)
		for _, n := range u.nodes {
			for _, v := range n.outputs {
				if v != nil {
					producer[v] = u
				}
			}
		}
	}
	return last
}

// lowerRest gives units to the Go backend.
func (p *planner) lowerRest(units []*unit) error {
	if p.backend.options.eachItsOwn {
		for _, u := range units {
			if err := p.addRegion(u); err != nil {
				return err
			}
		}
		return nil
	}
	if len(units) == 0 {
		return nil
	}
	return p.addRegion(units...)
}

// units groups the nodes and drops those that nothing needs any more, such as a reversed kernel whose convolution
// takes it unreversed.
func (p *planner) units() []*unit {
	var all []*unit
	for _, n := range p.nodes {
		if p.fused[n] {
			continue
		}
		u := &unit{nodes: []*node{n}, needs: n.operands()}
		if !p.backend.options.nothing {
			p.match(u, n)
		}
		all = append(all, u)
	}
	needed := make(map[*value]bool)
	for v := range p.isOut {
		needed[v] = true
	}
	var units []*unit
	for i := len(all) - 1; i >= 0; i-- {
		u := all[i]
		if !u.anyOutput(needed) {
			continue
		}
		units = append(units, u)
		for _, v := range u.needs {
			needed[v] = true
		}
	}
	slices.Reverse(units)
	return units
}

// needs0 is the first operand, nil if there is none.
func (u *unit) needs0() *value {
	if len(u.needs) == 0 {
		return nil
	}
	return u.needs[0]
}

// findUsers notes which units need each value.
func (p *planner) findUsers(units []*unit) {
	p.users = make(map[*value][]*unit)
	for _, u := range units {
		for _, v := range u.needs {
			p.users[v] = append(p.users[v], u)
		}
	}
}

// chainReach is over how many units a chain may stay open: joining across more would keep operands in memory for
// longer than it saves time.
const chainReach = 64

// joinChains merges element-wise units of a stage, where one reads what the other computes, into one that stands in
// the place of the last. A chain closes before a unit that is not of it reads what it computes.
func (p *planner) joinChains(units []*unit) []*unit {
	open := make(map[*value]*unit) // open chains by what they compute
	at := make(map[*unit]int)
	merged := make(map[*unit]bool)
	for i, u := range units {
		var from []*unit
		for _, v := range u.needs {
			if c := open[v]; c != nil && !slices.Contains(from, c) {
				from = append(from, c)
			}
		}
		for _, c := range from {
			if u.chain != nil && u.lower != nil && c.stage == u.stage && i-at[c] <= chainReach && !p.backend.options.noFusion && u.absorb(c) {
				merged[c] = true
				for _, n := range c.nodes {
					open[n.outputs[0]] = u
				}
			} else {
				for _, n := range c.nodes {
					delete(open, n.outputs[0])
				}
			}
		}
		if u.chain != nil && u.lower != nil {
			at[u] = i
			open[u.nodes[len(u.nodes)-1].outputs[0]] = u
		}
	}
	return slices.DeleteFunc(units, func(u *unit) bool { return merged[u] })
}

// absorb makes the chain c part of the chain u if they can be computed in one pass.
func (u *unit) absorb(c *unit) bool {
	last := u.nodes[len(u.nodes)-1]
	joined := &chain{nodes: append(slices.Clone(c.chain.nodes), u.chain.nodes...), dims: c.chain.dims, axes: c.chain.axes}
	if !c.chain.joins(last) || len(u.chain.nodes) > 1 && !slices.Equal(u.chain.dims, c.chain.dims) {
		return false
	}
	if u.chain.axes != nil {
		if c.chain.axes != nil && !slices.Equal(c.chain.axes, u.chain.axes) {
			return false
		}
		joined.axes = u.chain.axes
	}
	slices.SortFunc(joined.nodes, func(a, b *node) int { return a.id - b.id })
	u.chain, u.nodes = joined, joined.nodes
	var needs []*value
	for _, n := range u.nodes {
		for _, v := range elementOperands(n) {
			if !joined.contains(v.node) && !slices.Contains(needs, v) {
				needs = append(needs, v)
			}
		}
	}
	u.needs = needs
	return true
}

func (u *unit) anyOutput(set map[*value]bool) bool {
	for _, n := range u.nodes {
		for _, v := range n.outputs {
			if v != nil && set[v] {
				return true
			}
		}
	}
	return false
}

// lowerChain adds the steps of a chain.
func (u *unit) lowerChain(p *planner) error {
	return u.chain.lower(p, func(v *value) bool {
		return p.isOut[v] || slices.ContainsFunc(p.users[v], func(o *unit) bool { return o != u })
	})
}

// lowerFree gives the operand another shape.
func lowerFree(n *node) func(p *planner) error {
	return func(p *planner) error {
		p.define(n.outputs[0], p.newView(p.plain(n.inputs[0]), n.outputs[0].shape))
		return nil
	}
}

// match finds the kernel for n, if there is one.
func (p *planner) match(u *unit, n *node) {
	if c, conv := p.fusedConvolution(n); c != nil {
		// The convolution's own unit goes, as nothing needs what it computes.
		u.nodes, u.lower, u.needs = []*node{conv, n}, c.lower, c.needs()
		return
	}
	if isElementwise(n) || isReduction(n) {
		u.chain, u.lower, u.needs = newChain(n), u.lowerChain, elementOperands(n)
		return
	}
	if c := groupedGradient(n); c != nil {
		u.lower, u.needs = c.lower, c.needs()
		return
	}
	if d := p.newTransposedDot(n); d != nil {
		u.lower, u.needs = d.lower, []*value{d.lhs.v, d.rhs.v}
		return
	}
	if movesNothing(n) {
		u.free, u.lower = true, lowerFree(n)
		return
	}
	if list, ok := copies(n); ok {
		u.lower = func(p *planner) error { return p.lowerCopies(n, list) }
		return
	}
	switch n.op {
	case compute.OpTypeArgMinMax:
		if hasArgMinMax(n) {
			u.lower = lowerArgMinMax(n)
		}
	case compute.OpTypeGather:
		if size := rowGather(n); size > 0 {
			u.lower = lowerRowGather(n, size)
		}
	case compute.OpTypeReshape, compute.OpTypeIdentity:
		u.free, u.lower = true, lowerFree(n)
	case compute.OpTypeConvGeneral:
		if c := newConvolution(n); c != nil {
			u.lower, u.needs = c.lower, c.needs()
		}
	case compute.OpTypeBatchNormForTraining:
		if nz := newNormalization(n); nz != nil && nz.supported(p) {
			u.lower = nz.lowerTraining
			if relu := nz.fuse(p); relu != nil {
				// The unit stands where the normalisation does: the statistics may be needed before the ReLU.
				p.fused[relu] = true
				u.nodes = append(u.nodes, relu)
			}
			p.normalizations[n.outputs[1]] = nz
		}
	case compute.OpTypeBatchNormGradient:
		if nz := newNormalization(n); nz != nil && nz.supported(p) {
			u.lower = nz.lowerGradient
			if inverse := nz.fuseGradient(p, p.normalizations); inverse != nil {
				u.nodes = []*node{inverse, n}
				u.needs = append(slices.Clone(n.inputs[:4]), inverse.inputs[2])
			}
		}
	case compute.OpTypeDotGeneral:
		if d := p.newDot(n); d != nil {
			u.lower = d.lower
		}
	case compute.OpTypeFusedDense:
		if d := p.newDense(n); d != nil {
			u.lower = d.lower
		}
	case compute.OpTypeFusedDenseVJP:
		if n.attrs != nil {
			u.lower = p.lowerDenseVJP(n)
		}
	case compute.OpTypeFusedSoftmax:
		if hasSoftmax(n) {
			u.lower = lowerSoftmax(n)
		}
	case compute.OpTypeRNGBitGenerator:
		if hasRandomBits(n) {
			u.lower = lowerRandomBits(n)
		}
	case compute.OpTypeReduceWindow:
		if c := sumGradientPooling(n); c != nil {
			u.needs, u.lower = []*value{c.dst}, c.lowerSumGradient
		} else if c := reduceWindowPooling(n); c != nil {
			u.lower = c.lowerForward
			if c.kind == dnnl.PoolMax {
				p.maxPools[c.key()] = c
			}
		}
	case compute.OpTypeSelectAndScatterMax:
		if c := selectPooling(n); c != nil {
			forward := p.maxPools[c.key()]
			if forward != nil {
				forward.training = true
				u.needs = append(u.needs, forward.dst) // it must have run
			}
			u.lower = func(p *planner) error { return c.lowerMaxGradient(p, forward) }
		}
	}
}
