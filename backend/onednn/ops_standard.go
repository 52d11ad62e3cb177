package onednn

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// ArgMinMax implements compute.Function.
func (f *Function) ArgMinMax(x compute.Value, axis int, outputDType dtypes.DType, isMin bool) (compute.Value, error) {
	return f.record1(compute.OpTypeArgMinMax, &argMinMaxAttrs{axis, isMin}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.ArgMinMax(in[0], axis, outputDType, isMin))
	}, x)
}

// Bitcast implements compute.Function.
func (f *Function) Bitcast(operand compute.Value, targetDType dtypes.DType) (compute.Value, error) {
	return f.record1(compute.OpTypeBitcast, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Bitcast(in[0], targetDType))
	}, operand)
}

// BroadcastInDim implements compute.Function.
func (f *Function) BroadcastInDim(operand compute.Value, outputShape shapes.Shape, broadcastAxes []int) (compute.Value, error) {
	outputShape = outputShape.Clone()
	broadcastAxes = slices.Clone(broadcastAxes)
	return f.record1(compute.OpTypeBroadcastInDim, &broadcastAttrs{broadcastAxes}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(broadcastInDim(fn, in[0], outputShape, broadcastAxes))
	}, operand)
}

// Clamp implements compute.Function.
func (f *Function) Clamp(min compute.Value, x compute.Value, max compute.Value) (compute.Value, error) {
	return f.record1(compute.OpTypeClamp, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Clamp(in[0], in[1], in[2]))
	}, min, x, max)
}

// ConvGeneral implements compute.Function.
func (f *Function) ConvGeneral(input compute.Value, kernel compute.Value, axes compute.ConvolveAxesConfig, strides []int, paddings [][2]int, inputDilations []int, kernelDilations []int, channelGroupCount int, batchGroupCount int) (compute.Value, error) {
	axes = axes.Clone()
	strides = slices.Clone(strides)
	paddings = slices.Clone(paddings)
	inputDilations = slices.Clone(inputDilations)
	kernelDilations = slices.Clone(kernelDilations)
	a := &convAttrs{axes: axes, strides: strides, paddings: paddings, inputDilations: inputDilations, kernelDilations: kernelDilations,
		channelGroupCount: channelGroupCount, batchGroupCount: batchGroupCount}
	return f.record1(compute.OpTypeConvGeneral, a, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		if err := a.refused(); err != nil {
			return nil, err
		}
		return one(fn.ConvGeneral(in[0], in[1], axes, strides, a.paddings, inputDilations, kernelDilations, channelGroupCount, batchGroupCount))
	}, input, kernel)
}

// ConvertDType implements compute.Function.
func (f *Function) ConvertDType(x compute.Value, dtype dtypes.DType) (compute.Value, error) {
	return f.record1(compute.OpTypeConvertDType, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.ConvertDType(in[0], dtype))
	}, x)
}

// CumSum implements compute.Function.
func (f *Function) CumSum(operand compute.Value, axis int, options compute.CumSumOptions) (compute.Value, error) {
	return f.record1(compute.OpTypeCumSum, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.CumSum(in[0], axis, options))
	}, operand)
}

// DotGeneral implements compute.Function.
func (f *Function) DotGeneral(lhs compute.Value, lhsContractingAxes []int, lhsBatchAxes []int, rhs compute.Value, rhsContractingAxes []int, rhsBatchAxes []int, config compute.DotGeneralConfig) (compute.Value, error) {
	lhsContractingAxes = slices.Clone(lhsContractingAxes)
	lhsBatchAxes = slices.Clone(lhsBatchAxes)
	rhsContractingAxes = slices.Clone(rhsContractingAxes)
	rhsBatchAxes = slices.Clone(rhsBatchAxes)
	if f.isEmpty(lhs) || f.isEmpty(rhs) {
		// The Go backend panics for some of these; the sum of nothing is 0.
		return f.record1(compute.OpTypeDotGeneral, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
			l := &lowering{fn: fn}
			return one(l.zerosLike(l.do(func() (compute.Value, error) {
				return fn.DotGeneral(in[0], lhsContractingAxes, lhsBatchAxes, in[1], rhsContractingAxes, rhsBatchAxes, config)
			})), l.err)
		}, lhs, rhs)
	}
	return f.record1(compute.OpTypeDotGeneral, &dotAttrs{lhsContractingAxes, lhsBatchAxes, rhsContractingAxes, rhsBatchAxes, config}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.DotGeneral(in[0], lhsContractingAxes, lhsBatchAxes, in[1], rhsContractingAxes, rhsBatchAxes, config))
	}, lhs, rhs)
}

