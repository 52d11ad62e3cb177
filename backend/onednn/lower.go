package onednn

import (
	"slices"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
)

// unit is what is planned as one: a node with a kernel of its own, perhaps with others that are computed along with
// it, or a node left to the Go backend.
type unit struct {
	nodes []*node // the last one is where the unit stands in the order
	stage int

	// lower adds the steps; nil for the Go backend. It returns errUnsupported, having defined nothing, where it turns
	// out that the library has no kernel: the nodes go to the Go backend, as a region of their own.
	lower func(p *planner) error

	// needs are the values that must exist before the unit runs.
	needs []*value
}

// lower orders the graph and adds its steps.
//
// Units are put into stages so that what the Go backend runs within a stage depends on nothing later: a stage is all
// its units with kernels in recording order, then one region with the rest.
func (p *planner) lower() error {
	units := p.units()
	last := stages(units)
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
				err = p.addRegion(u)
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

// stages numbers the units' stages and returns the last.
func stages(units []*unit) int {
	producer := make(map[*value]*unit)
	last := 0
	for _, u := range units {
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
	p.users = make(map[*value][]*unit)
	var units []*unit
	for i := len(all) - 1; i >= 0; i-- {
		u := all[i]
		if !u.anyOutput(needed) {
			continue
		}
		units = append(units, u)
		for _, v := range u.needs {
			needed[v] = true
			p.users[v] = append(p.users[v], u)
		}
	}
	slices.Reverse(units)
	return units
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

// match finds the kernel for n, if there is one.
func (p *planner) match(u *unit, n *node) {
	switch n.op {
	case compute.OpTypeConvGeneral:
		if c := newConvolution(n); c != nil {
			reads, _ := c.arguments()
			u.needs, u.lower = []*value{reads[0].v, reads[1].v}, c.lower
		}
	case compute.OpTypeBatchNormForInference:
		if nz := newNormalization(n); nz != nil {
			u.lower = nz.lowerInference
		}
	case compute.OpTypeBatchNormForTraining:
		if nz := newNormalization(n); nz != nil {
			u.lower = nz.lowerTraining
		}
	case compute.OpTypeBatchNormGradient:
		if nz := newNormalization(n); nz != nil {
			u.lower = nz.lowerGradient
		}
	case compute.OpTypeFusedActivation:
		if hasActivation(n) {
			u.lower = lowerActivation(n)
		}
	case compute.OpTypeFusedActivationVJP:
		if hasActivation(n) {
			u.lower = lowerActivationVJP(n)
			u.needs = []*value{n.inputs[0], n.inputs[2]}
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
		u.lower = p.lowerDenseVJP(n)
	case compute.OpTypeFusedSoftmax:
		if hasSoftmax(n) {
			u.lower = lowerSoftmax(n)
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
