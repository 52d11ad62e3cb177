package onednn

import (
	"reflect"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/notimplemented"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// Function records the operations of the main function, of a named function, or of a closure.
type Function struct {
	notimplemented.Function
	builder  *Builder
	parent   *Function
	name     string
	shadow   compute.Function
	params   []*value
	nodes    []*node // in recording order, which is topological
	outputs  []*value
	returned bool

	// known finds the value of this function that an equal expression was recorded as.
	known map[compute.Value]*value
}

var _ compute.Function = (*Function)(nil)

func newFunction(b *Builder, parent *Function, name string, shadow compute.Function) *Function {
	f := &Function{builder: b, parent: parent, name: name, shadow: shadow, known: make(map[compute.Value]*value)}
	f.Function.ErrFn = notImplemented
	b.functions = append(b.functions, f)
	return f
}

// Name implements compute.Function.
func (f *Function) Name() string { return f.name }

// Builder implements compute.Function.
func (f *Function) Builder() compute.Builder { return f.builder }

// Parent implements compute.Function.
func (f *Function) Parent() compute.Function {
	if f.parent == nil {
		return nil
	}
	return f.parent
}

// Closure implements compute.Function.
func (f *Function) Closure() (compute.Function, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	shadow, err := f.shadow.Closure()
	if err != nil {
		return nil, err
	}
	return newFunction(f.builder, f, "", shadow), nil
}

// Shape implements compute.Function.
func (f *Function) Shape(v compute.Value) (shapes.Shape, error) { return f.builder.OpShape(v) }

func (f *Function) check() error {
	if f == nil || f.builder == nil {
		return errors.Errorf("function of backend %q is nil", BackendName)
	}
	if f.builder.compiled {
		return errors.Errorf("builder %q has been compiled: it takes no new operation", f.builder.name)
	}
	return nil
}

// encloses tells whether values of f may be used in g: g is f or a closure within f.
func (f *Function) encloses(g *Function) bool {
	for ; g != nil; g = g.parent {
		if g == f {
			return true
		}
	}
	return false
}

// operands checks the values given to an operation; nil stays nil.
func (f *Function) operands(what string, in []compute.Value) ([]*value, []compute.Value, error) {
	if err := f.check(); err != nil {
		return nil, nil, err
	}
	vs, shadows := make([]*value, len(in)), make([]compute.Value, len(in))
	for i, op := range in {
		if op == nil {
			continue
		}
		v, err := f.builder.value(what, op)
		if err != nil {
			return nil, nil, err
		}
		if !v.node.fn.encloses(f) {
			return nil, nil, errors.Errorf("%s: operand #%d belongs to another function", what, i)
		}
		vs[i], shadows[i] = v, v.shadow
	}
	return vs, shadows, nil
}

// record adds an operation. A nil entry of in is an operand left out.
func (f *Function) record(op compute.OpType, attrs any, emit emitFunc, in ...compute.Value) ([]compute.Value, error) {
	inputs, shadows, err := f.operands(op.String(), in)
	if err != nil {
		return nil, err
	}
	outs, err := emit(f.shadow, shadows)
	if err != nil {
		return nil, err
	}
	return f.add(&node{op: op, inputs: inputs, attrs: attrs, emit: emit}, outs)
}

func (f *Function) record1(op compute.OpType, attrs any, emit emitFunc, in ...compute.Value) (compute.Value, error) {
	outs, err := f.record(op, attrs, emit, in...)
	if err != nil {
		return nil, err
	}
	return outs[0], nil
}

// add makes n a node of f whose outputs are those of the shadow, or finds the node that is equal to it.
func (f *Function) add(n *node, outs []compute.Value) ([]compute.Value, error) {
	merged := make([]compute.Value, len(outs))
	isNew := false
	for i, out := range outs {
		if out == nil || reflect.ValueOf(out).IsNil() {
			continue
		}
		if v, ok := f.known[out]; ok {
			merged[i] = v
		} else {
			isNew = true
		}
	}
	if !isNew {
		return merged, nil
	}
	n.id, n.fn = f.builder.nextID, f
	f.builder.nextID++
	n.outputs = make([]*value, len(outs))
	values := make([]compute.Value, len(outs))
	for i, out := range outs {
		if out == nil || reflect.ValueOf(out).IsNil() {
			continue
		}
		shape, err := f.shadow.Shape(out)
		if err != nil {
			return nil, err
		}
		if shape.IsDynamic() {
			f.builder.dynamic = true
		}
		v := &value{node: n, index: i, shape: shape, shadow: out}
		if _, ok := f.known[out]; !ok {
			f.known[out] = v
		}
		n.outputs[i], values[i] = v, v
	}
	f.nodes = append(f.nodes, n)
	return values, nil
}

// Parameter implements compute.Function.
func (f *Function) Parameter(name string, shape shapes.Shape, sharding *compute.ShardingSpec) (compute.Value, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	out, err := f.shadow.Parameter(name, shape, sharding)
	if err != nil {
		return nil, err
	}
	values, err := f.add(&node{op: compute.OpTypeParameter, attrs: &parameterAttrs{name, len(f.params)}}, []compute.Value{out})
	if err != nil {
		return nil, err
	}
	f.params = append(f.params, values[0].(*value))
	return values[0], nil
}

// Constant implements compute.Function.
func (f *Function) Constant(flat any, dims ...int) (compute.Value, error) {
	if reflect.ValueOf(flat).Kind() != reflect.Slice {
		return nil, errors.Errorf("Constant: flat data is a %T, not a slice", flat)
	}
	private := reflect.MakeSlice(reflect.TypeOf(flat), reflect.ValueOf(flat).Len(), reflect.ValueOf(flat).Len())
	reflect.Copy(private, reflect.ValueOf(flat))
	data := private.Interface()
	for _, d := range dims {
		if d < 0 {
			return nil, errors.Errorf("Constant: negative dimension in %v", dims)
		}
	}
	dims = slices.Clone(dims)
	return f.record1(compute.OpTypeConstant, &constantAttrs{data}, func(fn compute.Function, _ []compute.Value) ([]compute.Value, error) {
		return one(fn.Constant(data, dims...))
	})
}

// Return implements compute.Function.
func (f *Function) Return(outputs []compute.Value, shardings []*compute.ShardingSpec) error {
	values, shadows, err := f.operands("Return", outputs)
	if err != nil {
		return err
	}
	if err := f.shadow.Return(shadows, shardings); err != nil {
		return err
	}
	f.outputs, f.returned = values, true
	return nil
}

// one turns the result of an operation with one output into that of an emitFunc.
func one(v compute.Value, err error) ([]compute.Value, error) {
	if err != nil {
		return nil, err
	}
	return []compute.Value{v}, nil
}

// two is one for operations with two outputs.
func two(a, b compute.Value, err error) ([]compute.Value, error) {
	if err != nil {
		return nil, err
	}
	return []compute.Value{a, b}, nil
}

// three is one for operations with three outputs.
func three(a, b, c compute.Value, err error) ([]compute.Value, error) {
	if err != nil {
		return nil, err
	}
	return []compute.Value{a, b, c}, nil
}

// isFloat tells whether t is one of the types that oneDNN and this package's kernels compute in.
func isFloat(t dtypes.DType) bool { return t == dtypes.Float32 || t == dtypes.BFloat16 }
