package kernel

import (
	"math"
	"unsafe"
)

// portableTable returns the kernels in plain Go.
func portableTable() *opTable {
	t := &opTable{
		isa:       Portable,
		loadBF16:  goLoadBF16,
		storeBF16: goStoreBF16,
		loadBool:  goLoadBool,
		storeBool: goStoreBool,
		fold: [reduceOpCount]vectorFunc{
			ReduceSum: goFold(func(a, b float32) float32 { return a + b }),
			ReduceMax: goFold(func(a, b float32) float32 { return max(a, b) }),
			ReduceMin: goFold(func(a, b float32) float32 { return min(a, b) }),
			ReduceMul: goFold(func(a, b float32) float32 { return a * b }),
		},
		foldRows: [reduceOpCount]vectorFunc{
			ReduceSum: goFoldRows(0, func(a, b float32) float32 { return a + b }),
			ReduceMax: goFoldRows(float32(math.Inf(-1)), func(a, b float32) float32 { return max(a, b) }),
			ReduceMin: goFoldRows(float32(math.Inf(1)), func(a, b float32) float32 { return min(a, b) }),
			ReduceMul: goFoldRows(1, func(a, b float32) float32 { return a * b }),
		},
		spread:      goSpread,
		transpose32: goTranspose32,
	}
	t.fn = [codeCount]vectorFunc{
		Neg: goNeg, Not: goNot, Sqrt: goSqrt, Rsqrt: goRsqrt, IsFinite: goIsFinite,
		Abs: each(abs32), Sign: each(sign32), Relu: each(relu32), Exp: each(exp32), Log: each(log32),
		Tanh: each(tanh32), Logistic: each(logistic32), Erf: each(erf32),
		Floor: each64(math.Floor), Ceil: each64(math.Ceil), Round: each64(math.RoundToEven),
		Expm1: each64(math.Expm1), Log1p: each64(math.Log1p), Sin: each64(math.Sin),
		Cos: each64(math.Cos), Pow: pair64(math.Pow), Rem: pair64(math.Mod), Atan2: pair64(math.Atan2),
		ToF32: goToF32, ToMask: goToMask, RoundBF16: goRoundBF16,
		Add: goAdd, Sub: goSub, Mul: goMul, Div: goDiv, Max: goMax, Min: goMin,
		Eq: goEq, Ne: goNe, Lt: goLt, Le: goLe, Gt: goGt, Ge: goGe,
		And: goAnd, Or: goOr, Xor: goXor, ReluGrad: goReluGrad, Select: goSelect,
		mulAdd: goMulAdd, mulSub: goMulSub, subMul: goSubMul,
		codeNegS32: goNegS32, codeAbsS32: goAbsS32, codeSignS32: goSignS32, codeReluS32: goReluS32,
		codeAddS32: goAddS32, codeSubS32: goSubS32, codeMulS32: goMulS32, codeMaxS32: goMaxS32,
		codeMinS32: goMinS32, codeEqS32: goEqS32, codeNeS32: goNeS32, codeLtS32: goLtS32, codeLeS32: goLeS32,
		codeGtS32: goGtS32, codeGeS32: goGeS32, codeMaskToF32: goMaskToF32, codeMaskToS32: goMaskToS32,
		codeF32ToS32: goF32ToS32, codeS32ToMask: goS32ToMask, codeMove: goMove,
	}
	return t
}

// cost is the time of each kernel as a multiple of an addition's.
var cost = func() (c [codeCount]uint8) {
	for i := range c {
		c[i] = 1
	}
	for _, o := range []Op{Div, Sqrt} {
		c[o] = 2
	}
	for _, o := range []Op{Rsqrt, Exp, Log, Tanh, Logistic, Erf} {
		c[o] = 8
	}
	for _, o := range []Op{Expm1, Log1p, Sin, Cos, Pow, Rem, Atan2} {
		c[o] = 100
	}
	return c
}()

