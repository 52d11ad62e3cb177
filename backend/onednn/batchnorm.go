package onednn

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/pkg/errors"
)

// batchNormAttrs belongs to the three batch normalisation operations.
type batchNormAttrs struct {
	epsilon float32
	axis    int
}

// BatchNormForInference implements compute.Function:
// scale·(operand - mean)/√(variance + epsilon) + offset, per feature.
func (f *Function) BatchNormForInference(operand, scale, offset, mean, variance compute.Value, epsilon float32, featureAxis int) (compute.Value, error) {
	return f.record1(compute.OpTypeBatchNormForInference, &batchNormAttrs{epsilon, featureAxis},
		func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
			l := &batchNorm{lowering: lowering{fn: fn}, epsilon: epsilon, axis: featureAxis}
			return one(l.inference(in[0], in[1], in[2], in[3], in[4]))
		}, operand, scale, offset, mean, variance)
}

// BatchNormForTraining implements compute.Function. The variance is that of the batch (biased).
func (f *Function) BatchNormForTraining(operand, scale, offset compute.Value, epsilon float32, featureAxis int) (normalized, batchMean, batchVariance compute.Value, err error) {
	outs, err := f.record(compute.OpTypeBatchNormForTraining, &batchNormAttrs{epsilon, featureAxis},
		func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
			l := &batchNorm{lowering: lowering{fn: fn}, epsilon: epsilon, axis: featureAxis}
			return three(l.training(in[0], in[1], in[2]))
		}, operand, scale, offset)
	if err != nil {
		return nil, nil, nil, err
	}
	return outs[0], outs[1], outs[2], nil
}

// BatchNormGradient implements compute.Function: the gradient of BatchNormForTraining through the batch's
// statistics.
func (f *Function) BatchNormGradient(operand, scale, mean, variance, gradOutput compute.Value, epsilon float32, featureAxis int) (gradOperand, gradScale, gradOffset compute.Value, err error) {
	outs, err := f.record(compute.OpTypeBatchNormGradient, &batchNormAttrs{epsilon, featureAxis},
		func(fn compute.Function, in []compute.Value) ([]compute.Value, error) {
			l := &batchNorm{lowering: lowering{fn: fn}, epsilon: epsilon, axis: featureAxis}
			return three(l.gradient(in[0], in[1], in[2], in[3], in[4]))
		}, operand, scale, mean, variance, gradOutput)
	if err != nil {
		return nil, nil, nil, err
	}
	return outs[0], outs[1], outs[2], nil
}

// batchNorm lowers batch normalisation to primitive operations (Ioffe and Szegedy 2015, arXiv:1502.03167).
// Half-precision operands are computed in float32.
type batchNorm struct {
	lowering
	epsilon float32
	axis    int

	given   shapes.Shape // of the operand
	compute dtypes.DType // type of the arithmetic
	axes    []int        // all but the feature axis
	count   float64      // elements a feature
}

// prepare checks the operand and its per-feature vectors, and returns the operand in the arithmetic's type.
func (l *batchNorm) prepare(what string, x compute.Value, vectors ...compute.Value) compute.Value {
	s := l.shape(x)
	if l.err != nil {
		return nil
	}
	if l.axis < 0 || l.axis >= s.Rank() {
		l.err = errors.Errorf("%s: feature axis %d is not one of operand %s", what, l.axis, s)
		return nil
	}
	if !s.DType.IsFloat() {
		l.err = errors.Errorf("%s: operand %s is not of a float type", what, s)
		return nil
	}
	if s.IsDynamic() {
		l.err = errors.Wrapf(compute.ErrNotImplemented, "%s of an operand with dynamic axes %s", what, s)
		return nil
	}
	for _, v := range vectors {
		if vs := l.shape(v); l.err == nil && (vs.Rank() != 1 || vs.Dimensions[0] != s.Dimensions[l.axis] || !vs.DType.IsFloat()) {
			l.err = errors.Errorf("%s: %s does not hold one float for each of the %d features of operand %s", what, vs, s.Dimensions[l.axis], s)
			return nil
		}
	}
	l.given, l.compute = s, s.DType
	if s.DType == dtypes.BFloat16 || s.DType == dtypes.Float16 {
		l.compute = dtypes.Float32
	}
	l.count = 1
	for a, d := range s.Dimensions {
		if a != l.axis {
			l.axes = append(l.axes, a)
			l.count *= float64(d)
		}
	}
	return l.convert(x, l.compute)
}

