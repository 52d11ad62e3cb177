package onednn

import (
	"math"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// activation is an activation function with a kernel of this package. oneDNN's turn NaN into 0: a network whose weights
// are NaN would show a harmless loss.
type activation struct {
	value func(e expression, x kernel.Value) kernel.Value

	// slope is the derivative, from y = value(x), or from x where compute.ActivationType.VJPRequiresInput says so. At
	// the kinks it is what GoMLX's Go backend has.
	slope func(e expression, from kernel.Value) kernel.Value
}

// expression writes formulas for a kernel.
type expression struct{ *kernel.Builder }

func (e expression) add(x, y kernel.Value) kernel.Value { return e.Binary(kernel.Add, x, y) }
func (e expression) sub(x, y kernel.Value) kernel.Value { return e.Binary(kernel.Sub, x, y) }
func (e expression) mul(x, y kernel.Value) kernel.Value { return e.Binary(kernel.Mul, x, y) }
func (e expression) scaled(x kernel.Value, c float64) kernel.Value {
	return e.mul(x, e.Const(float32(c)))
}
func (e expression) plus(x kernel.Value, c float64) kernel.Value {
	return e.add(x, e.Const(float32(c)))
}
func (e expression) oneMinus(x kernel.Value) kernel.Value { return e.sub(e.Const(1), x) }

// when is x where a op c, else y.
func (e expression) when(op kernel.Op, a kernel.Value, c float64, x, y kernel.Value) kernel.Value {
	return e.Select(e.Binary(op, a, e.Const(float32(c))), x, y)
}

// linear is slope·x + offset, cut off at 0 and 1.
func (e expression) linear(x kernel.Value, slope, offset float64) kernel.Value {
	return e.Clamp(e.Const(0), e.plus(e.scaled(x, slope), offset), e.Const(1))
}

const (
	leakySlope = 0.3
	seluAlpha  = 1.6732632423543772848170429916717
	seluScale  = 1.0507009873554804934193349852946
	geluCubic  = 0.044715
)

// normal is the distribution function of N(0,1).
func normal(e expression, x kernel.Value) kernel.Value {
	return e.scaled(e.plus(e.Unary(kernel.Erf, e.scaled(x, math.Sqrt2/2)), 1), 0.5)
}

// geluTanh is the hyperbolic tangent within the approximate GELU.
func geluTanh(e expression, x kernel.Value) kernel.Value {
	c := math.Sqrt(2 / math.Pi)
	return e.Unary(kernel.Tanh, e.mul(x, e.plus(e.scaled(e.mul(x, x), geluCubic*c), c)))
}

var activations = map[compute.ActivationType]activation{
	compute.ActivationRelu: {
		value: func(e expression, x kernel.Value) kernel.Value { return e.Unary(kernel.Relu, x) },
		slope: nil, // see gradient
	},
	compute.ActivationSigmoid: {
		value: func(e expression, x kernel.Value) kernel.Value { return e.Unary(kernel.Logistic, x) },
		slope: func(e expression, y kernel.Value) kernel.Value { return e.mul(y, e.oneMinus(y)) },
	},
	compute.ActivationTanh: {
		value: func(e expression, x kernel.Value) kernel.Value { return e.Unary(kernel.Tanh, x) },
		slope: func(e expression, y kernel.Value) kernel.Value { return e.oneMinus(e.mul(y, y)) },
	},
	compute.ActivationHardSigmoid: {
		value: func(e expression, x kernel.Value) kernel.Value { return e.linear(x, 0.2, 0.5) },
		slope: func(e expression, y kernel.Value) kernel.Value {
			zero := e.Const(0)
			return e.when(kernel.Gt, y, 0, e.when(kernel.Lt, y, 1, e.Const(0.2), zero), zero)
		},
	},
	compute.ActivationLeakyRelu: {
		value: func(e expression, x kernel.Value) kernel.Value {
			return e.when(kernel.Ge, x, 0, x, e.scaled(x, leakySlope))
		},
		slope: func(e expression, y kernel.Value) kernel.Value {
			return e.when(kernel.Ge, y, 0, e.Const(1), e.Const(leakySlope))
		},
	},
	compute.ActivationSelu: {
		value: func(e expression, x kernel.Value) kernel.Value {
			return e.when(kernel.Gt, x, 0, e.scaled(x, seluScale), e.scaled(e.plus(e.Unary(kernel.Exp, x), -1), seluScale*seluAlpha))
		},
		slope: func(e expression, y kernel.Value) kernel.Value {
			return e.when(kernel.Gt, y, 0, e.Const(seluScale), e.plus(y, seluScale*seluAlpha))
		},
	},
	compute.ActivationSilu: {
		value: func(e expression, x kernel.Value) kernel.Value { return e.mul(x, e.Unary(kernel.Logistic, x)) },
		slope: func(e expression, x kernel.Value) kernel.Value {
			s := e.Unary(kernel.Logistic, x)
			return e.mul(s, e.plus(e.mul(x, e.oneMinus(s)), 1))
		},
	},
	compute.ActivationHardSwish: {
		value: func(e expression, x kernel.Value) kernel.Value { return e.mul(x, e.linear(x, 1.0/6, 0.5)) },
		slope: func(e expression, x kernel.Value) kernel.Value {
			inner := e.plus(e.scaled(x, 1.0/3), 0.5)
			return e.when(kernel.Le, x, -3, e.Const(0), e.when(kernel.Ge, x, 3, e.Const(1), inner))
		},
	},
	compute.ActivationGelu: {
		value: func(e expression, x kernel.Value) kernel.Value { return e.mul(x, normal(e, x)) },
		slope: func(e expression, x kernel.Value) kernel.Value {
			density := e.scaled(e.Unary(kernel.Exp, e.scaled(e.mul(x, x), -0.5)), 1/math.Sqrt(2*math.Pi))
			return e.add(normal(e, x), e.mul(x, density))
		},
	},
	compute.ActivationGeluApproximate: {
		value: func(e expression, x kernel.Value) kernel.Value {
			return e.mul(x, e.scaled(e.plus(geluTanh(e, x), 1), 0.5))
		},
		slope: func(e expression, x kernel.Value) kernel.Value {
			c := math.Sqrt(2 / math.Pi)
			t := geluTanh(e, x)
			inner := e.plus(e.scaled(e.mul(x, x), 3*geluCubic*c), c)
			return e.scaled(e.plus(e.add(t, e.mul(e.mul(x, e.oneMinus(e.mul(t, t))), inner)), 1), 0.5)
		},
	},
}

// apply is the activation of x.
func (a activation) apply(b *kernel.Builder, x kernel.Value) kernel.Value {
	return a.value(expression{b}, x)
}

// gradient is dy·value'(x), with what slope takes.
func (a activation) gradient(b *kernel.Builder, from, dy kernel.Value) kernel.Value {
	if a.slope == nil {
		return b.Binary(kernel.ReluGrad, from, dy) // 0 at 0, as GoMLX, and where dy is infinite or NaN as well
	}
	return b.Binary(kernel.Mul, dy, a.slope(expression{b}, from))
}

// hasActivation tells whether a FusedActivation or FusedActivationVJP node is element-wise with a kernel.
func hasActivation(n *node) bool {
	if _, ok := activations[n.attrs.(*activationAttrs).config.Type]; !ok {
		return false
	}
	for _, v := range elementOperands(n) {
		if v == nil || !isFloat(v.shape.DType) || !v.shape.Equal(n.outputs[0].shape) {
			return false
		}
	}
	return true
}

// geluApproximateVJP records the gradient of the approximate GELU from primitive operations: the Go backend's own is
// wrong where it uses SIMD instructions.
func geluApproximateVJP(fn compute.Function, x, dy compute.Value) (compute.Value, error) {
	l := &lowering{fn: fn}
	s := l.shape(x)
	constant := func(c float64) compute.Value {
		v := l.scalar(s.DType, c)
		return l.do(func() (compute.Value, error) { return fn.BroadcastInDim(v, s, nil) })
	}
	c := math.Sqrt(2 / math.Pi)
	one, square := constant(1), l.mul(x, x)
	t := l.apply1(compute.Function.Tanh, l.mul(x, l.add(l.mul(square, constant(geluCubic*c)), constant(c))))
	inner := l.add(l.mul(square, constant(3*geluCubic*c)), constant(c))
	slope := l.mul(l.add(l.add(one, t), l.mul(l.mul(x, l.sub(one, l.mul(t, t))), inner)), constant(0.5))
	return l.mul(dy, slope), l.err
}
