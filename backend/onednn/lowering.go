package onednn

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// lowering records a formula on fn; the first error sticks and the rest does nothing.
type lowering struct {
	fn  compute.Function
	err error
}

func (l *lowering) apply1(m unaryMethod, x compute.Value) compute.Value {
	return l.do(func() (compute.Value, error) { return m(l.fn, x) })
}

func (l *lowering) apply2(m binaryMethod, a, b compute.Value) compute.Value {
	return l.do(func() (compute.Value, error) { return m(l.fn, a, b) })
}

func (l *lowering) do(f func() (compute.Value, error)) compute.Value {
	if l.err != nil {
		return nil
	}
	v, err := f()
	l.err = err
	return v
}

func (l *lowering) shape(v compute.Value) shapes.Shape {
	if l.err != nil {
		return shapes.Invalid()
	}
	s, err := l.fn.Shape(v)
	l.err = err
	return s
}

func (l *lowering) add(a, b compute.Value) compute.Value { return l.apply2(compute.Function.Add, a, b) }
func (l *lowering) sub(a, b compute.Value) compute.Value { return l.apply2(compute.Function.Sub, a, b) }
func (l *lowering) mul(a, b compute.Value) compute.Value { return l.apply2(compute.Function.Mul, a, b) }
func (l *lowering) div(a, b compute.Value) compute.Value { return l.apply2(compute.Function.Div, a, b) }
func (l *lowering) sqrt(a compute.Value) compute.Value   { return l.apply1(compute.Function.Sqrt, a) }

func (l *lowering) sum(x compute.Value, axes []int) compute.Value {
	return l.do(func() (compute.Value, error) { return l.fn.ReduceSum(x, axes...) })
}

// convert changes the element type of x, if it is another.
func (l *lowering) convert(x compute.Value, t dtypes.DType) compute.Value {
	if l.err != nil || l.shape(x).DType == t {
		return x
	}
	return l.do(func() (compute.Value, error) { return l.fn.ConvertDType(x, t) })
}

// scalar is a constant of type t.
func (l *lowering) scalar(t dtypes.DType, x float64) compute.Value {
	return l.do(func() (compute.Value, error) {
		if t == dtypes.Float64 {
			return l.fn.Constant([]float64{x})
		}
		v, err := l.fn.Constant([]float32{float32(x)})
		if err != nil || t == dtypes.Float32 {
			return v, err
		}
		return l.fn.ConvertDType(v, t)
	})
}

// zerosLike is a tensor of zeros instead of v, or v itself where its size is known only when it runs.
func (l *lowering) zerosLike(v compute.Value) compute.Value {
	shape := l.shape(v)
	if l.err != nil || shape.IsDynamic() {
		return v
	}
	zero := l.convert(l.scalar(dtypes.Float32, 0), shape.DType)
	return l.do(func() (compute.Value, error) { return broadcastInDim(l.fn, zero, shape, nil) })
}

// along broadcasts the vector v along axis of shape.
func (l *lowering) along(v compute.Value, shape shapes.Shape, axis int) compute.Value {
	if l.err != nil {
		return nil
	}
	shape = shape.Clone()
	shape.DType = l.shape(v).DType
	return l.do(func() (compute.Value, error) { return broadcastInDim(l.fn, v, shape, []int{axis}) })
}

// broadcastInDim records a BroadcastInDim. In a closure the Go backend must not merge it with an operation that reads it:
// it does so after it has compiled the closure, which then fails to execute (see UPSTREAM.md). A barrier prevents it.
func broadcastInDim(fn compute.Function, x compute.Value, shape shapes.Shape, axes []int) (compute.Value, error) {
	y, err := fn.BroadcastInDim(x, shape, axes)
	if _, ours := fn.(*Function); ours || err != nil || fn.Parent() == nil {
		return y, err
	}
	outs, err := fn.OptimizationBarrier(y)
	if err != nil {
		return nil, err
	}
	return outs[0], nil
}
