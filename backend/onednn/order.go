package onednn

import (
	"slices"

	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// order is how a chain walks through its elements: the dimensions of memory, outermost first, each of which is an axis
// of the shape or a part of one.
type order struct {
	dims  []int
	parts []part // of dims; nil: the shape as it is

	padding *padding // nil: none
}

// part says which axis a dimension of memory belongs to, and how many of the axis' elements one step passes.
type part struct{ axis, step int }

// equal tells whether both are the same; nil is row-major order.
func (o *order) equal(other *order) bool {
	if o == nil || other == nil {
		return o == other
	}
	return slices.Equal(o.dims, other.dims) && slices.Equal(o.parts, other.parts)
}

// toRowMajor compiles the copy of a tensor of that shape from this order to row-major order.
func (o *order) toRowMajor(shape shapes.Shape) (*kernel.Copy, error) {
	return kernel.NewCopy(shape.DType.Size(), o.dims, o.access(rowMajorStrides(shape.Dimensions)), rowMajorStrides(o.dims))
}

// access translates an access over the shape's axes.
func (o order) access(a kernel.Access) kernel.Access {
	if a == nil || o.parts == nil {
		return a
	}
	out := make(kernel.Access, len(o.parts))
	for i, p := range o.parts {
		out[i] = a[p.axis] * p.step
	}
	return out
}

// axes translates the axes of a reduction.
func (o order) axes(axes []int) []int {
	if axes == nil || o.parts == nil {
		return axes
	}
	var out []int
	for i, p := range o.parts {
		if slices.Contains(axes, p.axis) {
			out = append(out, i)
		}
	}
	return out
}

// keeps tells whether the axes of dims that are not reduced are walked through in row-major order, with padding only at
// the end.
func (o *order) keeps(axes, dims []int) bool {
	var kept []part
	for _, p := range o.parts {
		if slices.Contains(axes, p.axis) {
			continue
		}
		if o.padding != nil && !slices.Contains(axes, o.padding.axis) && p.axis < o.padding.axis && dims[p.axis] > 1 {
			return false
		}
		kept = append(kept, p)
	}
	return slices.IsSortedFunc(kept, func(a, b part) int {
		if a.axis != b.axis {
			return a.axis - b.axis
		}
		return b.step - a.step
	})
}

// newOrder is the order of memory in a layout; ok is false where the memory has more than the shape's elements, or
// an order that is not known.
func newOrder(dims []int, l *layout) (o order, ok bool) {
	o, ok = paddedOrder(dims, l)
	return o, ok && o.padding == nil
}

// paddedOrder is newOrder where one axis may have more elements in memory than in the shape.
func paddedOrder(dims []int, l *layout) (o order, ok bool) {
	if l == nil {
		return order{dims: dims}, true
	}
	k := l.desc.Layout()
	if l.view.groups > 1 || k.Kind != 2 || len(k.Strides) != len(dims) {
		return o, false
	}
	sizes := l.desc.Dims()
	type piece struct{ part, size, stride int }
	block := slices.Repeat([]int{1}, len(dims))
	var inner []piece
	width := 1
	for _, b := range slices.Backward(k.Blocks) {
		inner = append(inner, piece{part: b.Dim, size: b.Size, stride: width})
		width *= b.Size
		block[b.Dim] *= b.Size
	}
	pieces := inner
	for d, n := range sizes {
		padded := k.Padded[d]
		if padded%block[d] != 0 || padded != n && o.padding != nil {
			return o, false
		}
		if padded != n {
			o.padding = &padding{axis: l.view.perm[d], size: n, to: padded}
		}
		pieces = append(pieces, piece{part: d, size: padded / block[d], stride: k.Strides[d]})
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		if a.stride != b.stride {
			return b.stride - a.stride
		}
		return b.size - a.size
	})
	// Within an axis, a piece passes as many elements as the pieces of it that lie further in have.
	passed := slices.Repeat([]int{1}, len(dims))
	expect := 1
	for _, q := range slices.Backward(pieces) {
		if q.size > 1 && q.stride != expect {
			return o, false // gaps
		}
		expect *= q.size
		o.dims = append(o.dims, q.size)
		o.parts = append(o.parts, part{axis: l.view.perm[q.part], step: passed[q.part]})
		passed[q.part] *= q.size
	}
	slices.Reverse(o.dims)
	slices.Reverse(o.parts)
	return o, true
}

// order chooses the layout to compute in: that of an imported parameter, whose new value should be in it too, or that of
// most operands that have all elements.
func (cb *chainBuilder) order() (order, *layout) {
	type vote struct {
		l        *layout
		order    order
		count    int
		imported bool
	}
	plain := &vote{order: order{dims: cb.dims}}
	votes := []*vote{plain}
	for _, in := range cb.inputs {
		if in.access != nil || len(cb.p.env[in.v].versions) == 0 || cb.p.followsLayout(in.v) {
			continue
		}
		t := cb.p.tensor(in.v)
		i := slices.IndexFunc(votes, func(v *vote) bool { return v.l.equal(t.layout) })
		if i < 0 {
			o, ok := paddedOrder(cb.dims, t.layout)
			if !ok || cb.axes != nil && !o.keeps(cb.axes, cb.dims) || !cb.padsTo(o) {
				continue
			}
			i = len(votes)
			votes = append(votes, &vote{l: t.layout, order: o})
		}
		votes[i].count++
		votes[i].imported = votes[i].imported || t.source != nil
	}
	if cb.mixed() {
		return plain.order, nil
	}
	best := plain
	for _, v := range votes[1:] {
		if v.imported {
			return v.order, v.l
		}
		if v.count > best.count || v.count == best.count && v.order.padding == nil {
			best = v
		}
	}
	return best.order, best.l
}

// mixed tells whether the chain's tensors are of different types: a layout is of one type.
func (cb *chainBuilder) mixed() bool {
	t := cb.nodes[0].outputs[0].shape.DType
	for _, in := range cb.inputs {
		if in.access == nil && in.v.shape.DType != t {
			return true
		}
	}
	for _, n := range cb.nodes {
		if n.outputs[0].shape.DType != t {
			return true
		}
	}
	return false
}
