package winograd

import "unsafe"

// WeightBlocks is how many blocks of weights there are, which are transformed one at a time.
func (c *Convolution) WeightBlocks() int {
	return c.input.Channels / c.weightsBlock * (c.output.Channels / c.weightsBlock)
}

// Weights transforms a block of the weights at src into matrices of input channels by output channels; flipped, for the
// gradient by inputs, with the kernels' elements in reverse and, by panels, transposed.
func (c *Convolution) Weights(b *Buffer, dst, src unsafe.Pointer, plane, block int, flipped bool) {
	tap := c.tap()
	for v := 0; v < c.weightsBlock; v += lanes {
		g := &b.grid
		*g = grid{src: unsafe.Add(src, 9*tap*block+4*v), srcRow: 3 * tap, srcCol: tap, srcNext: 4 * c.weightsBlock, temp: b.temp}
		if flipped {
			g.src, g.srcRow, g.srcCol = unsafe.Add(g.src, 8*tap), -3*tap, -tap
		}
		i, o := c.corner(block)
		if flipped && c.panels {
			c.transposed(b, dst, plane, i, o+v)
			continue
		}
		m := c.matrix(c.input.Channels, c.output.Channels)
		g.dst, g.dstRow, g.dstCol, g.dstNext, g.n = unsafe.Add(dst, m.offset(i, o+v)), 4*6*plane, 4*plane, 4*m.panel, c.weightsBlock
		c.kernels.weights(g)
	}
}

// transposed transforms the kernels of b.grid's source, of a vector of output channels from o on, into matrices of output
// channels by input channels.
func (c *Convolution) transposed(b *Buffer, dst unsafe.Pointer, plane, i, o int) {
	const vector, square = 4 * lanes, 4 * lanes * lanes // bytes
	source := b.grid
	m := c.matrix(c.output.Channels, c.input.Channels)
	for n := 0; n < c.weightsBlock; n += lanes {
		g := &b.grid
		*g = source
		g.src = unsafe.Add(source.src, n*source.srcNext)
		g.dst, g.dstRow, g.dstCol, g.dstNext, g.n = unsafe.Pointer(&b.cut[0]), 6*square, square, vector, lanes
		c.kernels.weights(g)
		*g = grid{src: unsafe.Pointer(&b.cut[0]), srcRow: vector, srcNext: square, dst: unsafe.Add(dst, m.offset(o, i+n)), dstRow: 4 * m.panel, dstNext: 4 * plane, n: Points}
		c.kernels.transpose(g)
	}
}

// WeightsGradient transforms the sums of the matrices at srcs, of input channels by output channels, back to a block of
// the gradient of the weights.
func (c *Convolution) WeightsGradient(b *Buffer, dst unsafe.Pointer, srcs []unsafe.Pointer, plane, block int) {
	tap := c.tap()
	m := c.matrix(c.input.Channels, c.output.Channels)
	in, out := c.corner(block)
	for v := 0; v < c.weightsBlock; v += lanes {
		to := unsafe.Add(dst, 9*tap*block+4*v)
		for i, src := range srcs {
			g := &b.grid
			*g = grid{src: unsafe.Add(src, m.offset(in, out+v)), srcRow: 4 * 6 * plane, srcCol: 4 * plane, srcNext: 4 * m.panel,
				dst: to, dstRow: 3 * tap, dstCol: tap, dstNext: 4 * c.weightsBlock, n: c.weightsBlock, temp: b.temp}
			if i == 0 {
				c.kernels.weightsGradient(g)
				continue
			}
			g.dst, g.dstRow, g.dstCol, g.dstNext = unsafe.Pointer(&b.cut[0]), 3*4*lanes, 4*lanes, 9*4*lanes
			c.kernels.weightsGradient(g)
			for j := range c.weightsBlock {
				for t := range 9 {
					sum := (*[lanes]float32)(unsafe.Add(to, t*tap+4*j*c.weightsBlock))
					for lane, more := range b.cut[(9*j+t)*lanes:][:lanes] {
						sum[lane] += more
					}
				}
			}
		}
	}
}

// tap is the distance in bytes between the elements of a kernel.
func (c *Convolution) tap() int { return 4 * c.weightsBlock * c.weightsBlock }

// corner is a block's first channels.
func (c *Convolution) corner(block int) (in, out int) {
	blocks := c.input.Channels / c.weightsBlock
	return block % blocks * c.weightsBlock, block / blocks * c.weightsBlock
}
