package onednn

import (
	"math"
	"unsafe"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// padding is an axis that has more elements in memory than in the shape, as channels in blocks of 16 have whose number
// is no multiple of 16. oneDNN wants zeros there, and leaves zeros.
type padding struct{ axis, size, to int }

// padsTo tells whether the chain can be computed in an order with padding, which walks through the padding too: operands
// that are read by element must not be indexed by the padded axis, but vectors along it, which are copied to longer ones.
func (cb *chainBuilder) padsTo(o order) bool {
	if o.padding == nil {
		return true
	}
	for _, in := range cb.inputs {
		if in.access != nil && in.access[o.padding.axis] != 0 && !o.padding.along(in) {
			return false
		}
	}
	return true
}

// along tells whether in is a vector along the padded axis.
func (pad *padding) along(in *chainInput) bool {
	return in.v.shape.Size() == pad.size && in.access != nil && in.access[pad.axis] == 1
}

// paddedVector adds the step that copies a vector to a longer one; the elements beyond it are zeros.
func (p *planner) paddedVector(v *value, to int) *tensor {
	t := p.plain(v)
	size := v.shape.Size() * v.shape.DType.Size()
	long := p.newTensor(shapes.Make(v.shape.DType, to), nil)
	p.addStep(&step{name: "pad vector", reads: []*tensor{t}, writes: []*tensor{long}, run: func(x *execution) error {
		out := unsafe.Slice((*byte)(x.ptr(long)), long.size)
		clear(out[copy(out, unsafe.Slice((*byte)(x.ptr(t)), size)):])
		return nil
	}})
	return long
}

// mask reads a vector along the padded axis, 1 for the elements of the shape and 0 for those beyond.
func (pad *padding) mask(b *kernel.Builder) kernel.Value {
	return b.Binary(kernel.Gt, b.Input(kernel.F32), b.Const(0))
}

// maskTensor is what mask reads.
func (p *planner) maskTensor(pad *padding) *tensor {
	ones := make([]float32, pad.to)
	for i := range pad.size {
		ones[i] = 1
	}
	t := p.newTensor(shapes.Make(dtypes.Float32, pad.to), nil)
	t.place, t.ptr, t.keep = ofConst, unsafe.Pointer(&ones[0]), ones
	return t
}

// neutral is the number that does not change what op reduces to.
func neutral(op kernel.ReduceOp) float32 {
	switch op {
	case kernel.ReduceMax:
		return float32(math.Inf(-1))
	case kernel.ReduceMin:
		return float32(math.Inf(1))
	case kernel.ReduceMul:
		return 1
	}
	return 0
}
