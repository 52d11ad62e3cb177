package onednn

import (
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"

	"github.com/vicinal-ml/vicinal/backend/onednn/internal/kernel"
)

// chain is a group of element-wise nodes over one shape, and reductions of them over the same axes, that is computed
// in one pass over memory.
type chain struct {
	nodes []*node // in order
	dims  []int   // of the elements
	axes  []int   // that are reduced; nil without reductions
}

var kernelTypes = map[dtypes.DType]kernel.DType{
	dtypes.Float32: kernel.F32, dtypes.BFloat16: kernel.BF16, dtypes.Int32: kernel.S32, dtypes.Bool: kernel.Bool,
}

var unaryKernels = map[compute.OpType]kernel.Op{
	compute.OpTypeNeg: kernel.Neg, compute.OpTypeAbs: kernel.Abs, compute.OpTypeSign: kernel.Sign,
	compute.OpTypeSqrt: kernel.Sqrt, compute.OpTypeRsqrt: kernel.Rsqrt, compute.OpTypeExp: kernel.Exp,
	compute.OpTypeLog: kernel.Log, compute.OpTypeTanh: kernel.Tanh, compute.OpTypeLogistic: kernel.Logistic,
	compute.OpTypeFloor: kernel.Floor, compute.OpTypeCeil: kernel.Ceil, compute.OpTypeRound: kernel.Round,
	compute.OpTypeIsFinite: kernel.IsFinite, compute.OpTypeExpm1: kernel.Expm1, compute.OpTypeLog1p: kernel.Log1p,
	compute.OpTypeErf: kernel.Erf, compute.OpTypeSin: kernel.Sin, compute.OpTypeCos: kernel.Cos,
	compute.OpTypeLogicalNot: kernel.Not,
}

var binaryKernels = map[compute.OpType]kernel.Op{
	compute.OpTypeAdd: kernel.Add, compute.OpTypeSub: kernel.Sub, compute.OpTypeMul: kernel.Mul,
	compute.OpTypeDiv: kernel.Div, compute.OpTypeMax: kernel.Max, compute.OpTypeMin: kernel.Min,
	compute.OpTypePow: kernel.Pow, compute.OpTypeRem: kernel.Rem, compute.OpTypeAtan2: kernel.Atan2,
	compute.OpTypeEqual: kernel.Eq, compute.OpTypeNotEqual: kernel.Ne, compute.OpTypeLessThan: kernel.Lt,
	compute.OpTypeLessOrEqual: kernel.Le, compute.OpTypeGreaterThan: kernel.Gt, compute.OpTypeGreaterOrEqual: kernel.Ge,
	compute.OpTypeLogicalAnd: kernel.And, compute.OpTypeLogicalOr: kernel.Or, compute.OpTypeLogicalXor: kernel.Xor,
}

// intKernels are those of the above that are defined for integers here.
var intKernels = []kernel.Op{kernel.Neg, kernel.Abs, kernel.Sign, kernel.Add, kernel.Sub, kernel.Mul, kernel.Max, kernel.Min,
	kernel.Eq, kernel.Ne, kernel.Lt, kernel.Le, kernel.Gt, kernel.Ge}

var boolKernels = []kernel.Op{kernel.Not, kernel.And, kernel.Or, kernel.Xor, kernel.Eq, kernel.Ne}

var reduceKernels = map[compute.OpType]kernel.ReduceOp{
	compute.OpTypeReduceSum: kernel.ReduceSum, compute.OpTypeReduceMax: kernel.ReduceMax,
	compute.OpTypeReduceMin: kernel.ReduceMin, compute.OpTypeReduceProduct: kernel.ReduceMul,
}

// takes tells whether an operation of that kernel is defined for operands of type t.
func takes(op kernel.Op, t dtypes.DType) bool {
	switch t {
	case dtypes.Int32:
		return slices.Contains(intKernels, op)
	case dtypes.Bool:
		return slices.Contains(boolKernels, op)
	}
	return isFloat(t) && op != kernel.Not && op != kernel.And && op != kernel.Or && op != kernel.Xor
}

