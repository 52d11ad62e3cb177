package mix

import (
	"math"
	"testing"

	"github.com/vicinal-ml/vicinal/stream"
)

// levels returns the vector levels this processor has, the Go loops first.
func levels() []level {
	var all []level
	for l := levelGo; l <= bestLevel; l++ {
		all = append(all, l)
	}
	return all
}

// awkward returns n values of every kind of float32.
func awkward(n int, seed uint64) []float32 {
	special := []float32{
		0, float32(math.Copysign(0, -1)), 1, -1, math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32,
		1e-40, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 0.1, 255, 1 << 24,
	}
	r := stream.New(seed, "test").At(0, 0)
	xs := make([]float32, n)
	for i := range xs {
		if r.IntN(4) == 0 {
			xs[i] = special[r.IntN(len(special))]
		} else {
			xs[i] = float32(r.NormFloat64())
		}
	}
	return xs
}

func sameBits(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// vectorLengths are short lengths, all of them, and some of many vectors.
func vectorLengths() []int {
	var all []int
	for n := range 150 {
		all = append(all, n)
	}
	return append(all, 511, 512, 513, 3072)
}

var testWeights = []float32{0, 1, 0.5, 0.3, 1e-20, math.Nextafter32(1, 0), 0.9999}

// every calls f for every level, with and without streaming, at every
// alignment of dst.
func every(t *testing.T, f func(t *testing.T, l level, stream bool, offset int)) {
	for _, l := range levels() {
		for _, stream := range []bool{false, true} {
			t.Run(l.String()+map[bool]string{true: "-stream"}[stream], func(t *testing.T) {
				for offset := range 17 {
					f(t, l, stream, offset)
				}
			})
		}
	}
}

func TestBlendHasTheBitsOfTheGoLoop(t *testing.T) {
	a, b := awkward(6000, 1), awkward(6000, 2)
	want, memory := make([]float32, 6000), make([]float32, 6100)
	every(t, func(t *testing.T, l level, stream bool, offset int) {
		for k, n := range vectorLengths() {
			x, y, w := a[offset%5:][:n], b[offset%3:][:n], testWeights[(k+offset)%len(testWeights)]
			blendGo(want[:n], x, y, w)
			fill(memory[offset:offset+n+2], 77)
			l.blend(memory[offset+1:][:n], x, y, w, stream)
			for i := range n {
				if got := memory[offset+1+i]; !sameBits(got, want[i]) {
					t.Fatalf("n %d, offset %d, w %v, value %d: %v x %v is %v, the Go loop gives %v", n, offset, w, i, x[i], y[i], got, want[i])
				}
			}
			if memory[offset] != 77 || memory[offset+1+n] != 77 {
				t.Fatalf("n %d, offset %d: wrote outside dst", n, offset)
			}
		}
	})
}

func TestCopyHasTheBitsOfTheSource(t *testing.T) {
	a, memory := awkward(6000, 3), make([]float32, 6100)
	every(t, func(t *testing.T, l level, stream bool, offset int) {
		for _, n := range vectorLengths() {
			fill(memory[offset:offset+n+2], 77)
			l.copy(memory[offset+1:][:n], a[offset%5:][:n], stream)
			for i := range n {
				if got := memory[offset+1+i]; math.Float32bits(got) != math.Float32bits(a[offset%5+i]) {
					t.Fatalf("n %d, offset %d, value %d: %v, want %v", n, offset, i, got, a[offset%5+i])
				}
			}
			if memory[offset] != 77 || memory[offset+1+n] != 77 {
				t.Fatalf("n %d, offset %d: wrote outside dst", n, offset)
			}
		}
	})
}

func TestBlendUint8HasTheBitsOfTheGoLoop(t *testing.T) {
	a, b := randomBytes(6000, 4), randomBytes(6000, 5)
	want, memory := make([]float32, 6000), make([]float32, 6100)
	var transform affine
	every(t, func(t *testing.T, l level, stream bool, offset int) {
		for k, n := range vectorLengths() {
			transform.set(testNormalization(1+(offset+k)%maxChannels), 0, 1+(offset+k)%maxChannels)
			x, y, w := a[offset:][:n], b[offset%3:][:n], testWeights[(k+offset)%len(testWeights)]
			blendUint8Go(want[:n], x, y, w, &transform, 0)
			fill(memory[offset:offset+n+2], 77)
			l.blendUint8(memory[offset+1:][:n], x, y, w, &transform, stream)
			for i := range n {
				if got := memory[offset+1+i]; !sameBits(got, want[i]) {
					t.Fatalf("n %d, offset %d, %d channels, w %v, value %d: %v, the Go loop gives %v", n, offset, transform.channels, w, i, got, want[i])
				}
			}
			if memory[offset] != 77 || memory[offset+1+n] != 77 {
				t.Fatalf("n %d, offset %d: wrote outside dst", n, offset)
			}
		}
	})
}

// The Go loop rounds each product: compare with the same in float64, where
// products of float32 are exact.
func TestBlendGoDoesNotFuse(t *testing.T) {
	r := stream.New(1, "test").At(1, 0)
	var got [1]float32
	for range 10_000 {
		a, b, w := float32(r.NormFloat64()), float32(r.NormFloat64()), float32(r.Float64())
		want := float32(float64(float32(float64(w)*float64(a))) + float64(float32(float64(1-w)*float64(b))))
		if blendGo(got[:], []float32{a}, []float32{b}, w); got[0] != want {
			t.Fatalf("w %v, %v x %v is %v, want %v", w, a, b, got[0], want)
		}
	}
}

func fill(xs []float32, x float32) {
	for i := range xs {
		xs[i] = x
	}
}

func randomBytes(n int, seed uint64) []uint8 {
	r := stream.New(seed, "test").At(0, 0)
	xs := make([]uint8, n)
	for i := range xs {
		xs[i] = uint8(r.Uint64())
	}
	return xs
}

// testNormalization has a different mean and deviation for each channel.
func testNormalization(channels int) *Normalization {
	var n Normalization
	for c := range channels {
		n.Mean = append(n.Mean, 0.3+0.05*float32(c))
		n.Std = append(n.Std, 0.2+0.03*float32(c))
	}
	return &n
}

func BenchmarkBlend(b *testing.B) {
	const n = 3072
	x, y, dst := awkward(n, 1), awkward(n, 2), make([]float32, n)
	for i := range x {
		x[i], y[i] = float32(i), float32(2*i)
	}
	for _, l := range levels() {
		b.Run(l.String(), func(b *testing.B) {
			b.SetBytes(4 * n)
			for b.Loop() {
				l.blend(dst, x, y, 0.3, false)
			}
		})
	}
}

func BenchmarkBlendUint8(b *testing.B) {
	const n = 3072
	x, y, dst := randomBytes(n, 1), randomBytes(n, 2), make([]float32, n)
	var t affine
	t.set(testNormalization(3), 0, 3)
	for _, l := range levels() {
		b.Run(l.String(), func(b *testing.B) {
			b.SetBytes(4 * n)
			for b.Loop() {
				l.blendUint8(dst, x, y, 0.3, &t, false)
			}
		})
	}
}
