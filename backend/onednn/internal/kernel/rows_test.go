package kernel

import (
	"math"
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

func add(p unsafe.Pointer, n int) unsafe.Pointer { return unsafe.Add(p, n) }

func f32s(x *tensor) []float32 { return unsafe.Slice((*float32)(x.ptr()), x.n) }

func drawF32s(t *rapid.T, n int) *tensor {
	x := newTensor(F32, n)
	state := rapid.Uint32().Draw(t, "seed")
	for i := range n {
		state = state*1664525 + 1013904223
		f32s(x)[i] = float32(int32(state)) / (1 << 28)
	}
	return x
}

func drawIndices(t *rapid.T, d DType, n, limit int) *tensor {
	x := newTensor(d, n)
	for i := range n {
		x.setLane(i, uint32(rapid.Int32Range(-2, int32(limit)+1).Draw(t, "index")))
	}
	return x
}

func TestRows(t *testing.T) {
	forEachTeam(t, func(t *testing.T, team *Team) {
		rapid.Check(t, func(t *rapid.T) {
			rows, n := rapid.IntRange(1, 20).Draw(t, "rows"), rapid.IntRange(0, 30).Draw(t, "n")
			width := rapid.SampledFrom([]int{1, 2, 3, 10, 16, 33, 2000}).Draw(t, "width")
			as := rapid.SampledFrom([]DType{S32, S64}).Draw(t, "as")
			src, index := drawF32s(t, rows*width), drawIndices(t, as, n, rows)
			at := func(i int) int { return int(int32(index.lane(i))) }

			dst := newTensor(F32, n*width)
			GatherRows(team, dst.ptr(), src.ptr(), rows, 4*width, index.ptr(), as, n)
			dst.check(t)
			for i := range n {
				from := min(max(at(i), 0), rows-1)
				if !slices.Equal(f32s(dst)[i*width:(i+1)*width], f32s(src)[from*width:(from+1)*width]) {
					t.Fatalf("gathered row %d", i)
				}
			}

			sum := drawF32s(t, rows*width)
			want := slices.Clone(f32s(sum))
			ScatterAddRows(team, sum.ptr(), rows, width, dst.ptr(), index.ptr(), as, n)
			sum.check(t)
			for i := range n {
				if to := at(i); to >= 0 && to < rows {
					for k := range width {
						want[to*width+k] += f32s(dst)[i*width+k]
					}
				}
			}
			if !slices.Equal(f32s(sum), want) {
				t.Fatal("scattered rows")
			}

			hot := newTensor(F32, n*width)
			OneHot(team, hot.ptr(), width, index.ptr(), as, n)
			hot.check(t)
			for i := range n * width {
				want := float32(0)
				if at(i/width) == i%width {
					want = 1
				}
				if f32s(hot)[i] != want {
					t.Fatalf("one-hot element %d", i)
				}
			}

			least := rapid.Bool().Draw(t, "least")
			for range rapid.IntRange(0, 2).Draw(t, "nans") {
				f32s(src)[rapid.IntRange(0, rows*width-1).Draw(t, "nan")] = float32(math.NaN())
			}
			arg := newTensor(as, rows)
			ArgMax(team, arg.ptr(), as, src.ptr(), rows, width, least)
			arg.check(t)
			for i := range rows {
				x := f32s(src)[i*width : (i+1)*width]
				want := 0
				for k, v := range x {
					b := x[want]
					if k > 0 && (v != v || v > b && !least || v < b && least) {
						want = k
					}
				}
				if int(arg.lane(i)) != want {
					t.Fatalf("argmax of row %d is %d, want %d", i, arg.lane(i), want)
				}
			}

			outer := rapid.IntRange(0, 5).Draw(t, "outer")
			iotaAs := rapid.SampledFrom([]DType{F32, S32, S64}).Draw(t, "iota")
			io := newTensor(iotaAs, outer*rows*width)
			Iota(team, io.ptr(), iotaAs, outer, rows, width)
			io.check(t)
			one := newTensor(iotaAs, 1)
			for i := range io.n {
				v := uint32(i / width % rows)
				if iotaAs == F32 {
					v = f32bits(float32(v))
				}
				one.setLane(0, v)
				if io.lane(i) != one.lane(0) {
					t.Fatalf("iota element %d", i)
				}
			}

			size := rapid.SampledFrom([]int{1, 2, 4, 8}).Draw(t, "size")
			m := rapid.SampledFrom([]int{0, 1, 5, 4096, 4097, 70000}).Draw(t, "m")
			value, filled := counted(size, 1), newTensor(U8, m*size)
			Fill(team, filled.ptr(), value.ptr(), size, m)
			filled.check(t)
			for i := range m {
				if !slices.Equal(filled.bytes(i, size), value.bytes(0, size)) {
					t.Fatalf("filled element %d", i)
				}
			}
		})
	})
}

func TestSoftmax(t *testing.T) {
	forEachTeam(t, func(t *testing.T, team *Team) {
		rapid.Check(t, func(t *rapid.T) {
			rows := rapid.SampledFrom([]int{0, 1, 3, 40}).Draw(t, "rows")
			width := rapid.SampledFrom([]int{1, 2, 10, 16, 17, 100, 320, 1000, 1024, 3001}).Draw(t, "width")
			x, dy := drawF32s(t, rows*width), drawF32s(t, rows*width)
			run := func(kind SoftmaxKind, a, b *tensor) *tensor {
				y := newTensor(F32, rows*width)
				NewSoftmax(kind, rows, width).Run(team, y.ptr(), a.ptr(), b.ptr())
				y.check(t)
				return y
			}
			y, ly := run(SoftmaxForward, x, dy), run(LogSoftmaxForward, x, dy)
			dx, ldx := run(SoftmaxBackward, y, dy), run(LogSoftmaxBackward, ly, dy)
			inPlace := slices.Clone(x.mem)
			p := &tensor{F32, x.n, inPlace}
			NewSoftmax(SoftmaxForward, rows, width).Run(team, p.ptr(), p.ptr(), nil)
			if !slices.Equal(f32s(p), f32s(y)) {
				t.Fatal("in place differs")
			}
			near := func(name string, i int, got float32, want, scale float64) {
				if math.Abs(float64(got)-want) > 1e-6*scale {
					t.Fatalf("%s of %d by %d, element %d: %g, want %g", name, rows, width, i, got, want)
				}
			}
			for r := range rows {
				row := func(x *tensor) []float32 { return f32s(x)[r*width : (r+1)*width] }
				hi, sum, dot, dsum, dabs := math.Inf(-1), 0.0, 0.0, 0.0, 0.0
				for _, v := range row(x) {
					hi = math.Max(hi, float64(v))
				}
				for _, v := range row(x) {
					sum += math.Exp(float64(v) - hi)
				}
				for i, v := range row(x) {
					s := math.Exp(float64(v)-hi) / sum
					near("softmax", i, row(y)[i], s, s)
					l := float64(v) - hi - math.Log(sum)
					near("log-softmax", i, row(ly)[i], l, math.Abs(l)+1)
					dot += s * float64(row(dy)[i])
					dsum += float64(row(dy)[i])
					dabs += math.Abs(float64(row(dy)[i]))
				}
				for i, v := range row(x) {
					s, d := math.Exp(float64(v)-hi)/sum, float64(row(dy)[i])
					near("softmax gradient", i, row(dx)[i], s*(d-dot), s*(math.Abs(d)+8))
					near("log-softmax gradient", i, row(ldx)[i], d-s*dsum, math.Abs(d)+s*(8+dabs))
				}
			}
		})
	})
}
