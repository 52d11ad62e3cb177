package kernel

import (
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// drawAccess draws a full, scalar, row, column, transposed or otherwise strided access and returns the number of
// elements that it touches.
func drawAccess(t *rapid.T, dims []int) (Access, int) {
	full := rowMajor(dims)
	var a Access
	switch rapid.IntRange(0, 4).Draw(t, "access") {
	case 0:
		return nil, volume(dims)
	case 1:
		a = Scalar(len(dims))
	case 2: // some axes broadcast
		from := slices.Clone(dims)
		for i := range from {
			if rapid.Bool().Draw(t, "broadcast") {
				from[i] = 1
			}
		}
		a = Broadcast(from, dims)
	case 3: // a suffix
		from := slices.Clone(dims)
		for i := range rapid.IntRange(0, len(dims)).Draw(t, "prefix") {
			from[i] = 1
		}
		a = Broadcast(from, dims)
	case 4: // transposed, with a gap
		a = make(Access, len(dims))
		step := rapid.IntRange(1, 2).Draw(t, "gap")
		for _, i := range rapid.Permutation(indices(len(dims))).Draw(t, "order") {
			a[i] = step
			step *= max(dims[i], 1)
		}
	}
	_ = full
	span := 1
	for i, d := range dims {
		span += max(d-1, 0) * a[i]
	}
	return a, span
}

func indices(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func drawDims(t *rapid.T) []int {
	dims := rapid.SliceOfN(rapid.IntRange(1, 9), 0, 4).Draw(t, "dims")
	if len(dims) > 0 {
		// Some axes long enough for several blocks.
		i := rapid.IntRange(0, len(dims)-1).Draw(t, "long")
		dims[i] = rapid.SampledFrom([]int{0, 1, 3, 15, 16, 17, 64, 100, 257, 1500}).Draw(t, "size")
	}
	return dims
}

var unaryOps = []Op{Neg, Abs, Sign, Relu, Not, Sqrt, Rsqrt, Exp, Log, Tanh, Logistic, Floor, Ceil, Round, IsFinite,
	Expm1, Log1p, Erf, Sin, Cos, ToF32, ToS32, ToMask, RoundBF16}

var binaryOps = []Op{Add, Sub, Mul, Div, Max, Min, Pow, Rem, Atan2, Eq, Ne, Lt, Le, Gt, Ge, And, Or, Xor, ReluGrad}

// offset returns where element i of the shape is for an access.
func offset(dims []int, a Access, i int) int {
	off := 0
	for k := len(dims) - 1; k >= 0; k-- {
		off += i % dims[k] * a[k]
		i /= dims[k]
	}
	return off
}

// TestProgramAgainstReference builds random graphs over random shapes and accesses, some outputs in place, and
// compares every element with lanesWant, bit for bit.
func TestProgramAgainstReference(t *testing.T) {
	forEachTeam(t, func(t *testing.T, team *Team) {
		rapid.Check(t, func(t *rapid.T) {
			dims := drawDims(t)
			n := volume(dims)
			b := NewBuilder()
			var ins []*tensor
			var access []Access
			var ptrs []unsafe.Pointer
			byLane := map[lane][]Value{}
			vals := map[Value][]uint32{} // what each value should be
			note := func(v Value, l lane, want []uint32) {
				byLane[l] = append(byLane[l], v)
				vals[v] = want
			}
			for range rapid.IntRange(1, 4).Draw(t, "inputs") {
				d := rapid.SampledFrom([]DType{F32, F32, F32, BF16, S32, S64, U8, Bool}).Draw(t, "dtype")
				a, span := drawAccess(t, dims)
				x := newTensor(d, max(span, 1))
				fillTensor(t, x)
				ins, access, ptrs = append(ins, x), append(access, a), append(ptrs, x.ptr())
				if a == nil {
					a = rowMajor(dims)
				}
				want := make([]uint32, n)
				for i := range want {
					want[i] = x.lane(offset(dims, a, i))
				}
				note(b.Input(d), d.lane(), want)
			}
			c := drawLane(t, laneF32)
			note(b.Const(f32FromBits(c)), laneF32, slices.Repeat([]uint32{c}, n))
			for range rapid.IntRange(0, 12).Draw(t, "ops") {
				l := rapid.SampledFrom([]lane{laneF32, laneF32, laneS32, laneMask}).Draw(t, "lane")
				if len(byLane[l]) == 0 {
					continue
				}
				pick := func(l lane) Value { return rapid.SampledFrom(byLane[l]).Draw(t, "operand") }
				op := rapid.SampledFrom(append(append([]Op{Select}, unaryOps...), binaryOps...)).Draw(t, "op")
				var v, x, y, z Value
				out := l
				if op == Select {
					if len(byLane[laneMask]) == 0 {
						continue
					}
					x, y, z = pick(laneMask), pick(l), pick(l)
					v = b.Select(x, y, z)
				} else {
					var ok bool
					if _, out, ok = op.resolve(l); !ok {
						continue
					}
					x, y, z = pick(l), pick(l), 0
					if op.arity() == 1 {
						y = x
						v = b.Unary(op, x)
					} else {
						v = b.Binary(op, x, y)
					}
				}
				if _, seen := vals[v]; seen {
					continue
				}
				want := make([]uint32, n)
				for i := range want {
					want[i] = lanesWant(op, l, vals[x][i], vals[y][i], vals[z][i])
				}
				note(v, out, want)
			}
			var outs []*tensor
			var wants [][]uint32
			var outPtrs []unsafe.Pointer
			taken := map[int]bool{}
			for range rapid.IntRange(1, 3).Draw(t, "outputs") {
				l := rapid.SampledFrom([]lane{laneF32, laneS32, laneMask}).Draw(t, "lane")
				if len(byLane[l]) == 0 {
					l = laneF32
				}
				// The last values are the deepest.
				all := byLane[l]
				v := all[len(all)-1-min(rapid.IntRange(0, 3).Draw(t, "depth"), len(all)-1)]
				d := rapid.SampledFrom(map[lane][]DType{
					laneF32: {F32, BF16}, laneS32: {S32, S64, U8}, laneMask: {Bool},
				}[l]).Draw(t, "as")
				x := newTensor(d, max(n, 1))
				// In place over a full input of the same element size.
				for i, in := range ins {
					if access[i] == nil && !taken[i] && in.dtype.Size() == d.Size() && rapid.Bool().Draw(t, "inplace") {
						taken[i] = true
						x = &tensor{d, in.n, in.mem}
						break
					}
				}
				b.Output(d, v)
				outs, wants, outPtrs = append(outs, x), append(wants, vals[v]), append(outPtrs, x.ptr())
			}
			p, err := b.Compile(dims, access, nil)
			if err != nil {
				t.Fatal(err)
			}
			p.Run(team, outPtrs, ptrs)
			for j, x := range outs {
				x.check(t)
				one := newTensor(x.dtype, 1)
				for i, w := range wants[j] {
					one.setLane(0, w)
					if !sameLane(x.dtype.lane(), x.lane(i), one.lane(0)) {
						t.Fatalf("output %d of %d, element %d: %#x, want %#x\n%+v", j, len(outs), i, x.lane(i), one.lane(0), p.code)
					}
				}
			}
		})
	})
}

func f32FromBits(x uint32) float32 { return *(*float32)(unsafe.Pointer(&x)) }