// isEmpty tells whether op is a tensor without elements.
func (f *Function) isEmpty(op compute.Value) bool {
	v, ok := op.(*value)
	return ok && v != nil && v.shape.IsZeroSize()
}

// FFT implements compute.Function.
func (f *Function) FFT(operand compute.Value, fftType compute.FFTType, fftLength []int) (compute.Value, error) {
	fftLength = slices.Clone(fftLength)
	return f.record1(compute.OpTypeFFT, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.FFT(in[0], fftType, fftLength))
	}, operand)
}

// Gather implements compute.Function.
func (f *Function) Gather(operand compute.Value, startIndices compute.Value, indexVectorAxis int, offsetOutputAxes []int, collapsedSliceAxes []int, startIndexMap []int, sliceSizes []int, indicesAreSorted bool) (compute.Value, error) {
	offsetOutputAxes = slices.Clone(offsetOutputAxes)
	collapsedSliceAxes = slices.Clone(collapsedSliceAxes)
	startIndexMap = slices.Clone(startIndexMap)
	sliceSizes = slices.Clone(sliceSizes)
	return f.record1(compute.OpTypeGather, &gatherAttrs{indexVectorAxis, offsetOutputAxes, collapsedSliceAxes, startIndexMap, sliceSizes}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Gather(in[0], in[1], indexVectorAxis, offsetOutputAxes, collapsedSliceAxes, startIndexMap, sliceSizes, indicesAreSorted))
	}, operand, startIndices)
}

// Iota implements compute.Function.
func (f *Function) Iota(shape shapes.Shape, iotaAxis int) (compute.Value, error) {
	shape = shape.Clone()
	return f.record1(compute.OpTypeIota, nil, func(fn compute.Function, _ []compute.Value) ([]compute.Value, error) {
		return one(fn.Iota(shape, iotaAxis))
	})
}

// Pad implements compute.Function.
func (f *Function) Pad(x compute.Value, fillValue compute.Value, axesConfig ...compute.PadAxis) (compute.Value, error) {
	axesConfig = slices.Clone(axesConfig)
	if a, ok := x.(*value); ok && a != nil { // the Go backend does not look
		if b, ok := fillValue.(*value); ok && b != nil && (a.shape.DType != b.shape.DType || !b.shape.IsScalar()) {
			return nil, errors.Errorf("Pad: a tensor of type %s cannot be filled with a %s", a.shape.DType, b.shape)
		}
	}
	return f.record1(compute.OpTypePad, &padAttrs{axesConfig}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Pad(in[0], in[1], axesConfig...))
	}, x, fillValue)
}

// RNGBitGenerator implements compute.Function.
func (f *Function) RNGBitGenerator(state compute.Value, shape shapes.Shape) (newState, values compute.Value, err error) {
	shape = shape.Clone()
	outs, err := f.record(compute.OpTypeRNGBitGenerator, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return two(fn.RNGBitGenerator(in[0], shape))
	}, state)
	if err != nil {
		return nil, nil, err
	}
	return outs[0], outs[1], nil
}

