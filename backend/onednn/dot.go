package onednn

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/dnnl"
	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// matmulWork is from how many multiplications on a product is worth the way to oneDNN.
const matmulWork = 1 << 12

// matrix is a row-major tensor seen as a stack of matrices: each of the three lists of axes is walked by one stride.
type matrix struct {
	v             *value
	batch         []int // dimensions
	batchStrides  []int
	rows, columns axisRun
}

// axisRun is a list of axes joined to one.
type axisRun struct{ size, stride int }

// joinAxes joins axes of a row-major tensor in the given order; ok is false if no single stride walks through them.
func joinAxes(shape shapes.Shape, axes []int) (r axisRun, ok bool) {
	strides := rowMajorStrides(shape.Dimensions)
	r = axisRun{1, 1}
	for _, a := range slices.Backward(axes) {
		n := shape.Dimensions[a]
		switch {
		case n == 1:
			continue
		case r.size == 1:
			r = axisRun{n, strides[a]}
		case strides[a] == r.stride*r.size:
			r.size *= n
		default:
			return r, false
		}
	}
	return r, true
}

// newMatrix sees v as matrices with the given axes as batch, rows and columns.
func newMatrix(v *value, batch, rows, columns []int) (m matrix, ok bool) {
	m.v = v
	strides := rowMajorStrides(v.shape.Dimensions)
	m.batch, m.batchStrides = pick(v.shape.Dimensions, batch), pick(strides, batch)
	var okRows, okColumns bool
	m.rows, okRows = joinAxes(v.shape, rows)
	m.columns, okColumns = joinAxes(v.shape, columns)
	return m, okRows && okColumns
}

// desc describes the matrices; the strides of a dimension of size 1 do not matter, but oneDNN wants plausible ones.
func (m matrix) desc(p *planner) (*dnnl.MemoryDesc, error) {
	rows, columns := m.rows, m.columns
	if rows.size == 1 {
		rows.stride = max(columns.size*columns.stride, 1)
	}
	if columns.size == 1 && rows.stride == 1 && rows.size > 1 {
		columns.stride = rows.size
	}
	dims := append(slices.Clone(m.batch), rows.size, columns.size)
	strides := append(slices.Clone(m.batchStrides), rows.stride, columns.stride)
	return p.strided(dataTypes[m.v.shape.DType], dims, strides)
}

// product is dst = lhs·rhs + bias, followed by an activation.
type product struct {
	lhs, rhs, dst matrix
	bias          *value // a row, or nil
	activation    compute.ActivationType
}

func (d *product) work() int {
	n := d.lhs.rows.size * d.lhs.columns.size * d.rhs.columns.size
	for _, b := range d.lhs.batch {
		n *= b
	}
	return n
}

func (d *product) lower(p *planner) error {
	var m dnnl.Matmul
	var err error
	if m.Src, err = d.lhs.desc(p); err != nil {
		return err
	}
	if m.Weights, err = d.rhs.desc(p); err != nil {
		return err
	}
	if m.Dst, err = d.dst.desc(p); err != nil {
		return err
	}
	if d.bias != nil {
		dims := slices.Repeat([]int{1}, len(m.Dst.Dims()))
		dims[len(dims)-1] = d.bias.shape.Size()
		if m.Bias, err = p.strided(dataTypes[d.bias.shape.DType], dims, rowMajorStrides(dims)); err != nil {
			return err
		}
	}
	attr := &dnnl.Attr{}
	if p.backend.options.mixed {
		attr.FPMath = dnnl.FPMathBF16
	}
	p.prepare(d.work())
	pd, err := p.backend.engine.Matmul(&m, attr)
	if err != nil {
		return unsupported(err)
	}
	in := args{dnnl.ArgSrc: {p.plain(d.lhs.v), m.Src}, dnnl.ArgWeights: {p.plain(d.rhs.v), m.Weights}}
	if d.bias != nil {
		in[dnnl.ArgBias] = arg{p.plain(d.bias), m.Bias}
	}
	out := p.newTensor(d.dst.v.shape, nil)
	if err := p.addPrimitive("matmul", d.work(), pd, in, args{dnnl.ArgDst: {out, m.Dst}}); err != nil {
		return err
	}
	if d.activation != compute.ActivationNone {
		f := activations[d.activation]
		if out, err = p.elementwise(d.activation.String(), func(b *kernel.Builder, in []kernel.Value) kernel.Value { return f.apply(b, in[0]) }, out); err != nil {
			return err
		}
	}
	p.define(d.dst.v, out)
	return nil
}

