package winograd

import "unsafe"

// WeightBlocks is how many blocks of weights there are, which are transformed one at a time.
func (c *Convolution) WeightBlocks() int {
	return c.input.Channels / c.weightsBlock * (c.output.Channels / c.weightsBlock)
}

// Weights transforms a block of the weights at src into matrices of input channels by output channels; flipped, for the
// gradient by inputs, with the kernels' elements in reverse.
func (c *Convolution) Weights(b *Buffer, dst, src unsafe.Pointer, plane, block int, flipped bool) {
	tap := c.tap()
	for v := 0; v < c.weightsBlock; v += lanes {
		g := &b.grid
		*g = grid{src: unsafe.Add(src, 9*tap*block+4*v), srcRow: 3 * tap, srcCol: tap, srcNext: 4 * c.weightsBlock,
			dst: unsafe.Add(dst, c.matrix(block, v)), dstRow: 4 * 6 * plane, dstCol: 4 * plane, dstNext: 4 * c.output.Channels,
			n: c.weightsBlock, temp: b.temp}
		if flipped {
			g.src, g.srcRow, g.srcCol = unsafe.Add(g.src, 8*tap), -3*tap, -tap
		}
		c.kernels.weights(g)
	}
}

// WeightsGradient transforms the sums of the matrices at srcs, of input channels by output channels, back to a block of
// the gradient of the weights.
func (c *Convolution) WeightsGradient(b *Buffer, dst unsafe.Pointer, srcs []unsafe.Pointer, plane, block int) {
	tap := c.tap()
	for v := 0; v < c.weightsBlock; v += lanes {
		to := unsafe.Add(dst, 9*tap*block+4*v)
		for i, src := range srcs {
			g := &b.grid
			*g = grid{src: unsafe.Add(src, c.matrix(block, v)), srcRow: 4 * 6 * plane, srcCol: 4 * plane, srcNext: 4 * c.output.Channels,
				dst: to, dstRow: 3 * tap, dstCol: tap, dstNext: 4 * c.weightsBlock, n: c.weightsBlock, temp: b.temp}
			if i == 0 {
				c.kernels.weightsGradient(g)
				continue
			}
			g.dst, g.dstRow, g.dstCol, g.dstNext = unsafe.Pointer(&b.row[0]), 3*4*lanes, 4*lanes, 9*4*lanes
			c.kernels.weightsGradient(g)
			for j := range c.weightsBlock {
				for t := range 9 {
					sum := (*[lanes]float32)(unsafe.Add(to, t*tap+4*j*c.weightsBlock))
					for lane, more := range b.row[(9*j+t)*lanes:][:lanes] {
						sum[lane] += more
					}
				}
			}
		}
	}
}

// tap is the distance in bytes between the elements of a kernel.
func (c *Convolution) tap() int { return 4 * c.weightsBlock * c.weightsBlock }

// matrix is where a vector of a block's first input channel is in a matrix, in bytes.
func (c *Convolution) matrix(block, vector int) int {
	blocks := c.input.Channels / c.weightsBlock
	o, i := block/blocks*c.weightsBlock, block%blocks*c.weightsBlock
	return 4 * (i*c.output.Channels + o + vector)
}
