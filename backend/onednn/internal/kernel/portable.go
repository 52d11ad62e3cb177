package kernel

import "unsafe"

// The portable kernels: the definition of every result.

func f32At(p unsafe.Pointer, g, step uintptr) *[groupLanes]float32 {
	return (*[groupLanes]float32)(unsafe.Add(p, g*step))
}

func s32At(p unsafe.Pointer, g, step uintptr) *[groupLanes]int32 {
	return (*[groupLanes]int32)(unsafe.Add(p, g*step))
}

func u32At(p unsafe.Pointer, g, step uintptr) *[groupLanes]uint32 {
	return (*[groupLanes]uint32)(unsafe.Add(p, g*step))
}

// mask returns all ones for true.
func mask(b bool) uint32 {
	if b {
		return ^uint32(0)
	}
	return 0
}

func goAdd(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] + b[i]
		}
	}
}

func goSub(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] - b[i]
		}
	}
}

func goMul(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] * b[i]
		}
	}
}

func goDiv(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] / b[i]
		}
	}
}

func goMax(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = max(a[i], b[i])
		}
	}
}

func goMin(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = min(a[i], b[i])
		}
	}
}

func goMulAdd(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		c := f32At(o.c, g, o.sc)
		for i := range d {
			d[i] = float32(a[i]*b[i]) + c[i]
		}
	}
}

func goMulSub(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		c := f32At(o.c, g, o.sc)
		for i := range d {
			d[i] = float32(a[i]*b[i]) - c[i]
		}
	}
}

func goSubMul(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		c := f32At(o.c, g, o.sc)
		for i := range d {
			d[i] = c[i] - float32(a[i]*b[i])
		}
	}
}

func goReluGrad(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			x := b[i]
			if !(a[i] > 0) {
				x = 0
			}
			d[i] = x
		}
	}
}

func goEq(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] == b[i])
		}
	}
}

func goNe(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] != b[i])
		}
	}
}

func goLt(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] < b[i])
		}
	}
}

func goLe(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] <= b[i])
		}
	}
}

func goGt(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] > b[i])
		}
	}
}

func goGe(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		b := f32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] >= b[i])
		}
	}
}

func goAddS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] + b[i]
		}
	}
}

func goSubS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] - b[i]
		}
	}
}

func goMulS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] * b[i]
		}
	}
}

func goMaxS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = max(a[i], b[i])
		}
	}
}

func goMinS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = min(a[i], b[i])
		}
	}
}

func goEqS32(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] == b[i])
		}
	}
}

func goNeS32(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] != b[i])
		}
	}
}

func goLtS32(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] < b[i])
		}
	}
}

func goLeS32(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] <= b[i])
		}
	}
}

func goGtS32(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] > b[i])
		}
	}
}

func goGeS32(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		b := s32At(o.b, g, o.sb)
		for i := range d {
			d[i] = mask(a[i] >= b[i])
		}
	}
}

func goAnd(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		b := u32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] & b[i]
		}
	}
}

func goOr(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		b := u32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] | b[i]
		}
	}
}

func goXor(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		b := u32At(o.b, g, o.sb)
		for i := range d {
			d[i] = a[i] ^ b[i]
		}
	}
}

func goSelect(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		b := u32At(o.b, g, o.sb)
		c := u32At(o.c, g, o.sc)
		for i := range d {
			d[i] = a[i]&b[i] | ^a[i]&c[i]
		}
	}
}

func goNot(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		for i := range d {
			d[i] = ^a[i]
		}
	}
}

func goMove(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		for i := range d {
			d[i] = a[i]
		}
	}
}

func goNeg(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		for i := range d {
			d[i] = a[i] ^ 1<<31
		}
	}
}

func goNegS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		for i := range d {
			d[i] = -a[i]
		}
	}
}

func goAbsS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		for i := range d {
			d[i] = max(a[i], -a[i])
		}
	}
}

func goSignS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		for i := range d {
			d[i] = max(min(a[i], 1), -1)
		}
	}
}

func goReluS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		for i := range d {
			d[i] = max(a[i], 0)
		}
	}
}

func goSqrt(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		for i := range d {
			d[i] = sqrt32(a[i])
		}
	}
}

func goRsqrt(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		for i := range d {
			d[i] = 1 / sqrt32(a[i])
		}
	}
}

func goIsFinite(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		for i := range d {
			d[i] = mask(a[i]&0x7f800000 != 0x7f800000)
		}
	}
}

func goToF32(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := s32At(o.a, g, o.sa)
		for i := range d {
			d[i] = float32(a[i])
		}
	}
}

func goMaskToF32(o *operands) {
	for g := range o.n {
		d := f32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		for i := range d {
			d[i] = float32(a[i] & 1)
		}
	}
}

func goMaskToS32(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		for i := range d {
			d[i] = a[i] & 1
		}
	}
}

func goF32ToS32(o *operands) {
	for g := range o.n {
		d := s32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		for i := range d {
			d[i] = toS32(a[i])
		}
	}
}

func goToMask(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := f32At(o.a, g, o.sa)
		for i := range d {
			d[i] = mask(a[i] != 0)
		}
	}
}

func goS32ToMask(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		for i := range d {
			d[i] = mask(a[i] != 0)
		}
	}
}

func goRoundBF16(o *operands) {
	for g := range o.n {
		d := u32At(o.d, g, 64)
		a := u32At(o.a, g, o.sa)
		for i := range d {
			d[i] = uint32(roundBF16(a[i])) << 16
		}
	}
}