// newDot sees a DotGeneral as a product; nil if it is left to the Go backend.
func (p *planner) newDot(n *node) *product {
	a, ok := n.attrs.(*dotAttrs)
	if !ok { // of nothing
		return nil
	}
	lhs, rhs, out := n.inputs[0], n.inputs[1], n.outputs[0]
	if !isFloat(lhs.shape.DType) || rhs.shape.DType != lhs.shape.DType || !isFloat(out.shape.DType) || out.shape.IsZeroSize() || lhs.shape.IsZeroSize() {
		return nil
	}
	if out.shape.DType != lhs.shape.DType && out.shape.DType != dtypes.Float32 {
		return nil
	}
	if t := a.config.AccumulatorDType; t != dtypes.InvalidDType && t != dtypes.Float32 && t != lhs.shape.DType {
		return nil
	}
	d := &product{}
	var okL, okR, okD bool
	free := func(v *value, lists ...[]int) []int {
		used := slices.Concat(lists...)
		var axes []int
		for i := range v.shape.Dimensions {
			if !slices.Contains(used, i) {
				axes = append(axes, i)
			}
		}
		return axes
	}
	lhsFree, rhsFree := free(lhs, a.lhsBatch, a.lhsContracting), free(rhs, a.rhsBatch, a.rhsContracting)
	d.lhs, okL = newMatrix(lhs, a.lhsBatch, lhsFree, a.lhsContracting)
	d.rhs, okR = newMatrix(rhs, a.rhsBatch, a.rhsContracting, rhsFree)
	nb := len(a.lhsBatch)
	d.dst, okD = newMatrix(out, identity(nb), axesFrom(nb, len(lhsFree)), axesFrom(nb+len(lhsFree), len(rhsFree)))
	if !okL || !okR || !okD || nb > 10 || d.work() < matmulWork && !p.backend.options.everything {
		return nil
	}
	return d
}

// newTransposedDot sees n, a Transpose of a DotGeneral that nothing else reads, as one product: gradients of weights are
// written that way. It is nil if it is something else.
func (p *planner) newTransposedDot(n *node) *product {
	t, ok := n.attrs.(*transposeAttrs)
	if !ok || n.inputs[0].node.op != compute.OpTypeDotGeneral || p.isOut[n.inputs[0]] || len(p.uses[n.inputs[0]]) != 1 {
		return nil
	}
	d := p.newDot(n.inputs[0].node)
	if d == nil {
		return nil
	}
	axes := make([]int, len(t.permutation)) // of the product's axes in the result
	for i, axis := range t.permutation {
		axes[axis] = i
	}
	nb, out := len(d.dst.batch), n.outputs[0]
	nl := n.inputs[0].node.inputs[0].shape.Rank() - len(n.inputs[0].node.attrs.(*dotAttrs).lhsContracting)
	if d.dst, ok = newMatrix(out, axes[:nb], axes[nb:nl], axes[nl:]); !ok {
		return nil
	}
	switch {
	case d.dst.columns.stride == 1 || d.dst.columns.size == 1:
	case d.dst.rows.stride == 1:
		d.lhs, d.rhs, d.dst = d.rhs.transposed(), d.lhs.transposed(), d.dst.transposed()
	default:
		return nil
	}
	return d
}

// axesFrom are n axes from the first on.
func axesFrom(first, n int) []int {
	axes := make([]int, n)
	for i := range axes {
		axes[i] = first + i
	}
	return axes
}

// denseMatrices sees the operands of FusedDense as matrices: x [M, K], weights [K, N], y [M, N].
func denseMatrices(x, weights, y *value, layout compute.DenseLayout) (mx, mw, my matrix, ok bool) {
	last := x.shape.Rank() - 1
	var okX, okW, okY bool
	mx, okX = newMatrix(x, nil, identity(last), []int{last})
	nw := weights.shape.Rank() - 1
	if layout == compute.DenseLayoutInputOutputs {
		mw, okW = newMatrix(weights, nil, []int{0}, axesFrom(1, nw))
	} else {
		mw, okW = newMatrix(weights, nil, []int{nw}, identity(nw))
	}
	my, okY = newMatrix(y, nil, identity(last), axesFrom(last, nw))
	return mx, mw, my, okX && okW && okY
}

// transposed exchanges rows and columns.
func (m matrix) transposed() matrix {
	m.rows, m.columns = m.columns, m.rows
	return m
}