// isElementwise tells whether n can be part of a chain over its output's shape.
func isElementwise(n *node) bool {
	for _, v := range n.operands() {
		if _, ok := kernelTypes[v.shape.DType]; !ok || v.shape.IsZeroSize() {
			return false
		}
	}
	if len(n.outputs) != 1 {
		return false
	}
	if _, ok := kernelTypes[n.outputs[0].shape.DType]; !ok {
		return false
	}
	if op, ok := unaryKernels[n.op]; ok {
		return takes(op, n.inputs[0].shape.DType)
	}
	if op, ok := binaryKernels[n.op]; ok {
		return takes(op, n.inputs[0].shape.DType)
	}
	switch n.op {
	case compute.OpTypeWhere, compute.OpTypeBroadcastInDim, compute.OpTypeConvertDType:
		return true
	case compute.OpTypeClamp:
		return isFloat(n.inputs[1].shape.DType)
	case compute.OpTypeFusedActivation, compute.OpTypeFusedActivationVJP:
		return hasActivation(n)
	case compute.OpTypeBatchNormForInference:
		return newNormalization(n) != nil
	}
	return false
}

// isReduction tells whether n can end a chain over its operand's shape.
func isReduction(n *node) bool {
	_, ok := reduceKernels[n.op]
	return ok && isFloat(n.inputs[0].shape.DType) && !n.inputs[0].shape.IsZeroSize()
}

// reducedAxes are the axes of a reduction in ascending order; none given means all.
func reducedAxes(n *node) []int {
	axes := slices.Clone(n.attrs.(*reduceAttrs).axes)
	if len(axes) == 0 {
		axes = identity(n.inputs[0].shape.Rank())
	}
	slices.Sort(axes)
	return axes
}

// elementOperands are the operands that n reads as part of a chain.
func elementOperands(n *node) []*value {
	if n.op == compute.OpTypeFusedActivationVJP {
		if n.attrs.(*activationAttrs).config.Type.VJPRequiresInput() {
			return n.inputs[1:]
		}
		return []*value{n.inputs[0], n.inputs[2]}
	}
	return n.inputs
}

// newChain starts a chain with n.
func newChain(n *node) *chain {
	c := &chain{nodes: []*node{n}}
	if isReduction(n) {
		c.dims, c.axes = n.inputs[0].shape.Dimensions, reducedAxes(n)
	} else {
		c.dims = n.outputs[0].shape.Dimensions
	}
	return c
}

// joins tells whether n, whose operands come from c, can become part of it.
func (c *chain) joins(n *node) bool {
	for _, v := range elementOperands(n) { // what is reduced is known only at the end
		if c.contains(v.node) && isReduction(v.node) {
			return false
		}
	}
	if isReduction(n) {
		if !slices.Equal(c.dims, n.inputs[0].shape.Dimensions) {
			return false
		}
		return c.axes == nil || slices.Equal(c.axes, reducedAxes(n))
	}
	return slices.Equal(c.dims, n.outputs[0].shape.Dimensions)
}

func (c *chain) contains(n *node) bool { return slices.Contains(c.nodes, n) }

// full tells whether an operand of that shape has one element for each of the chain's.
func (c *chain) full(v *value) bool { return slices.Equal(v.shape.Dimensions, c.dims) }

// chainInput is an operand from outside: how an element of it is found.
type chainInput struct {
	v      *value
	access kernel.Access // over the chain's dimensions; nil: all of them in order
	in     kernel.Value
}

// chainBuilder compiles a chain.
type chainBuilder struct {
	*chain
	p      *planner
	b      *kernel.Builder
	values map[*value]kernel.Value
	inputs []*chainInput

	factors map[*node]*value // of batch normalisations
}

// gather lists the operands from outside, without constants of one element.
func (cb *chainBuilder) gather() {
	for _, n := range cb.nodes {
		for _, v := range cb.operands(n) {
			if cb.contains(v.node) {
				continue
			}
			cb.input(v, cb.accessOf(n, v))
		}
	}
}

// operands are the values that n's expression is of.
func (cb *chainBuilder) operands(n *node) []*value {
	if n.op == compute.OpTypeBatchNormForInference {
		return []*value{n.inputs[0], n.inputs[3], cb.factors[n], n.inputs[2]}
	}
	return elementOperands(n)
}

