package onednn

import (
	"unsafe"

	"github.com/gomlx/compute/dtypes"
)

// hasArgMinMax tells whether an ArgMinMax has a kernel here: over the last axis of float32, into int32, as predicted
// classes are.
func hasArgMinMax(n *node) bool {
	a, x, out := n.attrs.(*argMinMaxAttrs), n.inputs[0].shape, n.outputs[0].shape
	return a.axis == x.Rank()-1 && x.DType == dtypes.Float32 && out.DType == dtypes.Int32 && !x.IsZeroSize()
}

// lowerArgMinMax adds the step of an ArgMinMax. Of equal values the first counts and of NaNs, which are before all
// numbers, the last, as on the Go backend.
func lowerArgMinMax(n *node) func(p *planner) error {
	return func(p *planner) error {
		in, out := p.plain(n.inputs[0]), p.newTensor(n.outputs[0].shape, nil)
		rows := out.shape.Size()
		size, isMin := in.shape.Size()/rows, n.attrs.(*argMinMaxAttrs).isMin
		s := &step{name: "argmax", detail: n.inputs[0].shape.String(), reads: []*tensor{in}, writes: []*tensor{out}}
		s.run = func(x *execution) error {
			argMinMax(unsafe.Slice((*int32)(x.ptr(out)), rows), unsafe.Slice((*float32)(x.ptr(in)), rows*size), isMin)
			return nil
		}
		p.addStep(s)
		p.define(n.outputs[0], out)
		return nil
	}
}

// argMinMax writes for each row of x, of which there are as many as elements of to, where its least or largest is.
func argMinMax(to []int32, x []float32, isMin bool) {
	size := len(x) / len(to)
	for i := range to {
		row := x[i*size : (i+1)*size]
		best, at := row[0], 0
		for j, v := range row {
			if v != v || isMin && v < best || !isMin && v > best {
				best, at = v, j
			}
		}
		to[i] = int32(at)
	}
}
