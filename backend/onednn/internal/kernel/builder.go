package kernel

import (
	"errors"
	"fmt"
	"math"
)

// Value is a result of a Builder's method, to be used as operand on the same Builder.
type Value int32

// ReduceOp is an operation that a Program reduces with.
type ReduceOp uint8

const (
	// ReduceSum sums in a fixed order: pairwise over blocks, so that the error grows with the logarithm of the
	// number of terms beyond a few hundred. The sum of nothing is 0.
	ReduceSum ReduceOp = iota
	// ReduceMax gives NaN if a term is NaN; of nothing it is -Inf.
	ReduceMax
	// ReduceMin gives NaN if a term is NaN; of nothing it is +Inf.
	ReduceMin
	// ReduceMul multiplies; the product of nothing is 1.
	ReduceMul
	reduceOpCount
)

// String returns the lower-case name.
func (r ReduceOp) String() string {
	if r < reduceOpCount {
		return [...]string{"sum", "max", "min", "mul"}[r]
	}
	return fmt.Sprintf("ReduceOp(%d)", uint8(r))
}

// Builder records a graph of element-wise operations. Its methods never fail: the first mistake is reported by
// Compile. Equal expressions are recorded once.
type Builder struct {
	exprs   []expr
	index   map[expr]Value
	inputs  []DType
	outputs []output
	err     error
}

// expr is an input (in >= 0), a constant (op unused) or an operation.
type expr struct {
	kind    exprKind
	op      Op
	code    code
	lane    lane
	bits    uint32 // of a constant, number of an input
	a, b, c Value
}

type exprKind uint8

const (
	exprInput exprKind = iota
	exprConst
	exprOp
)

// output is a value stored whole or reduced.
type output struct {
	v      Value
	dtype  DType
	reduce bool
	op     ReduceOp
	scale  float32
}

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder { return &Builder{index: map[expr]Value{}} }

func (b *Builder) fail(format string, args ...any) Value {
	if b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
	return -1
}

func (b *Builder) add(e expr) Value {
	if v, ok := b.index[e]; ok {
		return v
	}
	v := Value(len(b.exprs))
	b.exprs = append(b.exprs, e)
	b.index[e] = v
	return v
}

func (b *Builder) ok(vs ...Value) bool {
	if b.err != nil {
		return false
	}
	for _, v := range vs {
		if v < 0 || int(v) >= len(b.exprs) {
			b.fail("value %d is not of this builder", v)
			return false
		}
	}
	return true
}

// Input adds an operand in memory; the n-th call is the n-th pointer of Program.Run. F32 and BF16 are f32 in the
// program, Bool is a mask, the others are s32.
func (b *Builder) Input(d DType) Value {
	if d > Bool {
		return b.fail("input of unknown type %s", d)
	}
	b.inputs = append(b.inputs, d)
	return b.add(expr{kind: exprInput, lane: d.lane(), bits: uint32(len(b.inputs) - 1)})
}

// Const is a constant of type f32.
func (b *Builder) Const(x float32) Value {
	return b.add(expr{kind: exprConst, lane: laneF32, bits: math.Float32bits(x)})
}

// ConstS32 is a constant of type s32.
func (b *Builder) ConstS32(x int32) Value {
	return b.add(expr{kind: exprConst, lane: laneS32, bits: uint32(x)})
}

// ConstMask is a constant mask.
func (b *Builder) ConstMask(x bool) Value {
	e := expr{kind: exprConst, lane: laneMask}
	if x {
		e.bits = ^uint32(0)
	}
	return b.add(e)
}

func (b *Builder) apply(op Op, arity int, operand lane, x, y, z Value) Value {
	c, out, ok := op.resolve(operand)
	if !ok || op >= opCount || op.arity() != arity {
		return b.fail("no %s of %d operands of type %s", op, arity, operand)
	}
	return b.add(expr{kind: exprOp, op: op, code: c, lane: out, a: x, b: y, c: z})
}

