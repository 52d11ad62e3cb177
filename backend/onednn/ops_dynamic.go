package onednn

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
)

// A graph with dynamic axes has no static plan: it is recorded like any other and runs on the Go backend.

// DynamicDimensionSize implements compute.Function.
func (f *Function) DynamicDimensionSize(operand compute.Value, axis int) (compute.Value, error) {
	return f.record1(compute.OpTypeDynamicDimensionSize, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.DynamicDimensionSize(in[0], axis))
	}, operand)
}

// DynamicShape implements compute.Function.
func (f *Function) DynamicShape(operand compute.Value) (compute.Value, error) {
	return f.record1(compute.OpTypeDynamicShape, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.DynamicShape(in[0]))
	}, operand)
}

// dimensionValues returns the operands within specs, and a function that puts others in their place.
func dimensionValues(specs []compute.DynamicDimensionSpec) ([]compute.Value, func([]compute.Value) []compute.DynamicDimensionSpec) {
	specs = slices.Clone(specs)
	values := make([]compute.Value, len(specs))
	for i, s := range specs {
		values[i] = s.Value
	}
	return values, func(in []compute.Value) []compute.DynamicDimensionSpec {
		replaced := slices.Clone(specs)
		for i := range replaced {
			replaced[i].Value = in[i]
		}
		return replaced
	}
}

// DynamicReshape implements compute.Function.
func (f *Function) DynamicReshape(operand compute.Value, dimensions ...compute.DynamicDimensionSpec) (compute.Value, error) {
	values, with := dimensionValues(dimensions)
	return f.record1(compute.OpTypeDynamicReshape, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.DynamicReshape(in[0], with(in[1:])...))
	}, append([]compute.Value{operand}, values...)...)
}

// DynamicBroadcastInDim implements compute.Function.
func (f *Function) DynamicBroadcastInDim(operand compute.Value, broadcastAxes []int, dimensions ...compute.DynamicDimensionSpec) (compute.Value, error) {
	broadcastAxes = slices.Clone(broadcastAxes)
	values, with := dimensionValues(dimensions)
	return f.record1(compute.OpTypeDynamicBroadcastInDim, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.DynamicBroadcastInDim(in[0], broadcastAxes, with(in[1:])...))
	}, append([]compute.Value{operand}, values...)...)
}

// DynamicIota implements compute.Function.
func (f *Function) DynamicIota(dtype dtypes.DType, iotaAxis int, dimensions ...compute.DynamicDimensionSpec) (compute.Value, error) {
	values, with := dimensionValues(dimensions)
	return f.record1(compute.OpTypeDynamicIota, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.DynamicIota(dtype, iotaAxis, with(in)...))
	}, values...)
}

// DynamicPad implements compute.Function.
func (f *Function) DynamicPad(x, fillValue compute.Value, axesConfig ...compute.DynamicPadAxis) (compute.Value, error) {
	axes := slices.Clone(axesConfig)
	operands := []compute.Value{x, fillValue}
	for _, a := range axes {
		operands = append(operands, a.StartValue, a.EndValue, a.InteriorValue)
	}
	return f.record1(compute.OpTypeDynamicPad, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		replaced := slices.Clone(axes)
		for i := range replaced {
			replaced[i].StartValue, replaced[i].EndValue, replaced[i].InteriorValue = in[2+3*i], in[3+3*i], in[4+3*i]
		}
		return one(fn.DynamicPad(in[0], in[1], replaced...))
	}, operands...)
}

// DynamicSlice implements compute.Function.
func (f *Function) DynamicSlice(operand compute.Value, startIndices []compute.Value, sliceDims []int) (compute.Value, error) {
	sliceDims = slices.Clone(sliceDims)
	return f.record1(compute.OpTypeDynamicSlice, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.DynamicSlice(in[0], in[1:], sliceDims))
	}, append([]compute.Value{operand}, startIndices...)...)
}

// DynamicUpdateSlice implements compute.Function.
func (f *Function) DynamicUpdateSlice(operand, update compute.Value, startIndices []compute.Value) (compute.Value, error) {
	return f.record1(compute.OpTypeDynamicUpdateSlice, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.DynamicUpdateSlice(in[0], in[1], in[2:]))
	}, append([]compute.Value{operand, update}, startIndices...)...)
}
