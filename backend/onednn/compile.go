package onednn

import (
	"github.com/gomlx/compute"
	"github.com/pkg/errors"
)

// compile turns the recorded main function into an executable.
func compile(b *Builder) (compute.Executable, error) {
	corrected, err := b.correctGradients()
	if err != nil {
		return nil, errors.WithMessagef(err, "compiling %q", b.name)
	}
	if b.dynamic || b.backend.lib == nil {
		if corrected || len(b.functions) > 1 { // closures need care, see replayer
			if err := b.recordAgain(); err != nil {
				return nil, errors.WithMessagef(err, "compiling %q", b.name)
			}
		}
		return compileOnGo(b)
	}
	p := newPlanner(b.backend, b.main)
	var pl *plan
	// Primitives are made for the number of threads of the thread that makes them, and are timed as they will run.
	err = b.backend.executor.run(func() (err error) {
		pl, err = p.plan()
		return err
	})
	if err != nil {
		p.close()
		return nil, errors.WithMessagef(err, "compiling %q", b.name)
	}
	return newExecutable(b, pl), nil
}

// live returns the nodes of f that its outputs depend on, in recording order, without parameters.
func live(f *Function) []*node {
	needed := make(map[*node]bool)
	var stack []*node
	visit := func(v *value) {
		if v != nil && !needed[v.node] {
			needed[v.node] = true
			stack = append(stack, v.node)
		}
	}
	for _, v := range f.outputs {
		visit(v)
	}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, v := range n.operands() {
			visit(v)
		}
	}
	var nodes []*node
	for _, n := range f.nodes {
		if needed[n] && n.op != compute.OpTypeParameter {
			nodes = append(nodes, n)
		}
	}
	return nodes
}