// ReduceWindow implements compute.Function.
func (f *Function) ReduceWindow(input compute.Value, reductionType compute.ReduceOpType, windowDimensions []int, strides []int, inputDilations []int, windowDilations []int, paddings [][2]int) (compute.Value, error) {
	windowDimensions = slices.Clone(windowDimensions)
	strides = slices.Clone(strides)
	inputDilations = slices.Clone(inputDilations)
	windowDilations = slices.Clone(windowDilations)
	paddings = slices.Clone(paddings)
	return f.record1(compute.OpTypeReduceWindow, &windowAttrs{reductionType, windowDimensions, strides, inputDilations, windowDilations, paddings}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.ReduceWindow(in[0], reductionType, windowDimensions, strides, inputDilations, windowDilations, paddings))
	}, input)
}

// Reshape implements compute.Function.
func (f *Function) Reshape(x compute.Value, dimensions ...int) (compute.Value, error) {
	dimensions = slices.Clone(dimensions)
	return f.record1(compute.OpTypeReshape, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Reshape(in[0], dimensions...))
	}, x)
}

// Reverse implements compute.Function.
func (f *Function) Reverse(x compute.Value, axes ...int) (compute.Value, error) {
	axes = slices.Clone(axes)
	return f.record1(compute.OpTypeReverse, &reverseAttrs{axes}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Reverse(in[0], axes...))
	}, x)
}

// ScatterMax implements compute.Function.
func (f *Function) ScatterMax(operand compute.Value, scatterIndices compute.Value, updates compute.Value, indexVectorAxis int, updateWindowAxes []int, insertedWindowAxes []int, scatterAxesToOperandAxes []int, indicesAreSorted bool, uniqueIndices bool) (compute.Value, error) {
	updateWindowAxes = slices.Clone(updateWindowAxes)
	insertedWindowAxes = slices.Clone(insertedWindowAxes)
	scatterAxesToOperandAxes = slices.Clone(scatterAxesToOperandAxes)
	return f.record1(compute.OpTypeScatterMax, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.ScatterMax(in[0], in[1], in[2], indexVectorAxis, updateWindowAxes, insertedWindowAxes, scatterAxesToOperandAxes, indicesAreSorted, uniqueIndices))
	}, operand, scatterIndices, updates)
}

// ScatterMin implements compute.Function.
func (f *Function) ScatterMin(operand compute.Value, scatterIndices compute.Value, updates compute.Value, indexVectorAxis int, updateWindowAxes []int, insertedWindowAxes []int, scatterAxesToOperandAxes []int, indicesAreSorted bool, uniqueIndices bool) (compute.Value, error) {
	updateWindowAxes = slices.Clone(updateWindowAxes)
	insertedWindowAxes = slices.Clone(insertedWindowAxes)
	scatterAxesToOperandAxes = slices.Clone(scatterAxesToOperandAxes)
	return f.record1(compute.OpTypeScatterMin, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.ScatterMin(in[0], in[1], in[2], indexVectorAxis, updateWindowAxes, insertedWindowAxes, scatterAxesToOperandAxes, indicesAreSorted, uniqueIndices))
	}, operand, scatterIndices, updates)
}

// ScatterSum implements compute.Function.
func (f *Function) ScatterSum(operand compute.Value, scatterIndices compute.Value, updates compute.Value, indexVectorAxis int, updateWindowAxes []int, insertedWindowAxes []int, scatterAxesToOperandAxes []int, indicesAreSorted bool, uniqueIndices bool) (compute.Value, error) {
	updateWindowAxes = slices.Clone(updateWindowAxes)
	insertedWindowAxes = slices.Clone(insertedWindowAxes)
	scatterAxesToOperandAxes = slices.Clone(scatterAxesToOperandAxes)
	return f.record1(compute.OpTypeScatterSum, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.ScatterSum(in[0], in[1], in[2], indexVectorAxis, updateWindowAxes, insertedWindowAxes, scatterAxesToOperandAxes, indicesAreSorted, uniqueIndices))
	}, operand, scatterIndices, updates)
}