// Unary applies a unary operation. Conversions to the type that x has already return x.
func (b *Builder) Unary(op Op, x Value) Value {
	if !b.ok(x) {
		return -1
	}
	l := b.exprs[x].lane
	if op == ToF32 && l == laneF32 || op == ToS32 && l == laneS32 || op == ToMask && l == laneMask {
		return x
	}
	return b.apply(op, 1, l, x, -1, -1)
}

// Binary applies a binary operation to operands of one type.
func (b *Builder) Binary(op Op, x, y Value) Value {
	if !b.ok(x, y) {
		return -1
	}
	l := b.exprs[x].lane
	if r := b.exprs[y].lane; r != l {
		return b.fail("%s of %s and %s", op, l, r)
	}
	return b.apply(op, 2, l, x, y, -1)
}

// Select returns x where mask is set, else y; x and y have one type.
func (b *Builder) Select(mask, x, y Value) Value {
	if !b.ok(mask, x, y) {
		return -1
	}
	l, r := b.exprs[x].lane, b.exprs[y].lane
	if m := b.exprs[mask].lane; m != laneMask || l != r {
		return b.fail("select of %s, %s and %s", m, l, r)
	}
	return b.add(expr{kind: exprOp, op: Select, code: code(Select), lane: l, a: mask, b: x, c: y})
}

// Clamp returns Min(Max(lo, x), hi).
func (b *Builder) Clamp(lo, x, hi Value) Value {
	return b.Binary(Min, b.Binary(Max, lo, x), hi)
}

// PowInt returns x^n by repeated multiplication, rounding each time; a negative n is 1/x^-n.
func (b *Builder) PowInt(x Value, n int) Value {
	if n < 0 {
		return b.Binary(Div, b.Const(1), b.PowInt(x, -n))
	}
	result := Value(-1)
	for square := x; n > 0; n >>= 1 {
		if n&1 == 1 {
			if result < 0 {
				result = square
			} else {
				result = b.Binary(Mul, result, square)
			}
		}
		if n > 1 {
			square = b.Binary(Mul, square, square)
		}
	}
	if result < 0 {
		return b.Const(1)
	}
	return result
}

// Output stores v, of the shape compiled for, in row-major order. The n-th call of Output and Reduce is the
// n-th pointer to the results. v must be f32 for F32 and BF16, a mask for Bool, else s32.
func (b *Builder) Output(d DType, v Value) { b.output(output{v: v, dtype: d}) }

// Reduce stores v, of type f32, reduced over the axes given to Compile and multiplied by scale, as F32 or BF16.
// The other axes stay in row-major order.
func (b *Builder) Reduce(d DType, op ReduceOp, v Value, scale float32) {
	if op >= reduceOpCount || d != F32 && d != BF16 {
		b.fail("no reduction %s to %s", op, d)
		return
	}
	b.output(output{v: v, dtype: d, reduce: true, op: op, scale: scale})
}

func (b *Builder) output(o output) {
	if !b.ok(o.v) {
		return
	}
	if l := b.exprs[o.v].lane; o.dtype > Bool || l != o.dtype.lane() {
		b.fail("output of %s as %s", l, o.dtype)
		return
	}
	b.outputs = append(b.outputs, o)
}

// check reports the first mistake, here or before.
func (b *Builder) check(dims []int, in []Access, axes []int) error {
	if b.err != nil {
		return b.err
	}
	if len(b.outputs) == 0 {
		return errors.New("a program without output")
	}
	if len(in) != len(b.inputs) {
		return fmt.Errorf("%d accesses for %d inputs", len(in), len(b.inputs))
	}
	for i, d := range dims {
		if d < 0 {
			return fmt.Errorf("axis %d has size %d", i, d)
		}
	}
	for i, a := range in {
		if a != nil && len(a) != len(dims) {
			return fmt.Errorf("input %d has an access of %d axes for a shape of %d", i, len(a), len(dims))
		}
	}
	seen := make([]bool, len(dims))
	for _, a := range axes {
		if a < 0 || a >= len(dims) || seen[a] {
			return fmt.Errorf("reduction axes %v for a shape of %d axes", axes, len(dims))
		}
		seen[a] = true
	}
	return nil
}

// String returns the name of the type in a lane.
func (l lane) String() string { return [...]string{"f32", "s32", "mask"}[l] }