// broadcast spreads a per-feature vector over the operand's shape, in the arithmetic's type.
func (l *batchNorm) broadcast(v compute.Value) compute.Value {
	return l.along(l.convert(v, l.compute), l.given, l.axis)
}

func (l *batchNorm) total(x compute.Value) compute.Value {
	if len(l.axes) == 0 {
		return x
	}
	return l.sum(x, l.axes)
}

// deviation is √(variance + epsilon).
func (l *batchNorm) deviation(variance compute.Value) compute.Value {
	v := l.convert(variance, l.compute)
	s := l.shape(v)
	eps := l.scalar(l.compute, float64(l.epsilon))
	eps = l.do(func() (compute.Value, error) { return broadcastInDim(l.fn, eps, s, nil) })
	return l.sqrt(l.add(v, eps))
}

func (l *batchNorm) normalize(x, scale, offset, mean, variance compute.Value) compute.Value {
	factor := l.div(l.convert(scale, l.compute), l.deviation(variance))
	y := l.add(l.mul(l.sub(x, l.broadcast(mean)), l.broadcast(factor)), l.broadcast(offset))
	return l.convert(y, l.given.DType)
}

func (l *batchNorm) inference(x, scale, offset, mean, variance compute.Value) (compute.Value, error) {
	x = l.prepare("BatchNormForInference", x, scale, offset, mean, variance)
	y := l.normalize(x, scale, offset, mean, variance)
	return y, l.err
}

func (l *batchNorm) training(x, scale, offset compute.Value) (y, mean, variance compute.Value, err error) {
	x = l.prepare("BatchNormForTraining", x, scale, offset)
	n := l.scalar(l.compute, max(l.count, 1))
	features := shapes.Shape{}
	if l.err == nil {
		features = shapes.Make(l.compute, l.given.Dimensions[l.axis])
	}
	n = l.do(func() (compute.Value, error) { return broadcastInDim(l.fn, n, features, nil) })
	mean = l.div(l.total(x), n)
	centred := l.sub(x, l.broadcast(mean))
	variance = l.div(l.total(l.mul(centred, centred)), n)
	y = l.normalize(x, scale, offset, mean, variance)
	if t := l.shape(scale).DType; l.err == nil {
		mean, variance = l.convert(mean, t), l.convert(variance, t)
	}
	return y, mean, variance, l.err
}

// gradient: with x̂ = (x - mean)/σ, dScale = Σ dy·x̂, dOffset = Σ dy,
// dx = scale/σ · (dy - (dOffset + x̂·dScale)/n).
func (l *batchNorm) gradient(x, scale, mean, variance, dy compute.Value) (dx, dScale, dOffset compute.Value, err error) {
	x = l.prepare("BatchNormGradient", x, scale, mean, variance)
	if s := l.shape(dy); l.err == nil && !s.EqualDimensions(l.given) {
		return nil, nil, nil, errors.Errorf("BatchNormGradient: gradient %s and operand %s differ in shape", s, l.given)
	}
	dy = l.convert(dy, l.compute)
	sigma := l.deviation(variance)
	normalized := l.div(l.sub(x, l.broadcast(mean)), l.broadcast(sigma))
	dOffset = l.total(dy)
	dScale = l.total(l.mul(dy, normalized))
	n := l.scalar(l.compute, 1/max(l.count, 1))
	spread := l.add(l.broadcast(dOffset), l.mul(normalized, l.broadcast(dScale)))
	n = l.do(func() (compute.Value, error) {
		s := l.given.Clone()
		s.DType = l.compute
		return broadcastInDim(l.fn, n, s, nil)
	})
	dx = l.sub(dy, l.mul(spread, n))
	dx = l.mul(dx, l.broadcast(l.div(l.convert(scale, l.compute), sigma)))
	dx = l.convert(dx, l.given.DType)
	if t := l.shape(scale).DType; l.err == nil {
		dScale, dOffset = l.convert(dScale, t), l.convert(dOffset, t)
	}
	return dx, dScale, dOffset, l.err
}
