package winograd

import "unsafe"

// Buffer is working memory of the transforms.
type Buffer struct {
	cut     []float32                // padded patches, results that are cut off, or a block of weights
	temp    *[Points * lanes]float32 // aligned to a vector
	grid    grid                     // the arguments of kernels, which would escape to the heap
	patch   patch
	product product
}

// NewBuffer makes memory for c's transforms.
func (c *Convolution) NewBuffer() *Buffer {
	mem := make([]float32, Points*lanes+lanes)
	shift := -uintptr(unsafe.Pointer(&mem[0])) % (4 * lanes) / 4
	return &Buffer{cut: make([]float32, max(Points*lanes, 9*c.weightsBlock)*lanes), temp: (*[Points * lanes]float32)(mem[shift:])}
}
