package onednn

import "github.com/gomlx/compute"

type unaryMethod = func(compute.Function, compute.Value) (compute.Value, error)

func (f *Function) unary(op compute.OpType, method unaryMethod, x compute.Value) (compute.Value, error) {
	return f.record1(op, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(method(fn, in[0]))
	}, x)
}

// Abs implements compute.Function.
func (f *Function) Abs(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeAbs, compute.Function.Abs, x)
}

// BitCount implements compute.Function.
func (f *Function) BitCount(operand compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeBitCount, compute.Function.BitCount, operand)
}

// BitwiseNot implements compute.Function.
func (f *Function) BitwiseNot(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeBitwiseNot, compute.Function.BitwiseNot, x)
}

// Ceil implements compute.Function.
func (f *Function) Ceil(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeCeil, compute.Function.Ceil, x)
}

// Clz implements compute.Function.
func (f *Function) Clz(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeClz, compute.Function.Clz, x)
}

// Conj implements compute.Function.
func (f *Function) Conj(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeConj, compute.Function.Conj, x)
}

// Cos implements compute.Function.
func (f *Function) Cos(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeCos, compute.Function.Cos, x)
}

// Erf implements compute.Function.
func (f *Function) Erf(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeErf, compute.Function.Erf, x)
}

// Exp implements compute.Function.
func (f *Function) Exp(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeExp, compute.Function.Exp, x)
}

// Expm1 implements compute.Function.
func (f *Function) Expm1(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeExpm1, compute.Function.Expm1, x)
}

// Floor implements compute.Function.
func (f *Function) Floor(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeFloor, compute.Function.Floor, x)
}

// Imag implements compute.Function.
func (f *Function) Imag(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeImag, compute.Function.Imag, x)
}

// IsFinite implements compute.Function.
func (f *Function) IsFinite(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeIsFinite, compute.Function.IsFinite, x)
}

// IsNaN implements compute.Function.
func (f *Function) IsNaN(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeIsNaN, compute.Function.IsNaN, x)
}

// Log implements compute.Function.
func (f *Function) Log(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeLog, compute.Function.Log, x)
}

// Log1p implements compute.Function.
func (f *Function) Log1p(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeLog1p, compute.Function.Log1p, x)
}

// LogicalNot implements compute.Function.
func (f *Function) LogicalNot(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeLogicalNot, compute.Function.LogicalNot, x)
}

// Logistic implements compute.Function.
func (f *Function) Logistic(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeLogistic, compute.Function.Logistic, x)
}

// Neg implements compute.Function.
func (f *Function) Neg(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeNeg, compute.Function.Neg, x)
}

// Real implements compute.Function.
func (f *Function) Real(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeReal, compute.Function.Real, x)
}

// Round implements compute.Function.
func (f *Function) Round(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeRound, compute.Function.Round, x)
}

// Rsqrt implements compute.Function.
func (f *Function) Rsqrt(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeRsqrt, compute.Function.Rsqrt, x)
}

// Sign implements compute.Function.
func (f *Function) Sign(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeSign, compute.Function.Sign, x)
}

// Sin implements compute.Function.
func (f *Function) Sin(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeSin, compute.Function.Sin, x)
}

// Sqrt implements compute.Function.
func (f *Function) Sqrt(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeSqrt, compute.Function.Sqrt, x)
}

// Tanh implements compute.Function.
func (f *Function) Tanh(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeTanh, compute.Function.Tanh, x)
}
