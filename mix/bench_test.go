package mix

import (
	"fmt"
	"testing"
	"time"
)

var benchShapes = []struct {
	name    string
	n, size int
}{
	{"128x3x32x32", 128, 3 * 32 * 32},
	{"256x3x224x224", 256, 3 * 224 * 224},
}

// benchPlan is mixup with a weight for each sample, no sample its own partner:
// nothing to skip.
func benchPlan(b testing.TB, n int) *Plan {
	var p Plan
	m := Mixup{Alpha: 1, PerSample: true, Pairing: Pairing{Partners: Derangement}}
	if err := m.Draw(&p, At{Seed: 1, N: n}); err != nil {
		b.Fatal(err)
	}
	return &p
}

// beside times f and, in turn, copy of as many bytes as f writes, and reports
// the best of each and their ratio, since other work on the machine only ever
// adds to a time.
func beside(b *testing.B, f func(), copied func()) {
	f()
	copied()
	b.ReportAllocs()
	bestMix, bestCopy := time.Duration(1<<62), time.Duration(1<<62)
	b.ResetTimer()
	for range b.N {
		start := time.Now()
		f()
		bestMix = min(bestMix, time.Since(start))
		b.StopTimer()
		start = time.Now()
		copied()
		bestCopy = min(bestCopy, time.Since(start))
		b.StartTimer()
	}
	b.ReportMetric(float64(bestMix)/1e6, "best-ms")
	b.ReportMetric(float64(bestCopy)/1e6, "copy-ms")
	b.ReportMetric(float64(bestMix)/float64(bestCopy), "x-copy")
}

func BenchmarkApplyFloat32(b *testing.B) {
	for _, s := range benchShapes {
		dst, src := make([]float32, s.n*s.size), make([]float32, s.n*s.size)
		for i := range src {
			src[i] = float32(i % 251)
		}
		p := benchPlan(b, s.n)
		b.Run(s.name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(dst)))
			beside(b, func() {
				if err := ApplyFloat32(dst, src, nil, p); err != nil {
					b.Fatal(err)
				}
			}, func() { copy(dst, src) })
		})
	}
}

func BenchmarkApplyUint8(b *testing.B) {
	for _, s := range benchShapes {
		dst, src := make([]float32, s.n*s.size), make([]uint8, s.n*s.size)
		for i := range src {
			src[i] = uint8(i % 251)
		}
		from := make([]float32, len(dst))
		p := benchPlan(b, s.n)
		for _, planar := range []bool{false, true} {
			norm := &Normalization{Mean: []float32{0.485, 0.456, 0.406}, Std: []float32{0.229, 0.224, 0.225}, Planar: planar}
			layout := map[bool]string{false: "channels-last", true: "planar"}[planar]
			b.Run(fmt.Sprintf("%s/%s", s.name, layout), func(b *testing.B) {
				b.SetBytes(int64(4 * len(dst)))
				beside(b, func() {
					if err := ApplyUint8(dst, src, nil, norm, p); err != nil {
						b.Fatal(err)
					}
				}, func() { copy(dst, from) })
			})
		}
	}
}
