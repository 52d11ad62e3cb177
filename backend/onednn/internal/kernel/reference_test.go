package kernel

import (
	"fmt"
	"math"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// lanesWant is the reference of every operation, one element at a time, on the bits of a lane.
func lanesWant(op Op, l lane, a, b, c uint32) uint32 {
	m := func(x bool) uint32 {
		if x {
			return ^uint32(0)
		}
		return 0
	}
	switch op {
	case Select:
		if a != 0 {
			return b
		}
		return c
	case And:
		return a & b
	case Or:
		return a | b
	case Xor:
		return a ^ b
	case Not:
		return ^a
	}
	if l != laneF32 {
		x, y := int32(a), int32(b)
		switch op {
		case ToF32:
			if l == laneMask {
				x = -x
			}
			return math.Float32bits(float32(x))
		case ToS32:
			return uint32(-x)
		case ToMask:
			return m(x != 0)
		case Neg:
			return uint32(-x)
		case Abs:
			if x < 0 {
				x = -x
			}
			return uint32(x)
		case Sign:
			switch {
			case x < 0:
				return ^uint32(0)
			case x > 0:
				return 1
			}
			return 0
		case Relu:
			return uint32(max(x, 0))
		case Add:
			return uint32(x + y)
		case Sub:
			return uint32(x - y)
		case Mul:
			return uint32(x * y)
		case Max:
			return uint32(max(x, y))
		case Min:
			return uint32(min(x, y))
		case Eq:
			return m(x == y)
		case Ne:
			return m(x != y)
		case Lt:
			return m(x < y)
		case Le:
			return m(x <= y)
		case Gt:
			return m(x > y)
		case Ge:
			return m(x >= y)
		}
		panic(op)
	}
	x, y := math.Float32frombits(a), math.Float32frombits(b)
	f := math.Float32bits
	f64 := func(r float64) uint32 { return f(float32(r)) }
	switch op {
	case Neg:
		return f(-x)
	case Abs:
		if x < 0 {
			x = -x
		}
		return f(x)
	case Sign:
		switch {
		case x < 0:
			return f(-1)
		case x > 0:
			return f(1)
		}
		return 0
	case Relu:
		if x < 0 {
			return 0
		}
		return f(x)
	case Sqrt:
		return f64(math.Sqrt(float64(x)))
	case Rsqrt:
		return f(1 / float32(math.Sqrt(float64(x))))
	case Exp:
		return f(exp32(x))
	case Log:
		return f(log32(x))
	case Tanh:
		return f(tanh32(x))
	case Logistic:
		return f(logistic32(x))
	case Floor:
		return f64(math.Floor(float64(x)))
	case Ceil:
		return f64(math.Ceil(float64(x)))
	case Round:
		return f64(math.RoundToEven(float64(x)))
	case IsFinite:
		return m(!math.IsNaN(float64(x)) && !math.IsInf(float64(x), 0))
	case Expm1:
		return f64(math.Expm1(float64(x)))
	case Log1p:
		return f64(math.Log1p(float64(x)))
	case Erf:
		return f(erf32(x))
	case Sin:
		return f64(math.Sin(float64(x)))
	case Cos:
		return f64(math.Cos(float64(x)))
	case ToS32:
		switch {
		case x != x:
			return 0
		case x >= 1<<31:
			return math.MaxInt32
		case x <= -1<<31:
			return 1 << 31
		}
		return uint32(int32(x))
	case ToMask:
		return m(x != 0)
	case RoundBF16:
		// The two neighbours by truncation; the nearer one, or the even one.
		if x != x || math.IsInf(float64(x), 0) {
			return a
		}
		lo, hi := a&^0xffff, a&^0xffff+0x10000
		mid := a&^0xffff + 0x8000
		switch {
		case a < mid, a == mid && lo>>16&1 == 0:
			return lo
		}
		return hi
	case Add:
		return f(x + y)
	case Sub:
		return f(x - y)
	case Mul:
		return f(x * y)
	case Div:
		return f(x / y)
	case Max:
		return f64(float64(max(x, y)))
	case Min:
		return f64(float64(min(x, y)))
	case Pow:
		return f64(math.Pow(float64(x), float64(y)))
	case Rem:
		return f64(math.Mod(float64(x), float64(y)))
	case Atan2:
		return f64(math.Atan2(float64(x), float64(y)))
	case Eq:
		return m(x == y)
	case Ne:
		return m(x != y)
	case Lt:
		return m(x < y)
	case Le:
		return m(x <= y)
	case Gt:
		return m(x > y)
	case Ge:
		return m(x >= y)
	case ReluGrad:
		if x > 0 {
			return b
		}
		return 0
	}
	panic(op)
}

// sameLane reports whether the bits are equal or both are NaN.
func sameLane(l lane, a, b uint32) bool {
	if a == b {
		return true
	}
	return l == laneF32 && a&0x7fffffff > 0x7f800000 && b&0x7fffffff > 0x7f800000
}

// forEachTeam runs f as a subtest for every instruction set with one and with three workers.
func forEachTeam(t *testing.T, f func(t *testing.T, team *Team)) {
	t.Helper()
	for _, isa := range Supported() {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s/%d", isa, workers), func(t *testing.T) {
				team := NewTeam(Config{Workers: workers, ISA: &isa})
				defer team.Close()
				if team.ISA() != isa {
					t.Fatalf("asked for %s, got %s", isa, team.ISA())
				}
				f(t, team)
			})
		}
	}
}

