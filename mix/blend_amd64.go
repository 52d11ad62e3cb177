package mix

import "golang.org/x/sys/cpu"

// level is the vector instructions the loops may use.
type level int

const (
	levelGo level = iota
	levelAVX2
	levelAVX512
)

// bestLevel is what this processor and operating system offer.
var bestLevel = func() level {
	switch {
	case cpu.X86.HasAVX512F:
		return levelAVX512
	case cpu.X86.HasAVX2:
		return levelAVX2
	default:
		return levelGo
	}
}()

// lanes is the float32 values of one vector.
func (l level) lanes() int {
	if l == levelAVX512 {
		return 16
	}
	return 8
}

// String names the level in tests and benchmarks.
func (l level) String() string { return [...]string{"go", "avx2", "avx512"}[l] }

// The loops of blend_amd64.s: n must be a multiple of the lanes and above 0;
// those with Stream in the name write past the caches and need dst aligned.

//go:noescape
func blendAVX2(dst, a, b *float32, n int, w, v float32)

//go:noescape
func blendStreamAVX2(dst, a, b *float32, n int, w, v float32)

//go:noescape
func blendAVX512(dst, a, b *float32, n int, w, v float32)

//go:noescape
func blendStreamAVX512(dst, a, b *float32, n int, w, v float32)

//go:noescape
func copyStreamAVX2(dst, a *float32, n int)

//go:noescape
func blendUint8AVX2(dst *float32, a, b *uint8, n int, w, v float32, scale, shift *float32, period int)

//go:noescape
func blendUint8StreamAVX2(dst *float32, a, b *uint8, n int, w, v float32, scale, shift *float32, period int)

//go:noescape
func blendUint8AVX512(dst *float32, a, b *uint8, n int, w, v float32, scale, shift *float32, period int)

//go:noescape
func blendUint8StreamAVX512(dst *float32, a, b *uint8, n int, w, v float32, scale, shift *float32, period int)

// blend sets dst to w a + (1-w) b.
func (l level) blend(dst, a, b []float32, w float32, stream bool) {
	head, body := l.split(dst, stream)
	blendGo(dst[:head], a[:head], b[:head], w)
	if body > 0 {
		d, x, y, v := &dst[head], &a[head], &b[head], 1-w
		switch {
		case l == levelAVX512 && stream:
			blendStreamAVX512(d, x, y, body, w, v)
		case l == levelAVX512:
			blendAVX512(d, x, y, body, w, v)
		case stream:
			blendStreamAVX2(d, x, y, body, w, v)
		default:
			blendAVX2(d, x, y, body, w, v)
		}
	}
	rest := head + body
	blendGo(dst[rest:], a[rest:], b[rest:], w)
}

// copy sets dst to a.
func (l level) copy(dst, a []float32, stream bool) {
	if !stream || l == levelGo {
		copy(dst, a)
		return
	}
	head, body := levelAVX2.split(dst, stream)
	copy(dst[:head], a)
	if body > 0 {
		copyStreamAVX2(&dst[head], &a[head], body)
	}
	copy(dst[head+body:], a[head+body:])
}

// blendUint8 sets dst to (w a + (1-w) b) scale + shift.
func (l level) blendUint8(dst []float32, a, b []uint8, w float32, t *affine, stream bool) {
	head, body := l.split(dst, stream)
	blendUint8Go(dst[:head], a[:head], b[:head], w, t, 0)
	if body > 0 {
		// The lists repeat after a whole number of vectors and of pixels.
		phase, period := head%t.channels, 4*t.channels*l.lanes()
		d, x, y, v := &dst[head], &a[head], &b[head], 1-w
		scale, shift := &t.scale[phase], &t.shift[phase]
		switch {
		case l == levelAVX512 && stream:
			blendUint8StreamAVX512(d, x, y, body, w, v, scale, shift, period)
		case l == levelAVX512:
			blendUint8AVX512(d, x, y, body, w, v, scale, shift, period)
		case stream:
			blendUint8StreamAVX2(d, x, y, body, w, v, scale, shift, period)
		default:
			blendUint8AVX2(d, x, y, body, w, v, scale, shift, period)
		}
	}
	rest := head + body
	blendUint8Go(dst[rest:], a[rest:], b[rest:], w, t, rest%t.channels)
}

// split returns how many values come before the first vector, so that a
// stream's is aligned, and how many make whole vectors from there.
func (l level) split(dst []float32, stream bool) (head, body int) {
	if l == levelGo || len(dst) == 0 {
		return 0, 0
	}
	lanes := l.lanes()
	if stream {
		head = min(len(dst), int(-address(dst)%uintptr(4*lanes))/4)
	}
	return head, (len(dst) - head) &^ (lanes - 1)
}
