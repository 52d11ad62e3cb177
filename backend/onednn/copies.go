package onednn

import (
	"slices"
	"unsafe"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// sliceAttrs belongs to OpTypeSlice.
type sliceAttrs struct{ starts, strides []int }

// concatenateAttrs belongs to OpTypeConcatenate.
type concatenateAttrs struct{ axis int }

// strided is one copy of elements between two row-major tensors: dims elements, with steps and first elements.
type strided struct {
	dims               []int
	dst, src           []int // steps, in elements
	dstFirst, srcFirst int
}

// copies are the copies that make up a node that only moves elements, one for each operand; ok is false for other
// nodes.
func copies(n *node) (list []strided, ok bool) {
	if len(n.inputs) == 0 || len(n.outputs) != 1 {
		return nil, false
	}
	out := n.outputs[0].shape
	for _, v := range append(slices.Clone(n.inputs), n.outputs[0]) {
		if v == nil || v.shape.DType.IsPacked() || v.shape.IsZeroSize() {
			return nil, false
		}
	}
	in := n.inputs[0].shape
	src, dst := rowMajorStrides(in.Dimensions), rowMajorStrides(out.Dimensions)
	c := strided{dims: out.Dimensions, src: src, dst: dst}
	switch a := n.attrs.(type) {
	case *transposeAttrs:
		c.src = pick(src, a.permutation)
	case *reverseAttrs:
		c.src = slices.Clone(src)
		for _, axis := range a.axes {
			if c.src[axis] > 0 { // an axis may be named twice
				c.srcFirst += (in.Dimensions[axis] - 1) * src[axis]
				c.src[axis] = -src[axis]
			}
		}
	case *sliceAttrs:
		c.src = slices.Clone(src)
		for axis, start := range a.starts {
			c.srcFirst += start * src[axis]
			if len(a.strides) > 0 {
				c.src[axis] *= a.strides[axis]
			}
		}
	case *concatenateAttrs:
		for _, v := range n.inputs {
			list = append(list, strided{dims: v.shape.Dimensions, src: rowMajorStrides(v.shape.Dimensions), dst: dst, dstFirst: c.dstFirst})
			c.dstFirst += v.shape.Dimensions[a.axis] * dst[a.axis]
		}
		return list, true
	case *padAttrs:
		// The first copy is of the filling, which is read again and again.
		fill := strided{dims: out.Dimensions, src: make([]int, out.Rank()), dst: dst}
		c.dims, c.dst = in.Dimensions, slices.Clone(dst)
		for axis := range in.Rank() {
			var p compute.PadAxis
			if axis < len(a.axes) {
				p = a.axes[axis]
			}
			if p.Start < 0 || p.End < 0 {
				return nil, false
			}
			c.dstFirst += p.Start * dst[axis]
			c.dst[axis] *= p.Interior + 1
		}
		return []strided{fill, c}, true
	default:
		return nil, false
	}
	return []strided{c}, true
}

// movesNothing tells whether n is a Transpose that leaves the elements where they are.
func movesNothing(n *node) bool {
	t, ok := n.attrs.(*transposeAttrs)
	if !ok {
		return false
	}
	var axes []int // of more than one element, in the order of the result
	for _, axis := range t.permutation {
		if n.inputs[0].shape.Dimensions[axis] != 1 {
			axes = append(axes, axis)
		}
	}
	return slices.IsSorted(axes)
}

// lowerCopies adds the steps of a node that only moves elements.
func (p *planner) lowerCopies(n *node, list []strided) error {
	operands := n.inputs
	if n.op == compute.OpTypePad {
		operands = []*value{n.inputs[1], n.inputs[0]}
	}
	size := n.outputs[0].shape.DType.Size()
	compiled := make([]*kernel.Copy, len(list))
	s := &step{name: "move", detail: n.op.String()}
	for i, c := range list {
		var err error
		if compiled[i], err = kernel.NewCopy(size, c.dims, c.dst, c.src); err != nil {
			return errUnsupported
		}
		s.reads = append(s.reads, p.plain(operands[i]))
	}
	out := p.newTensor(n.outputs[0].shape, nil)
	s.writes = []*tensor{out}
	team := p.backend.team
	s.run = func(x *execution) error {
		writes, reads := x.pointers(s)
		for i, c := range list {
			compiled[i].Run(team, unsafe.Add(writes[0], c.dstFirst*size), unsafe.Add(reads[i], c.srcFirst*size))
		}
		return nil
	}
	p.addStep(s)
	p.define(n.outputs[0], out)
	return nil
}

// gatherAttrs belongs to OpTypeGather.
type gatherAttrs struct {
	indexVectorAxis                                int
	offsetOutputAxes, collapsedSliceAxes, startMap []int
	sliceSizes                                     []int
}

// rowGather tells whether a Gather takes whole rows of its operand, by one index each, in the order of the indices: the
// size of a row in bytes, 0 if not.
func rowGather(n *node) int {
	a, ok := n.attrs.(*gatherAttrs)
	if !ok {
		return 0
	}
	data, indices, out := n.inputs[0].shape, n.inputs[1].shape, n.outputs[0].shape
	if t := kernelTypes[indices.DType]; t != kernel.S32 || data.Rank() == 0 || data.IsZeroSize() || out.IsZeroSize() || data.DType.IsPacked() {
		return 0
	}
	rank := indices.Rank()
	if a.indexVectorAxis < rank {
		if a.indexVectorAxis != rank-1 || indices.Dimensions[rank-1] != 1 {
			return 0
		}
		rank--
	}
	if !slices.Equal(a.collapsedSliceAxes, []int{0}) || !slices.Equal(a.startMap, []int{0}) ||
		!slices.Equal(a.offsetOutputAxes, axesFrom(rank, data.Rank()-1)) || a.sliceSizes[0] != 1 ||
		!slices.Equal(a.sliceSizes[1:], data.Dimensions[1:]) {
		return 0
	}
	return shapes.Make(data.DType, data.Dimensions[1:]...).Size() * data.DType.Size()
}

// lowerRowGather adds the step of a Gather of rows.
func lowerRowGather(n *node, size int) func(p *planner) error {
	return func(p *planner) error {
		data, indices := p.plain(n.inputs[0]), p.plain(n.inputs[1])
		out := p.newTensor(n.outputs[0].shape, nil)
		rows, count := data.shape.Dimensions[0], indices.shape.Size()
		s := &step{name: "move", detail: "Gather", reads: []*tensor{data, indices}, writes: []*tensor{out}}
		team := p.backend.team
		s.run = func(x *execution) error {
			writes, reads := x.pointers(s)
			kernel.GatherRows(team, writes[0], reads[0], rows, size, reads[1], kernel.S32, count)
			return nil
		}
		p.addStep(s)
		p.define(n.outputs[0], out)
		return nil
	}
}
