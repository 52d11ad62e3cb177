package onednn

import (
	"github.com/gomlx/compute"
	"github.com/pkg/errors"
)

// sortAttrs belongs to OpTypeSort.
type sortAttrs struct {
	axis   int
	stable bool
}

// closure checks that fn is a finished closure of f.
func (f *Function) closure(what string, fn compute.Function) (*Function, error) {
	c, ok := fn.(*Function)
	if !ok || c == nil {
		return nil, errors.Errorf("%s: closure is a %T, not a function of backend %q", what, fn, BackendName)
	}
	if c.parent != f {
		return nil, errors.Errorf("%s: function %q is not a closure of the function that uses it", what, c.name)
	}
	if !c.returned {
		return nil, errors.Errorf("%s: closure has not returned its outputs", what)
	}
	return c, nil
}

// control records an operation with closures. In the Go backend's builder it is recorded as a replayer does, which works
// round faults.
func (f *Function) control(op compute.OpType, attrs any, closures []compute.Function, in []compute.Value) ([]compute.Value, error) {
	inputs, shadows, err := f.operands(op.String(), in)
	if err != nil {
		return nil, err
	}
	n := &node{op: op, inputs: inputs, attrs: attrs}
	r := newReplayer(f.shadow)
	for _, fn := range closures {
		c, err := f.closure(op.String(), fn)
		if err != nil {
			return nil, err
		}
		n.closures = append(n.closures, c)
		n.captures = appendCaptures(n.captures, c, f)
	}
	for _, v := range n.captures {
		r.env[v], r.made[v] = v.shadow, true
	}
	outs, err := r.control(n, shadows)
	if err != nil {
		return nil, err
	}
	return f.add(n, outs)
}

// appendCaptures appends the values of outer, and of what encloses it, that c uses and captures lacks.
func appendCaptures(captures []*value, c, outer *Function) []*value {
	seen := make(map[*value]bool)
	for _, v := range captures {
		seen[v] = true
	}
	visit := func(v *value) {
		if v != nil && !seen[v] && v.node.fn.encloses(outer) {
			seen[v] = true
			captures = append(captures, v)
		}
	}
	for _, n := range c.nodes {
		for _, v := range n.operands() {
			visit(v)
		}
	}
	for _, v := range c.outputs {
		visit(v)
	}
	return captures
}

// Sort implements compute.Function.
func (f *Function) Sort(comparator compute.Function, axis int, isStable bool, inputs ...compute.Value) ([]compute.Value, error) {
	return f.control(compute.OpTypeSort, &sortAttrs{axis, isStable}, []compute.Function{comparator}, inputs)
}

// While implements compute.Function.
func (f *Function) While(cond, body compute.Function, initialState ...compute.Value) ([]compute.Value, error) {
	return f.control(compute.OpTypeWhile, nil, []compute.Function{cond, body}, initialState)
}

// If implements compute.Function.
func (f *Function) If(pred compute.Value, trueBranch, falseBranch compute.Function) ([]compute.Value, error) {
	return f.control(compute.OpTypeIf, nil, []compute.Function{trueBranch, falseBranch}, []compute.Value{pred})
}

// Call implements compute.Function. The called function's operations are recorded again in f, so that they
// take part in its plan.
func (f *Function) Call(target compute.Function, inputs ...compute.Value) ([]compute.Value, error) {
	t, ok := target.(*Function)
	switch {
	case !ok || t == nil:
		return nil, errors.Errorf("Call: function is a %T, not one of backend %q", target, BackendName)
	case t.builder != f.builder:
		return nil, errors.Errorf("Call: function %q belongs to another builder", t.name)
	case !t.returned:
		return nil, errors.Errorf("Call: function %q has not returned its outputs", t.name)
	case len(inputs) != len(t.params):
		return nil, errors.Errorf("Call: function %q takes %d inputs, got %d", t.name, len(t.params), len(inputs))
	}
	values, _, err := f.operands("Call", inputs)
	if err != nil {
		return nil, err
	}
	r := newReplayer(f)
	for i, p := range t.params {
		if values[i] == nil || !p.shape.Equal(values[i].shape) {
			return nil, errors.Errorf("Call: input #%d of function %q must be a %s", i, t.name, p.shape)
		}
		r.env[p] = inputs[i]
	}
	if err := r.nodes(t.nodes); err != nil {
		return nil, errors.WithMessagef(err, "calling function %q", t.name)
	}
	return r.lookup(t.outputs)
}