// accessOf is how n reads v.
func (cb *chainBuilder) accessOf(n *node, v *value) kernel.Access {
	switch {
	case n.op == compute.OpTypeBatchNormForInference && v != n.inputs[0]:
		return kernel.BroadcastInDim(v.shape.Dimensions, []int{n.attrs.(*batchNormAttrs).axis}, cb.dims)
	case n.op == compute.OpTypeBroadcastInDim:
		return kernel.BroadcastInDim(v.shape.Dimensions, n.attrs.(*broadcastAttrs).axes, cb.dims)
	case cb.full(v):
		return nil
	case v.shape.Rank() == 0:
		return kernel.Scalar(len(cb.dims))
	}
	return kernel.Broadcast(v.shape.Dimensions, cb.dims)
}

// input finds or adds an operand.
func (cb *chainBuilder) input(v *value, access kernel.Access) *chainInput {
	if cb.full(v) && isDense(access, cb.dims) {
		access = nil
	}
	for _, in := range cb.inputs {
		if in.v == v && (in.access == nil) == (access == nil) && slices.Equal(in.access, access) {
			return in
		}
	}
	in := &chainInput{v: v, access: access, in: -1}
	cb.inputs = append(cb.inputs, in)
	return in
}

// isDense tells whether an access walks through dims in order.
func isDense(a kernel.Access, dims []int) bool {
	for i, s := range rowMajorStrides(dims) {
		if a != nil && dims[i] != 1 && a[i] != s {
			return false
		}
	}
	return true
}

// operand is what n reads from v.
func (cb *chainBuilder) operand(n *node, v *value) kernel.Value {
	if cb.contains(v.node) {
		return cb.values[v]
	}
	if a, ok := v.node.attrs.(*constantAttrs); ok && v.shape.Size() == 1 {
		if x, ok := scalarConstant(a.flat); ok && v.shape.DType != dtypes.Int32 {
			return cb.b.Const(float32(x))
		} else if ok {
			return cb.b.ConstS32(int32(x))
		}
	}
	in := cb.input(v, cb.accessOf(n, v))
	if in.in < 0 {
		in.in = cb.b.Input(kernelTypes[v.shape.DType])
	}
	return in.in
}

// expression is n's value; half-precision results are rounded as if they had been stored.
func (cb *chainBuilder) expression(n *node) kernel.Value {
	b := cb.b
	operands := cb.operands(n)
	ops := make([]kernel.Value, len(operands))
	for i, v := range operands {
		ops[i] = cb.operand(n, v)
	}
	var result kernel.Value
	if op, ok := unaryKernels[n.op]; ok {
		result = b.Unary(op, ops[0])
	} else if op, ok := binaryKernels[n.op]; ok {
		result = b.Binary(op, ops[0], ops[1])
	} else {
		switch n.op {
		case compute.OpTypeWhere:
			result = b.Select(ops[0], ops[1], ops[2])
		case compute.OpTypeClamp:
			result = b.Clamp(ops[0], ops[1], ops[2])
		case compute.OpTypeBroadcastInDim:
			return ops[0]
		case compute.OpTypeBatchNormForInference:
			result = b.Binary(kernel.Add, b.Binary(kernel.Mul, b.Binary(kernel.Sub, ops[0], ops[1]), ops[2]), ops[3])
		case compute.OpTypeConvertDType:
			result = cb.convert(ops[0], n.outputs[0].shape.DType)
		case compute.OpTypeFusedActivation:
			result = activations[n.attrs.(*activationAttrs).config.Type].apply(b, ops[0])
		case compute.OpTypeFusedActivationVJP:
			result = activations[n.attrs.(*activationAttrs).config.Type].gradient(b, ops[0], ops[1])
		}
	}
	if n.outputs[0].shape.DType == dtypes.BFloat16 {
		result = b.Unary(kernel.RoundBF16, result)
	}
	return result
}

