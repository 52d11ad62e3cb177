package onednn

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/notimplemented"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// Builder records a computation.
//
// Every operation is recorded twice: as a typed node of this package, for planning, and in a builder of
// GoMLX's Go backend (the shadow). The shadow checks operands and infers shapes with
// github.com/gomlx/compute/shapeinference exactly as the Go backend does, merges common subexpressions as
// they are recorded, and runs graphs that have no static plan (dynamic shapes, the fallback option).
type Builder struct {
	notimplemented.Builder
	name      string
	backend   *Backend
	shadow    compute.Builder
	main      *Function
	functions []*Function // main, named ones and closures
	nextID    int
	dynamic   bool // some value has a dynamic axis: the shadow runs the graph
	compiled  bool
}

var _ compute.Builder = (*Builder)(nil)

func newBuilder(b *Backend, name string) *Builder {
	bld := &Builder{name: name, backend: b, shadow: b.goBackend.Builder(name)}
	bld.Builder.ErrFn = notImplemented
	bld.main = newFunction(bld, nil, compute.MainName, bld.shadow.Main())
	return bld
}

func notImplemented(op compute.OpType) error {
	return errors.Wrapf(compute.ErrNotImplemented, "operation %s is not in backend %q", op, BackendName)
}

// Name implements compute.Builder.
func (b *Builder) Name() string { return b.name }

// Main implements compute.Builder.
func (b *Builder) Main() compute.Function { return b.main }

// NewFunction implements compute.Builder.
func (b *Builder) NewFunction(name string) (compute.Function, error) {
	if b.compiled {
		return nil, errors.Errorf("builder %q has been compiled: it takes no new function", b.name)
	}
	shadow, err := b.shadow.NewFunction(name)
	if err != nil {
		return nil, err
	}
	return newFunction(b, nil, name, shadow), nil
}

// OpShape implements compute.Builder.
func (b *Builder) OpShape(op compute.Value) (shapes.Shape, error) {
	v, err := b.value("OpShape", op)
	if err != nil {
		return shapes.Invalid(), err
	}
	return v.shape, nil
}

// value checks that op was made by this builder.
func (b *Builder) value(what string, op compute.Value) (*value, error) {
	v, ok := op.(*value)
	if !ok || v == nil {
		return nil, errors.Errorf("%s: operand is a %T, not a value of backend %q", what, op, BackendName)
	}
	if v.node.fn.builder != b {
		return nil, errors.Errorf("%s: operand belongs to builder %q, not to %q", what, v.node.fn.builder.name, b.name)
	}
	return v, nil
}

// Compile implements compute.Builder.
func (b *Builder) Compile() (compute.Executable, error) {
	if b.compiled {
		return nil, errors.Errorf("builder %q has already been compiled", b.name)
	}
	if !b.main.returned {
		return nil, errors.Errorf("builder %q: main function has not returned its outputs", b.name)
	}
	b.backend.compiling.RLock()
	defer b.backend.compiling.RUnlock()
	if b.backend.IsFinalized() {
		return nil, errors.WithStack(errFinalized)
	}
	b.compiled = true
	return compile(b)
}
