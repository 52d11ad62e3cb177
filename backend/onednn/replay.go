package onednn

import (
	"github.com/gomlx/compute"
	"github.com/pkg/errors"
)

// replayer records nodes again on another function, of this package or of another backend.
type replayer struct {
	target compute.Function
	env    map[*value]compute.Value // what each value is on target
	made   map[*value]bool          // those that were replayed, not given
}

func newReplayer(target compute.Function) *replayer {
	return &replayer{target: target, env: make(map[*value]compute.Value), made: make(map[*value]bool)}
}

// lookup finds what values are on the target; nil stays nil.
func (r *replayer) lookup(values []*value) ([]compute.Value, error) {
	out := make([]compute.Value, len(values))
	for i, v := range values {
		if v == nil {
			continue
		}
		got, ok := r.env[v]
		if !ok {
			return nil, errors.Errorf("internal error: output %d of %s was not replayed", v.index, v.node.op)
		}
		out[i] = got
	}
	return out, nil
}

// nodes replays ns in order; parameters must be in env already.
func (r *replayer) nodes(ns []*node) error {
	for _, n := range ns {
		if n.op == compute.OpTypeParameter {
			continue
		}
		if err := r.node(n); err != nil {
			return errors.WithMessagef(err, "replaying %s", n.op)
		}
	}
	return nil
}

func (r *replayer) node(n *node) error {
	in, err := r.lookup(n.inputs)
	if err != nil {
		return err
	}
	var outs []compute.Value
	if n.closures == nil {
		outs, err = n.emit(r.target, in)
	} else {
		outs, err = r.control(n, in)
	}
	if err != nil {
		return err
	}
	for i, v := range n.outputs {
		if v != nil {
			r.env[v], r.made[v] = outs[i], true
		}
	}
	return nil
}

func (r *replayer) control(n *node, in []compute.Value) ([]compute.Value, error) {
	if err := r.protectCaptures(n); err != nil {
		return nil, err
	}
	closures := make([]compute.Function, len(n.closures))
	for i, c := range n.closures {
		var err error
		if closures[i], err = r.closure(c, n.captures); err != nil {
			return nil, err
		}
	}
	switch n.op {
	case compute.OpTypeSort:
		a := n.attrs.(*sortAttrs)
		return r.target.Sort(closures[0], a.axis, a.stable, in...)
	case compute.OpTypeWhile:
		return r.target.While(closures[0], closures[1], in...)
	case compute.OpTypeIf:
		return r.target.If(in[0], closures[0], closures[1])
	}
	return nil, errors.Errorf("internal error: %s has closures", n.op)
}

// protectCaptures puts barriers behind the values that closures of n capture: the Go backend computes binary operations of
// broadcast operands in a smaller shape and broadcasts the result, which closures do not see (see UPSTREAM.md).
func (r *replayer) protectCaptures(n *node) error {
	if _, ours := r.target.(*Function); ours {
		return nil
	}
	for _, v := range n.captures {
		if !r.made[v] {
			continue
		}
		outs, err := r.target.OptimizationBarrier(r.env[v])
		if err != nil {
			return err
		}
		r.env[v], r.made[v] = outs[0], false
	}
	return nil
}

// closure builds c again as a closure of the target, over the same environment. On the Go backend it captures all that the
// closures of its operation capture: the backend gives the memory of what a single one captures away twice (see
// UPSTREAM.md).
func (r *replayer) closure(c *Function, captures []*value) (compute.Function, error) {
	fn, err := r.target.Closure()
	if err != nil {
		return nil, err
	}
	inner := newReplayer(fn)
	for v, got := range r.env {
		inner.env[v] = got
	}
	for _, p := range c.params {
		if inner.env[p], err = fn.Parameter(p.node.attrs.(*parameterAttrs).name, p.shape, nil); err != nil {
			return nil, err
		}
	}
	if _, ours := fn.(*Function); !ours {
		for _, v := range captures {
			if _, err := fn.OptimizationBarrier(inner.env[v]); err != nil {
				return nil, err
			}
		}
	}
	if err := inner.nodes(c.nodes); err != nil {
		return nil, err
	}
	outs, err := inner.lookup(c.outputs)
	if err != nil {
		return nil, err
	}
	return fn, fn.Return(outs, nil)
}
