package onednn

import (
	"reflect"
	"slices"

	"github.com/gomlx/compute"
	"github.com/pkg/errors"
)

// FusedActivation implements compute.Function.
func (f *Function) FusedActivation(x compute.Value, cfg compute.ActivationConfig) (compute.Value, error) {
	return f.record1(compute.OpTypeFusedActivation, &activationAttrs{cfg}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.FusedActivation(in[0], cfg))
	}, x)
}

// FusedActivationVJP implements compute.Function.
func (f *Function) FusedActivationVJP(y compute.Value, x compute.Value, dOutput compute.Value, cfg compute.ActivationConfig) (compute.Value, error) {
	return f.record1(compute.OpTypeFusedActivationVJP, &activationAttrs{cfg}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		if cfg.Type == compute.ActivationGeluApproximate {
			return one(geluApproximateVJP(fn, in[1], in[2]))
		}
		return one(fn.FusedActivationVJP(in[0], in[1], in[2], cfg))
	}, y, x, dOutput)
}

// FusedAttentionQKVProjection implements compute.Function.
func (f *Function) FusedAttentionQKVProjection(x compute.Value, wQKV compute.Value, biasQ compute.Value, biasK compute.Value, biasV compute.Value, queryDim int, keyValueDim int) (query, key, value compute.Value, err error) {
	outs, err := f.record(compute.OpTypeFusedAttentionQKVProjection, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return three(fn.FusedAttentionQKVProjection(in[0], in[1], in[2], in[3], in[4], queryDim, keyValueDim))
	}, x, wQKV, biasQ, biasK, biasV)
	if err != nil {
		return nil, nil, nil, err
	}
	return outs[0], outs[1], outs[2], nil
}

// FusedDense implements compute.Function.
func (f *Function) FusedDense(x compute.Value, weight compute.Value, bias compute.Value, options compute.DenseConfig) (compute.Value, error) {
	return f.record1(compute.OpTypeFusedDense, &denseAttrs{options}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.FusedDense(in[0], in[1], in[2], options))
	}, x, weight, bias)
}

// FusedDenseVJP implements compute.Function.
func (f *Function) FusedDenseVJP(x compute.Value, weight compute.Value, bias compute.Value, y compute.Value, dOutput compute.Value, options compute.DenseConfig) (dx, dWeight, dBias compute.Value, err error) {
	if f.isEmpty(x) || f.isEmpty(weight) || f.isEmpty(dOutput) {
		return f.emptyDenseVJP(x, weight, bias, y, dOutput, options)
	}
	outs, err := f.record(compute.OpTypeFusedDenseVJP, &denseAttrs{options}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return three(fn.FusedDenseVJP(in[0], in[1], in[2], in[3], in[4], options))
	}, x, weight, bias, y, dOutput)
	if err != nil {
		return nil, nil, nil, err
	}
	return outs[0], outs[1], outs[2], nil
}

// emptyDenseVJP is FusedDenseVJP where sums are of nothing: the Go backend leaves such results unwritten.
func (f *Function) emptyDenseVJP(x, weight, bias, y, dOutput compute.Value, options compute.DenseConfig) (dx, dWeight, dBias compute.Value, err error) {
	noRows := f.isEmpty(dOutput)
	outs, err := f.record(compute.OpTypeFusedDenseVJP, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		outs, err := three(fn.FusedDenseVJP(in[0], in[1], in[2], in[3], in[4], options))
		if err != nil {
			return nil, err
		}
		l := &lowering{fn: fn}
		for i, v := range outs {
			if v == nil || reflect.ValueOf(v).IsNil() || i == 2 && !noRows {
				continue
			}
			outs[i] = l.zerosLike(v)
		}
		return outs, l.err
	}, x, weight, bias, y, dOutput)
	if err != nil {
		return nil, nil, nil, err
	}
	return outs[0], outs[1], outs[2], nil
}

// FusedLayerNorm implements compute.Function.
func (f *Function) FusedLayerNorm(x compute.Value, axes []int, epsilon float64, gamma compute.Value, beta compute.Value) (compute.Value, error) {
	axes = slices.Clone(axes)
	return f.record1(compute.OpTypeFusedLayerNorm, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.FusedLayerNorm(in[0], axes, epsilon, in[1], in[2]))
	}, x, gamma, beta)
}

// FusedSoftmax implements compute.Function.
func (f *Function) FusedSoftmax(x compute.Value, axis int) (compute.Value, error) {
	return f.record1(compute.OpTypeFusedSoftmax, &softmaxAttrs{axis}, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.FusedSoftmax(in[0], axis))
	}, x)
}

// withValues returns a copy of q with its operands replaced.
func withValues(q *compute.Quantization, scale, zeroPoint compute.Value) *compute.Quantization {
	c := *q
	c.Scale, c.ZeroPoint = scale, zeroPoint
	return &c
}

// FusedQuantizedDense implements compute.Function.
func (f *Function) FusedQuantizedDense(x, weights, bias compute.Value, weightsQuantization *compute.Quantization, activation compute.ActivationType) (compute.Value, error) {
	if weightsQuantization == nil {
		return nil, errors.Errorf("FusedQuantizedDense: the quantization of the weights is nil")
	}
	q := *weightsQuantization
	return f.record1(compute.OpTypeFusedQuantizedDense, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.FusedQuantizedDense(in[0], in[1], in[2], withValues(&q, in[3], in[4]), activation))
	}, x, weights, bias, q.Scale, q.ZeroPoint)
}

// QuantizedEmbeddingLookup implements compute.Function.
func (f *Function) QuantizedEmbeddingLookup(data, indices compute.Value, dataQuantization *compute.Quantization) (compute.Value, error) {
	if dataQuantization == nil {
		return nil, errors.Errorf("QuantizedEmbeddingLookup: the quantization of the data is nil")
	}
	q := *dataQuantization
	return f.record1(compute.OpTypeQuantizedEmbeddingLookup, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		return one(fn.QuantizedEmbeddingLookup(in[0], in[1], withValues(&q, in[2], in[3])))
	}, data, indices, q.Scale, q.ZeroPoint)
}

// FusedScaledDotProductAttention implements compute.Function. It keeps no state for a gradient of its own:
// GoMLX differentiates the decomposed attention.
func (f *Function) FusedScaledDotProductAttention(query, key, val compute.Value, axesLayout compute.AttentionAxesLayout,
	options *compute.ScaledDotProductAttentionConfig) (output compute.Value, statesForVJP []compute.Value, err error) {
	var o compute.ScaledDotProductAttentionConfig
	if options != nil {
		o = *options
	}
	output, err = f.record1(compute.OpTypeFusedScaledDotProductAttention, nil, func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
		given := options
		if options != nil {
			c := o
			c.QuerySeqLen, c.KeyValueSeqLen, c.Bias, c.Mask = in[3], in[4], in[5], in[6]
			given = &c
		}
		out, _, err := fn.FusedScaledDotProductAttention(in[0], in[1], in[2], axesLayout, given)
		return one(out, err)
	}, query, key, val, o.QuerySeqLen, o.KeyValueSeqLen, o.Bias, o.Mask)
	return output, nil, err
}
