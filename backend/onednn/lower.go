package onednn

import (
	"github.com/gomlx/compute"
)

// unit is what is planned as one: a node with kernels of its own, perhaps with others that are computed along with
// it, or a node left to the Go backend.
type unit struct {
	nodes []*node // the last one is where the unit stands in the order
	stage int

	// lower adds the steps; nil for the Go backend. It returns errUnsupported, having added nothing, where it turns
	// out that the library has no kernel.
	lower func(p *planner) error
}

// operands are the values that must exist before the unit runs.
func (u *unit) operands() []*value {
	if len(u.nodes) == 1 {
		return u.nodes[0].operands()
	}
	var ops []*value
	for _, n := range u.nodes {
		for _, v := range n.operands() {
			if !u.contains(v.node) {
				ops = append(ops, v)
			}
		}
	}
	return ops
}

func (u *unit) contains(n *node) bool {
	for _, m := range u.nodes {
		if m == n {
			return true
		}
	}
	return false
}

// lower orders the graph and adds its steps.
//
// Units are put into stages so that what the Go backend runs within a stage depends on nothing later: a stage is all
// its units with kernels in recording order, then one region with the rest.
func (p *planner) lower() error {
	units := p.units()
	producer := make(map[*value]*unit)
	last := 0
	for _, u := range units {
		for _, v := range u.operands() {
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
	for stage := 0; stage <= last; stage++ {
		var left []*node
		for _, u := range units {
			if u.stage != stage {
				continue
			}
			if u.lower == nil {
				left = append(left, u.nodes...)
				continue
			}
			err := u.lower(p)
			if err == errUnsupported {
				for _, n := range u.nodes {
					if err = p.addRegion([]*node{n}); err != nil {
						break
					}
				}
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

// lowerRest gives nodes to the Go backend, except those that only rename a tensor.
func (p *planner) lowerRest(nodes []*node) error {
	if p.backend.options.eachItsOwn {
		for _, n := range nodes {
			if err := p.addRegion([]*node{n}); err != nil {
				return err
			}
		}
		return nil
	}
	if len(nodes) == 0 {
		return nil
	}
	return p.addRegion(nodes)
}

// units groups the nodes.
func (p *planner) units() []*unit {
	var units []*unit
	for _, n := range p.nodes {
		u := &unit{nodes: []*node{n}}
		if !p.backend.options.nothing {
			u.lower = p.kernel(n)
		}
		units = append(units, u)
	}
	return units
}

// kernel returns how to lower n, nil for the Go backend.
func (p *planner) kernel(n *node) func(p *planner) error {
	switch n.op {
	case compute.OpTypeInvalid:
	}
	return nil
}
