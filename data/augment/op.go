package augment

import "github.com/vicinal-ml/vicinal/stream"

// Op is one operation on an image. Its draws are a pure function of rand's
// position; an Op has no state and may be used by several goroutines.
type Op interface {
	// Apply changes the image on the canvas.
	Apply(c *Canvas, rand *stream.Rand) error
	// String returns the operation as Parse reads it.
	String() string
}

// Sizer is an Op whose result has one size, whatever the image's.
type Sizer interface {
	Op
	Size() (h, w int)
}
