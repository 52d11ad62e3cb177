//go:build !amd64

package mix

// level is the vector instructions the loops may use: here none.
type level int

const levelGo level = 0

// bestLevel is what this processor and operating system offer.
const bestLevel = levelGo

func (level) String() string { return "go" }

func (level) blend(dst, a, b []float32, w float32, _ bool) { blendGo(dst, a, b, w) }

func (level) copy(dst, a []float32, _ bool) { copy(dst, a) }

func (level) blendUint8(dst []float32, a, b []uint8, w float32, t *affine, _ bool) {
	blendUint8Go(dst, a, b, w, t, 0)
}