// newDense sees a FusedDense as a product; nil if it is left to the Go backend.
func (p *planner) newDense(n *node) *product {
	c := n.attrs.(*denseAttrs).config
	x, w, bias, y := n.inputs[0], n.inputs[1], n.inputs[2], n.outputs[0]
	if !sameFloats(x, w, bias, y) || x.shape.Rank() < 1 || w.shape.Rank() < 2 {
		return nil
	}
	d := &product{bias: bias, activation: c.Activation.Type}
	if _, ok := activations[c.Activation.Type]; !ok && c.Activation.Type != compute.ActivationNone {
		return nil
	}
	var ok bool
	d.lhs, d.rhs, d.dst, ok = denseMatrices(x, w, y, c.WeightLayout)
	if !ok || d.work() < matmulWork && !p.backend.options.everything {
		return nil
	}
	return d
}

// sameFloats tells whether the values, nil ones aside, are of one type that kernels here compute in and not empty.
func sameFloats(values ...*value) bool {
	t := values[0].shape.DType
	for _, v := range values {
		if v != nil && (v.shape.DType != t || v.shape.IsZeroSize()) {
			return false
		}
	}
	return isFloat(t)
}

// lowerDenseVJP adds the steps of FusedDenseVJP: with d = dy·f'(y), dx = d·Wᵀ, dW = xᵀ·d, db = Σ d. It returns nil if
// the node is left to the Go backend.
func (p *planner) lowerDenseVJP(n *node) func(p *planner) error {
	c := n.attrs.(*denseAttrs).config
	x, w, y, dy := n.inputs[0], n.inputs[1], n.inputs[3], n.inputs[4]
	f, active := activations[c.Activation.Type]
	if c.Activation.Type != compute.ActivationNone && (!active || c.Activation.Type.VJPRequiresInput()) {
		return nil
	}
	if x == nil || w == nil || dy == nil || active && y == nil || !sameFloats(x, w, dy) || x.shape.Rank() < 1 || w.shape.Rank() < 2 {
		return nil
	}
	mx, mw, my, ok := denseMatrices(x, w, dy, c.WeightLayout)
	forward := product{lhs: mx, rhs: mw, dst: my}
	if !ok || forward.work() < matmulWork && !p.backend.options.everything {
		return nil
	}
	return func(p *planner) error {
		if active {
			t, err := p.elementwise(c.Activation.Type.String()+" gradient", func(b *kernel.Builder, in []kernel.Value) kernel.Value {
				return f.gradient(b, in[0], in[1])
			}, p.plain(y), p.plain(dy))
			if err != nil {
				return err
			}
			d := &value{node: n, shape: dy.shape}
			p.define(d, t)
			my.v = d
		}
		out := n.outputs
		if v := out[0]; v != nil && p.needed(v) {
			dx := mx
			dx.v = v
			if err := (&product{lhs: my, rhs: mw.transposed(), dst: dx}).lower(p); err != nil {
				return err
			}
		}
		if v := out[1]; v != nil && p.needed(v) {
			// The result is row-major as the weights are, whichever of the two layouts that is.
			dw := mw
			dw.v = v
			pr := &product{lhs: mx.transposed(), rhs: my, dst: dw}
			if c.WeightLayout == compute.DenseLayoutOutputsInput {
				pr = &product{lhs: my.transposed(), rhs: mx, dst: dw.transposed()}
			}
			if err := pr.lower(p); err != nil {
				return err
			}
		}
		if v := out[2]; v != nil && p.needed(v) {
			return p.sumRows(my, v)
		}
		return nil
	}
}

// needed tells whether v is an output or an operand of a unit.
func (p *planner) needed(v *value) bool { return p.isOut[v] || len(p.users[v]) > 0 }

// sumRows adds the step that sums a matrix over its rows.
func (p *planner) sumRows(m matrix, out *value) error {
	b := kernel.NewBuilder()
	b.Reduce(kernelTypes[out.shape.DType], kernel.ReduceSum, b.Input(kernelTypes[m.v.shape.DType]), 1)
	prog, err := b.Compile([]int{m.rows.size, m.columns.size}, []kernel.Access{nil}, []int{0})
	if err != nil {
		return err
	}
	t := p.newTensor(out.shape, nil)
	s := &step{name: "reduce", detail: "ReduceSum", reads: []*tensor{p.plain(m.v)}, writes: []*tensor{t}}
	team := p.backend.team
	s.run = func(x *execution) error {
		writes, reads := x.pointers(s)
		prog.Run(team, writes, reads)
		return nil
	}
	p.addStep(s)
	p.define(out, t)
	return nil
}