// tensor is memory for elements of a type, with guard bytes around it.
type tensor struct {
	dtype DType
	n     int
	mem   []byte
}

const guard = 128

func newTensor(d DType, n int) *tensor {
	x := &tensor{d, n, make([]byte, n*d.Size()+2*guard)}
	for i := range x.mem {
		x.mem[i] = 0xa5
	}
	return x
}

func (x *tensor) ptr() unsafe.Pointer { return unsafe.Pointer(&x.mem[guard]) }

func (x *tensor) check(t interface{ Fatalf(string, ...any) }) {
	for i := range guard {
		if x.mem[i] != 0xa5 || x.mem[len(x.mem)-1-i] != 0xa5 {
			t.Fatalf("memory around a tensor of %d %s was written", x.n, x.dtype)
		}
	}
}

// lane reads element i as a lane.
func (x *tensor) lane(i int) uint32 {
	p := unsafe.Add(x.ptr(), i*x.dtype.Size())
	switch x.dtype {
	case BF16:
		return uint32(*(*uint16)(p)) << 16
	case S64:
		return uint32(*(*int64)(p))
	case U8:
		return uint32(*(*uint8)(p))
	case Bool:
		return -uint32(*(*uint8)(p))
	}
	return *(*uint32)(p)
}

// setLane writes a lane as element i, as Output is documented to.
func (x *tensor) setLane(i int, v uint32) {
	p := unsafe.Add(x.ptr(), i*x.dtype.Size())
	switch x.dtype {
	case BF16:
		*(*uint16)(p) = uint16(lanesWant(RoundBF16, laneF32, v, 0, 0) >> 16)
	case S64:
		*(*int64)(p) = int64(int32(v))
	case U8:
		*(*uint8)(p) = uint8(v)
	case Bool:
		*(*uint8)(p) = uint8(v & 1)
	default:
		*(*uint32)(p) = v
	}
}

// edgeCases are numbers that kernels get wrong.
var edgeCases = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, float32(math.Inf(1)), float32(math.Inf(-1)),
	float32(math.NaN()), math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 0x1p-126, -0x1p-126, 0x1.fffffcp-127,
	math.MaxFloat32, -math.MaxFloat32, 88.7, 88.8, -87.4, -103.9, -104, 0.625, -0.625, 0.70710677, 0.7071068,
	1 << 31, -1 << 31, 1<<31 - 128, 8388609, 16777217, 3.0517578e-05, 1e-30, 1.00390625, 1.01171875,
}

// drawLane draws the bits of a lane.
func drawLane(t *rapid.T, l lane) uint32 {
	switch l {
	case laneMask:
		return -uint32(rapid.IntRange(0, 1).Draw(t, "mask"))
	case laneS32:
		if rapid.Bool().Draw(t, "small") {
			return uint32(rapid.Int32Range(-3, 3).Draw(t, "s32"))
		}
		return rapid.Uint32().Draw(t, "s32")
	}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return math.Float32bits(rapid.SampledFrom(edgeCases).Draw(t, "edge"))
	case 1:
		return rapid.Uint32().Draw(t, "bits")
	}
	return math.Float32bits(float32(rapid.IntRange(-1000, 1000).Draw(t, "f32")) / 64)
}

// fillTensor fills x with values that a few draws seed.
func fillTensor(t *rapid.T, x *tensor) {
	seed := make([]uint32, 1+min(x.n, 24))
	for i := range seed {
		seed[i] = drawLane(t, x.dtype.lane())
	}
	state := rapid.Uint32().Draw(t, "seed") | 1
	for i := range x.n {
		state = state*1664525 + 1013904223
		x.setLane(i, seed[state>>8%uint32(len(seed))])
	}
}
