package onednn

import (
	"slices"

	"github.com/gomlx/compute"
)

// reduceAttrs belongs to the reductions; axes is as given: empty means all.
type reduceAttrs struct {
	axes []int
}

type reduceMethod = func(compute.Function, compute.Value, ...int) (compute.Value, error)

func (f *Function) reduce(op compute.OpType, method reduceMethod, x compute.Value, axes []int) (compute.Value, error) {
	axes = slices.Clone(axes)
	return f.record1(op, &reduceAttrs{axes}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(method(fn, in[0], axes...))
	}, x)
}

// ReduceBitwiseAnd implements compute.Function.
func (f *Function) ReduceBitwiseAnd(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceBitwiseAnd, compute.Function.ReduceBitwiseAnd, x, axes)
}

// ReduceBitwiseOr implements compute.Function.
func (f *Function) ReduceBitwiseOr(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceBitwiseOr, compute.Function.ReduceBitwiseOr, x, axes)
}

// ReduceBitwiseXor implements compute.Function.
func (f *Function) ReduceBitwiseXor(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceBitwiseXor, compute.Function.ReduceBitwiseXor, x, axes)
}

// ReduceLogicalAnd implements compute.Function.
func (f *Function) ReduceLogicalAnd(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceLogicalAnd, compute.Function.ReduceLogicalAnd, x, axes)
}

// ReduceLogicalOr implements compute.Function.
func (f *Function) ReduceLogicalOr(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceLogicalOr, compute.Function.ReduceLogicalOr, x, axes)
}

// ReduceLogicalXor implements compute.Function.
func (f *Function) ReduceLogicalXor(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceLogicalXor, compute.Function.ReduceLogicalXor, x, axes)
}

// ReduceMax implements compute.Function.
func (f *Function) ReduceMax(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceMax, compute.Function.ReduceMax, x, axes)
}

// ReduceMin implements compute.Function.
func (f *Function) ReduceMin(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceMin, compute.Function.ReduceMin, x, axes)
}

// ReduceProduct implements compute.Function.
func (f *Function) ReduceProduct(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceProduct, compute.Function.ReduceProduct, x, axes)
}

// ReduceSum implements compute.Function.
func (f *Function) ReduceSum(x compute.Value, axes ...int) (compute.Value, error) {
	return f.reduce(compute.OpTypeReduceSum, compute.Function.ReduceSum, x, axes)
}
