package dnnl

import "fmt"

// EltwiseKind is an element-wise function of x, α and β.
type EltwiseKind int

// The element-wise functions.
const (
	ReLU      EltwiseKind = iota // x > 0 ? x : αx; its derivative at 0 is α
	Tanh                         //
	ELU                          // x > 0 ? x : α(eˣ − 1)
	Square                       //
	Abs                          // its derivative at 0 is 0
	Sqrt                         //
	Linear                       // αx + β
	SoftReLU                     // ln(1 + eˣ), α must be 1 in version 3 and is ignored in version 2
	Logistic                     // 1 / (1 + e⁻ˣ)
	Exp                          //
	GELUTanh                     // the approximation of GELU by tanh
	Swish                        // x / (1 + e^(−αx))
	Log                          //
	Clip                         // max(α, min(β, x)); its derivative is 1 for α < x < β
	Pow                          // αx^β
	GELU                         // x · Φ(x), by erf
	Round                        // to nearest, ties to even; no derivative
	HardSwish                    // x · clip(x/6 + 1/2, 0, 1); α and β must be 1/6 and 1/2 in version 3
	Mish                         // x · tanh(ln(1 + eˣ))
)

// eltwiseKinds are the names, and the codes of dnnl_alg_kind_t in version 2, in version 3 and, 0 if there is none,
// of the variant whose derivative is computed from the result.
var eltwiseKinds = [...]struct {
	name           string
	v2, v3, useDst int32
}{
	ReLU:      {"relu", 31, 32, 256},
	Tanh:      {"tanh", 47, 33, 257},
	ELU:       {"elu", 63, 34, 258},
	Square:    {"square", 79, 35, 0},
	Abs:       {"abs", 95, 36, 0},
	Sqrt:      {"sqrt", 111, 37, 259},
	Linear:    {"linear", 127, 38, 0},
	SoftReLU:  {"soft_relu", 159, 39, 0},
	Logistic:  {"logistic", 175, 41, 260},
	Exp:       {"exp", 191, 42, 261},
	GELUTanh:  {"gelu_tanh", 207, 43, 0},
	Swish:     {"swish", 223, 44, 0},
	Log:       {"log", 239, 45, 0},
	Clip:      {"clip", 16, 47, 0}, // clip_v2; they differ in the derivative at β
	Pow:       {"pow", 32, 48, 0},
	GELU:      {"gelu_erf", 48, 49, 0},
	Round:     {"round", 64, 50, 0},
	HardSwish: {"hardswish", 112, 52, 0},
	Mish:      {"mish", 96, 51, 0},
}

func (k EltwiseKind) known() bool { return k >= 0 && int(k) < len(eltwiseKinds) }

func (k EltwiseKind) code(major int) (int32, bool) {
	if !k.known() {
		return 0, false
	}
	if major == 2 {
		return eltwiseKinds[k].v2, true
	}
	return eltwiseKinds[k].v3, true
}

func (k EltwiseKind) String() string {
	if !k.known() {
		return fmt.Sprintf("eltwise(%d)", int(k))
	}
	return eltwiseKinds[k].name
}

// Eltwise applies a function to each element. Source and destination, and in a backward operation their gradients,
// are of one description and may be the same bytes.
type Eltwise struct {
	Kind        EltwiseKind
	Data        *MemoryDesc
	Alpha, Beta float32
	// FromDst makes the backward operation take the derivative from [ArgDst] instead of [ArgSrc]: relu, tanh, elu,
	// sqrt, logistic and exp can.
	FromDst bool
}

func (x *Eltwise) String() string {
	return fmt.Sprintf("%v %v alpha %g beta %g", x.Kind, x.Data, x.Alpha, x.Beta)
}

func (x *Eltwise) code(major int, doing string) (int32, error) {
	if x.Data == nil {
		return 0, invalid(doing, "no data")
	}
	code, ok := x.Kind.code(major)
	if !ok {
		return 0, invalid(doing, "no such function")
	}
	if x.FromDst {
		if code = eltwiseKinds[x.Kind].useDst; code == 0 {
			return 0, invalid(doing, "its derivative cannot be had from the result")
		}
	}
	return code, nil
}

// EltwiseForward computes [ArgDst] from [ArgSrc].
func (e *Engine) EltwiseForward(x *Eltwise, prop Prop, attr *Attr) (*PrimitiveDesc, error) {
	doing := "forward " + x.String()
	code, err := x.code(e.lib.version.Major, doing)
	if err != nil {
		return nil, err
	}
	f := &e.lib.fn
	return e.newPrimitiveDesc(doing, attr, nil,
		func(op uintptr) int32 {
			return f.eltwiseForwardV2(op, int32(prop), code, x.Data.ptr, x.Alpha, x.Beta)
		},
		func(out, attr, _ uintptr) int32 {
			return f.eltwiseForwardV3(out, e.handle, int32(prop), code, x.Data.ptr, x.Data.ptr, x.Alpha, x.Beta, attr)
		})
}

// EltwiseBackward computes [ArgDiffSrc] from [ArgDiffDst] and [ArgSrc], or with FromDst [ArgDst]. The hint is the
// forward operation.
func (e *Engine) EltwiseBackward(x *Eltwise, hint *PrimitiveDesc, attr *Attr) (*PrimitiveDesc, error) {
	doing := "backward " + x.String()
	code, err := x.code(e.lib.version.Major, doing)
	if err != nil {
		return nil, err
	}
	f := &e.lib.fn
	return e.newPrimitiveDesc(doing, attr, hint,
		func(op uintptr) int32 {
			return f.eltwiseBackwardV2(op, code, x.Data.ptr, x.Data.ptr, x.Alpha, x.Beta)
		},
		func(out, attr, hint uintptr) int32 {
			return f.eltwiseBackwardV3(out, e.handle, code, x.Data.ptr, x.Data.ptr, x.Data.ptr, x.Alpha, x.Beta, hint, attr)
		})
}