// SelectAndScatterMax implements compute.Function.
func (f *Function) SelectAndScatterMax(operand compute.Value, source compute.Value, windowDimensions []int, windowStrides []int, paddings [][2]int) (compute.Value, error) {
	windowDimensions = slices.Clone(windowDimensions)
	windowStrides = slices.Clone(windowStrides)
	paddings = slices.Clone(paddings)
	return f.record1(compute.OpTypeSelectAndScatterMax, &windowAttrs{window: windowDimensions, strides: windowStrides, paddings: paddings}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.SelectAndScatterMax(in[0], in[1], windowDimensions, windowStrides, paddings))
	}, operand, source)
}

// SelectAndScatterMin implements compute.Function.
func (f *Function) SelectAndScatterMin(operand compute.Value, source compute.Value, windowDimensions []int, windowStrides []int, paddings [][2]int) (compute.Value, error) {
	windowDimensions = slices.Clone(windowDimensions)
	windowStrides = slices.Clone(windowStrides)
	paddings = slices.Clone(paddings)
	return f.record1(compute.OpTypeSelectAndScatterMin, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.SelectAndScatterMin(in[0], in[1], windowDimensions, windowStrides, paddings))
	}, operand, source)
}

// Slice implements compute.Function.
func (f *Function) Slice(x compute.Value, starts []int, limits []int, strides []int) (compute.Value, error) {
	starts = slices.Clone(starts)
	limits = slices.Clone(limits)
	strides = slices.Clone(strides)
	return f.record1(compute.OpTypeSlice, &sliceAttrs{starts, strides}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Slice(in[0], starts, limits, strides))
	}, x)
}

// Transpose implements compute.Function.
func (f *Function) Transpose(x compute.Value, permutation ...int) (compute.Value, error) {
	permutation = slices.Clone(permutation)
	if len(permutation) == 0 {
		return f.Identity(x) // the Go backend returns memory that was never written
	}
	return f.record1(compute.OpTypeTranspose, &transposeAttrs{permutation}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Transpose(in[0], permutation...))
	}, x)
}

// Where implements compute.Function.
func (f *Function) Where(condition compute.Value, onTrue compute.Value, onFalse compute.Value) (compute.Value, error) {
	operands, err := f.emptied(condition, onTrue, onFalse)
	if err != nil {
		return nil, err
	}
	return f.record1(compute.OpTypeWhere, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		v, err := fn.Where(in[0], in[1], in[2])
		if err != nil {
			return nil, err
		}
		l := &lowering{fn: fn}
		if shape := l.shape(v); l.err == nil && shape.IsZeroSize() { // broadcasts of nothing make the Go backend panic
			v = l.zerosLike(v)
		}
		return one(v, l.err)
	}, operands...)
}

// Identity implements compute.Function.
func (f *Function) Identity(x compute.Value) (compute.Value, error) {
	return f.unary(compute.OpTypeIdentity, compute.Function.Identity, x)
}

// Concatenate implements compute.Function.
func (f *Function) Concatenate(axis int, operands ...compute.Value) (compute.Value, error) {
	return f.record1(compute.OpTypeConcatenate, &concatenateAttrs{axis}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.Concatenate(axis, in...))
	}, operands...)
}

// OptimizationBarrier implements compute.Function.
func (f *Function) OptimizationBarrier(operands ...compute.Value) ([]compute.Value, error) {
	return f.record(compute.OpTypeOptimizationBarrier, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return fn.OptimizationBarrier(in...)
	}, operands...)
}

// SchedulingBarrier implements compute.Function.
func (f *Function) SchedulingBarrier(operand compute.Value, dependencies ...compute.Value) (compute.Value, error) {
	return f.record1(compute.OpTypeSchedulingBarrier, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.SchedulingBarrier(in[0], in[1:]...))
	}, append([]compute.Value{operand}, dependencies...)...)
}
