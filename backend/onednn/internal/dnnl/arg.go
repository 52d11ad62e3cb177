package dnnl

import "fmt"

// Arg names an argument of an execution: which tensor of the primitive a memory is.
type Arg int32

// The arguments, DNNL_ARG_*. Operations say in their documentation which they take.
const (
	ArgSrc         Arg = 1 // also the source of a reorder, and the first of a binary operation
	ArgSrc1        Arg = 2
	ArgDst         Arg = 17
	ArgWeights     Arg = 33
	ArgBias        Arg = 41
	ArgMean        Arg = 49
	ArgVariance    Arg = 50
	ArgScale       Arg = 51
	ArgShift       Arg = 52
	ArgWorkspace   Arg = 64
	ArgScratchpad  Arg = 80
	ArgDiffSrc     Arg = 129
	ArgDiffDst     Arg = 145
	ArgDiffWeights Arg = 161
	ArgDiffBias    Arg = 169
	ArgDiffScale   Arg = 255
	ArgDiffShift   Arg = 256

	argMultipleSrc Arg = 1024
	// DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE is 32768 in version 3 and half of that in version 2.
	argPostOp Arg = 32768
)

// ArgSrcOf is the i-th source, from 0, of a [Sum].
func ArgSrcOf(i int) Arg { return argMultipleSrc + Arg(i) }

// ArgPostOp is the second operand of the i-th post-op, from 0, which is a [PostBinary].
func ArgPostOp(i int) Arg { return argPostOp*Arg(i+1) | ArgSrc1 }

// code is the argument's number in the given major version.
func (a Arg) code(major int) int32 {
	if a >= argPostOp && major == 2 {
		return int32(a&^ArgSrc1)/2 | int32(ArgSrc1)
	}
	return int32(a)
}

var argNames = map[Arg]string{
	ArgSrc: "src", ArgSrc1: "src1", ArgDst: "dst", ArgWeights: "weights", ArgBias: "bias", ArgMean: "mean",
	ArgVariance: "variance", ArgScale: "scale", ArgShift: "shift", ArgWorkspace: "workspace",
	ArgScratchpad: "scratchpad", ArgDiffSrc: "diff_src", ArgDiffDst: "diff_dst", ArgDiffWeights: "diff_weights",
	ArgDiffBias: "diff_bias", ArgDiffScale: "diff_scale", ArgDiffShift: "diff_shift",
}

func (a Arg) String() string {
	if s, ok := argNames[a]; ok {
		return s
	}
	switch {
	case a >= argPostOp:
		return fmt.Sprintf("post-op %d", a/argPostOp-1)
	case a >= argMultipleSrc:
		return fmt.Sprintf("src %d", a-argMultipleSrc)
	}
	return fmt.Sprintf("argument %d", int32(a))
}