func (cb *chainBuilder) convert(x kernel.Value, t dtypes.DType) kernel.Value {
	switch t {
	case dtypes.Bool:
		return cb.b.Unary(kernel.ToMask, x)
	case dtypes.Int32:
		return cb.b.Unary(kernel.ToS32, x)
	}
	return cb.b.Unary(kernel.ToF32, x)
}

// lower adds the chain's step.
func (c *chain) lower(p *planner, needed func(*value) bool) error {
	cb := &chainBuilder{chain: c, p: p, b: kernel.NewBuilder(), values: make(map[*value]kernel.Value), factors: make(map[*node]*value)}
	for _, n := range c.nodes {
		if n.op == compute.OpTypeBatchNormForInference {
			var err error
			if cb.factors[n], err = p.batchNormFactor(n); err != nil {
				return err
			}
		}
	}
	cb.gather()
	order, l := cb.order()
	pad := order.padding
	within := func(x kernel.Value, _ float32) kernel.Value { return x }
	if pad != nil {
		mask := pad.mask(cb.b)
		within = func(x kernel.Value, beyond float32) kernel.Value { return cb.b.Select(mask, x, cb.b.Const(beyond)) }
	}
	var outputs []*value
	for _, n := range c.nodes {
		v := n.outputs[0]
		if op, ok := reduceKernels[n.op]; ok {
			if !needed(v) {
				continue
			}
			cb.b.Reduce(kernelTypes[v.shape.DType], op, within(cb.operand(n, n.inputs[0]), neutral(op)), 1)
			outputs = append(outputs, v)
			continue
		}
		cb.values[v] = cb.expression(n)
		if needed(v) {
			cb.b.Output(kernelTypes[v.shape.DType], within(cb.values[v], 0))
			outputs = append(outputs, v)
		}
	}
	used := slices.DeleteFunc(cb.inputs, func(in *chainInput) bool { return in.in < 0 })
	slices.SortFunc(used, func(a, b *chainInput) int { return int(a.in) - int(b.in) })
	s := &step{name: "elementwise", detail: regionDetail(c.nodes)}
	var accesses []kernel.Access
	if pad != nil {
		along := kernel.Scalar(len(c.dims))
		along[pad.axis] = 1
		accesses = append(accesses, order.access(along))
		s.reads = append(s.reads, p.maskTensor(pad))
	}
	for _, in := range used {
		accesses = append(accesses, order.access(in.access))
	}
	prog, err := cb.b.Compile(order.dims, accesses, order.axes(c.axes))
	if err != nil {
		return errUnsupported
	}
	if c.axes != nil {
		s.name = "reduce"
	}
	overwritable := make(map[*tensor]bool)
	for _, in := range used {
		var t *tensor
		if in.access == nil && l != nil {
			if pad == nil && p.followsLayout(in.v) && !slices.ContainsFunc(used, func(o *chainInput) bool { return o != in && o.v == in.v }) {
				err = p.importAs(in.v, l)
			}
			if err == nil {
				t, err = p.as(in.v, l.view, l.desc)
			}
			if err != nil {
				return err
			}
		} else if pad != nil && pad.along(in) {
			t = p.paddedVector(in.v, pad.to)
		} else {
			t = p.plain(in.v)
		}
		s.reads = append(s.reads, t)
		if _, seen := overwritable[t.root]; !seen {
			overwritable[t.root] = true
		}
		if in.access != nil { // read again for later elements
			overwritable[t.root] = false
		}
	}
	for _, v := range outputs {
		tl := l
		if isReduction(v.node) {
			tl = nil
		}
		t := p.newTensor(v.shape, tl)
		if pad != nil && isReduction(v.node) && !slices.Contains(c.axes, pad.axis) {
			t.size = t.size / pad.size * pad.to
		}
		s.writes = append(s.writes, t)
		for _, in := range s.reads {
			if overwritable[in.root] && tl.equal(in.layout) && !isReduction(v.node) && in.shape.DType.Size() == v.shape.DType.Size() {
				s.sharing = append(s.sharing, [2]*tensor{t, in})
			}
		}
		p.define(v, t)
	}
	team := p.backend.team
	s.run = func(x *execution) error {
		out, in := x.pointers(s)
		prog.Run(team, out, in)
		return nil
	}
	p.addStep(s)
	return nil
}
