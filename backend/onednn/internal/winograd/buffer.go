package winograd

import "unsafe"

// Buffer is working memory of the transforms.
type Buffer struct {
	row  []float32                // a padded tile row, or a block of weights
	temp *[Points * lanes]float32 // aligned to a vector
	grid grid                     // the argument of kernels, which would escape to the heap
}

// NewBuffer makes memory for c's transforms.
func (c *Convolution) NewBuffer() *Buffer {
	wide := max(c.grid(c.output).columns, c.grid(c.input).columns)
	mem := make([]float32, Points*lanes+lanes)
	shift := -uintptr(unsafe.Pointer(&mem[0])) % (4 * lanes) / 4
	return &Buffer{row: make([]float32, max(6*(4*wide+2)*vectors, 9*c.weightsBlock)*lanes), temp: (*[Points * lanes]float32)(mem[shift:])}
}