func each(f func(float32) float32) vectorFunc {
	return func(o *operands) {
		for g := range o.n {
			d, a := f32At(o.d, g, 64), f32At(o.a, g, o.sa)
			for i := range d {
				d[i] = f(a[i])
			}
		}
	}
}

func each64(f func(float64) float64) vectorFunc {
	return each(func(x float32) float32 { return float32(f(float64(x))) })
}

func pair64(f func(x, y float64) float64) vectorFunc {
	return func(o *operands) {
		for g := range o.n {
			d, a, b := f32At(o.d, g, 64), f32At(o.a, g, o.sa), f32At(o.b, g, o.sb)
			for i := range d {
				d[i] = float32(f(float64(a[i]), float64(b[i])))
			}
		}
	}
}

// goFold reduces o.n groups of o.a to one: element i to partial result i%64, these to i%16 by halves.
func goFold(f func(a, b float32) float32) vectorFunc {
	return func(o *operands) {
		var acc [4][groupLanes]float32
		live := min(o.n, 4)
		for g := range live {
			acc[g] = *f32At(o.a, g, 64)
		}
		for g := live; g < o.n; g++ {
			x, p := f32At(o.a, g, 64), &acc[g%4]
			for i := range p {
				p[i] = f(p[i], x[i])
			}
		}
		// ((0, 1), (2, 3)), as far as they exist.
		d := f32At(o.d, 0, 64)
		for i := range d {
			x := acc[0][i]
			if live > 1 {
				x = f(x, acc[1][i])
			}
			switch live {
			case 3:
				x = f(x, acc[2][i])
			case 4:
				x = f(x, f(acc[2][i], acc[3][i]))
			}
			d[i] = x
		}
	}
}

func goFoldRows(identity float32, f func(a, b float32) float32) vectorFunc {
	return func(o *operands) {
		for r := range o.n {
			row := unsafe.Add(o.a, r*o.sa)
			var acc [groupLanes]float32
			for i := range acc {
				acc[i] = identity
			}
			for i, v := range unsafe.Slice((*float32)(row), groupLanes*o.sb+o.sc) {
				acc[i%groupLanes] = f(acc[i%groupLanes], v)
			}
			for n := groupLanes / 2; n > 0; n /= 2 {
				for i := range n {
					acc[i] = f(acc[i], acc[i+n])
				}
			}
			*(*float32)(unsafe.Add(o.d, 4*r)) = acc[0]
		}
	}
}

func goLoadBF16(o *operands) {
	for g := range o.n {
		d, a := u32At(o.d, g, 64), (*[groupLanes]uint16)(unsafe.Add(o.a, g*32))
		for i := range d {
			d[i] = uint32(a[i]) << 16
		}
	}
}

func goStoreBF16(o *operands) {
	for g := range o.n {
		d, a := (*[groupLanes]uint16)(unsafe.Add(o.d, g*32)), u32At(o.a, g, 64)
		for i := range d {
			d[i] = roundBF16(a[i])
		}
	}
}

func goLoadBool(o *operands) {
	for g := range o.n {
		d, a := u32At(o.d, g, 64), (*[groupLanes]uint8)(unsafe.Add(o.a, g*16))
		for i := range d {
			d[i] = -uint32(a[i])
		}
	}
}

func goStoreBool(o *operands) {
	for g := range o.n {
		d, a := (*[groupLanes]uint8)(unsafe.Add(o.d, g*16)), u32At(o.a, g, 64)
		for i := range d {
			d[i] = uint8(a[i] & 1)
		}
	}
}

func goSpread(o *operands) {
	for i := range o.n {
		fill32(words(unsafe.Add(o.d, i*o.sc), int(groupLanes*o.sb)), *(*uint32)(unsafe.Add(o.a, i*o.sa)))
	}
}

func goTranspose32(o *operands) {
	for i := range uintptr(groupLanes) {
		a := u32At(o.a, i, o.sa)
		for j := range a {
			*(*uint32)(unsafe.Add(o.d, uintptr(j)*o.sb+4*i)) = a[j]
		}
	}
}
