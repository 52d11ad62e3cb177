package onednn

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
)

// node is one recorded operation. Its outputs are values, its operation-specific parameters are in attrs
// (nil where no kernel of this package reads them), and emit replays it on any other compute.Function.
type node struct {
	id      int
	op      compute.OpType
	fn      *Function
	inputs  []*value // an entry is nil where an optional operand was left out
	outputs []*value // an entry is nil where an optional output does not exist
	attrs   any

	// emit replays the operation; nil for parameters and for the operations with closures, which the
	// replayer knows how to rebuild.
	emit emitFunc

	// closures of a control-flow node and the values that they capture from the functions around them.
	closures []*Function
	captures []*value
}

// emitFunc records one operation on fn with the given operands.
type emitFunc func(fn compute.Function, in []compute.Value) ([]compute.Value, error)

// value is one output of a node; it is what GoMLX holds as a compute.Value.
type value struct {
	node  *node
	index int
	shape shapes.Shape

	// shadow is the same value in the Go backend's builder, which checks operands and infers shapes.
	shadow compute.Value
}

// operands returns the values that must exist before n can run: inputs and captures.
func (n *node) operands() []*value {
	ops := make([]*value, 0, len(n.inputs)+len(n.captures))
	for _, v := range n.inputs {
		if v != nil {
			ops = append(ops, v)
		}
	}
	return append(ops, n.captures...)
}

// parameterAttrs belongs to OpTypeParameter.
type parameterAttrs struct {
	name  string
	index int
}

// constantAttrs belongs to OpTypeConstant; flat is a private copy.
type constantAttrs struct {
	flat any
}
