package kernel

import "fmt"

// Op is an element-wise operation of a Program.
//
// Where nothing else is said the result is exactly rounded (IEEE 754) in f32 and wraps in s32. An ulp is a unit
// in the last place of the exact result rounded to f32.
type Op uint8

// Unary operations.
const (
	Neg  Op = iota // f32, s32
	Abs            // f32, s32
	Sign           // f32, s32: -1, 0 or 1
	Relu           // f32, s32: 0 where x < 0, else x
	Not            // bitwise on s32, logical on a mask

	Sqrt     // f32
	Rsqrt    // f32: 1/sqrt(x) rounded twice; error below 1.5 ulp
	Exp      // f32: error below 1.1 ulp
	Log      // f32: error below 1.1 ulp
	Tanh     // f32: error below 2.5 ulp
	Logistic // f32: 1/(1+exp(-x)); error below 3 ulp
	Floor    // f32
	Ceil     // f32
	Round    // f32: to nearest, ties to even
	IsFinite // f32 to mask
	Erf      // f32: error below 1.5 ulp

	Expm1 // f32, through float64 one element at a time: error below 0.6 ulp, as the three below
	Log1p // f32
	Sin   // f32
	Cos   // f32

	ToF32     // s32 or mask (0 and 1) to f32
	ToS32     // f32 (towards zero, saturating, NaN to 0) or mask to s32
	ToMask    // f32 or s32 to mask: x != 0
	RoundBF16 // f32 to the nearest bfloat16, kept as f32
)

// Binary operations.
const (
	Add   Op = iota + RoundBF16 + 1 // f32, s32
	Sub                             // f32, s32
	Mul                             // f32, s32
	Div                             // f32
	Max                             // f32, s32
	Min                             // f32, s32
	Pow                             // f32, through float64 one element at a time, as the two below
	Rem                             // f32: C's fmod
	Atan2                           // f32

	Eq // f32, s32 to mask, as the five below
	Ne
	Lt
	Le
	Gt
	Ge

	And // bitwise on s32, logical on masks, as the two below
	Or
	Xor

	// ReluGrad is ReluGrad(y, dy) = dy where y > 0, else +0 (f32). y is Relu's result or its argument.
	ReluGrad
)

// Ternary operations.
const (
	// Select is Select(mask, x, y) = x where the mask is set, else y.
	Select Op = iota + ReluGrad + 1

	// The compiler makes these of a product that is used once: rounded twice, so the same numbers.
	mulAdd // a*b + c
	mulSub // a*b - c
	subMul // c - a*b

	opCount
)

// A code is an Op for one type of lane: what the tables of kernels are indexed with. The codes of f32 are the Op
// itself.
type code uint8

const (
	codeNegS32 code = iota + code(opCount)
	codeAbsS32
	codeSignS32
	codeReluS32
	codeAddS32
	codeSubS32
	codeMulS32
	codeMaxS32
	codeMinS32
	codeEqS32
	codeNeS32
	codeLtS32
	codeLeS32
	codeGtS32
	codeGeS32
	codeMaskToF32
	codeMaskToS32
	codeF32ToS32
	codeS32ToMask
	codeMove
	codeCount
)

var opNames = [opCount]string{
	Neg: "neg", Abs: "abs", Sign: "sign", Relu: "relu", Not: "not", Sqrt: "sqrt", Rsqrt: "rsqrt", Exp: "exp",
	Log: "log", Tanh: "tanh", Logistic: "logistic", Floor: "floor", Ceil: "ceil", Round: "round",
	IsFinite: "isfinite", Expm1: "expm1", Log1p: "log1p", Erf: "erf", Sin: "sin", Cos: "cos", ToF32: "tof32",
	ToS32: "tos32", ToMask: "tomask", RoundBF16: "roundbf16", Add: "add", Sub: "sub", Mul: "mul", Div: "div",
	Max: "max", Min: "min", Pow: "pow", Rem: "rem", Atan2: "atan2", Eq: "eq", Ne: "ne", Lt: "lt", Le: "le",
	Gt: "gt", Ge: "ge", And: "and", Or: "or", Xor: "xor", ReluGrad: "relugrad", Select: "select",
	mulAdd: "muladd", mulSub: "mulsub", subMul: "submul",
}

// String returns the lower-case name.
func (o Op) String() string {
	if o < opCount {
		return opNames[o]
	}
	return fmt.Sprintf("Op(%d)", uint8(o))
}

// arity returns the number of operands.
func (o Op) arity() int {
	switch {
	case o < Add:
		return 1
	case o < Select:
		return 2
	}
	return 3
}

// s32Codes has the codes of the operations whose s32 kernel differs from the f32 one.
var s32Codes = map[Op]code{
	Neg: codeNegS32, Abs: codeAbsS32, Sign: codeSignS32, Relu: codeReluS32, Add: codeAddS32, Sub: codeSubS32,
	Mul: codeMulS32, Max: codeMaxS32, Min: codeMinS32, Eq: codeEqS32, Ne: codeNeS32, Lt: codeLtS32,
	Le: codeLeS32, Gt: codeGtS32, Ge: codeGeS32, Not: code(Not), And: code(And), Or: code(Or), Xor: code(Xor),
	ToF32: code(ToF32), ToMask: codeS32ToMask,
}

// maskCodes has the codes of the operations on masks.
var maskCodes = map[Op]code{
	Not: code(Not), And: code(And), Or: code(Or), Xor: code(Xor), Eq: codeEqS32, Ne: codeNeS32,
	ToF32: codeMaskToF32, ToS32: codeMaskToS32,
}

// resolve returns the kernel for op on lanes of type in, and the type of its result.
func (o Op) resolve(in lane) (c code, out lane, ok bool) {
	out = in
	switch o {
	case Eq, Ne, Lt, Le, Gt, Ge, IsFinite, ToMask:
		out = laneMask
	case ToF32:
		out = laneF32
	case ToS32:
		out = laneS32
	}
	switch in {
	case laneS32:
		c, ok = s32Codes[o]
	case laneMask:
		c, ok = maskCodes[o]
	case laneF32:
		switch o {
		case Not, And, Or, Xor, ToF32:
			return 0, 0, false
		case ToS32:
			return codeF32ToS32, out, true
		}
		c, ok = code(o), o < opCount
	}
	return c, out, ok
}
