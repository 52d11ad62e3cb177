package winograd

import "unsafe"

// productRows is how many rows of a result are summed at once, two vectors of each: what the registers hold.
const productRows = 6

// product is the argument of the kernels that multiply panels. Its layout is known to the assembly, which changes
// blocks.
//
// A kernel of rows computes blocks of m rows of a panel of c = a b, one block after the other, with m rows of a and a
// panel of b: over steps panels of a, jump bytes apart, and 8 more columns if half is not 0. A kernel of columns
// computes m rows of c = aᵀ b, with m columns of a panel of a, over steps rows; where add is not 0 it adds to c.
type product struct {
	c, a, b     unsafe.Pointer
	steps, jump int
	half        int
	blocks      int // at least 1
	add         int
}

// Multiplies tells whether the package's own products are the fastest on this processor.
func Multiplies() bool { return multiplies() }

// Multiply multiplies the matrices of tiles at v by those of weights at u, into m; data is true for the gradient by
// inputs, whose weights are transposed. Planes are as for the transforms.
func (c *Convolution) Multiply(b *Buffer, m, v, u unsafe.Pointer, mPlane, vPlane, uPlane, tiles int, data bool) {
	in, out := c.input.Channels, c.output.Channels
	if data {
		in, out = out, in
	}
	left, right, result := c.matrix(tiles, in), c.matrix(in, out), c.matrix(tiles, out)
	p := &b.product
	whole, rest := tiles/productRows, tiles%productRows
	for point := range Points {
		for column := 0; column < out; column += Panel {
			*p = product{
				c: unsafe.Add(m, 4*point*mPlane+result.offset(0, column)), a: unsafe.Add(v, 4*point*vPlane), b: unsafe.Add(u, 4*point*uPlane+right.offset(0, column)),
				steps: in / Panel, jump: left.offset(0, Panel), half: in % Panel, blocks: whole,
			}
			if whole > 0 {
				c.kernels.rows[productRows-1](p)
			}
			if rest > 0 {
				done := 4 * Panel * productRows * whole
				p.c, p.a, p.blocks = unsafe.Add(p.c, done), unsafe.Add(p.a, done), 1
				c.kernels.rows[rest-1](p)
			}
		}
	}
}

// MultiplyTiles multiplies the transposed matrices of input tiles at v by those of outputs' gradients at m, into u; with
// add it adds to u.
func (c *Convolution) MultiplyTiles(b *Buffer, u, v, m unsafe.Pointer, uPlane, vPlane, mPlane, tiles int, add bool) {
	in, out := c.input.Channels, c.output.Channels
	left, right, result := c.matrix(tiles, in), c.matrix(tiles, out), c.matrix(in, out)
	p := &b.product
	*p = product{steps: tiles}
	if add {
		p.add = 1
	}
	for point := range Points {
		for column := 0; column < out; column += Panel {
			p.b = unsafe.Add(m, 4*point*mPlane+right.offset(0, column))
			for row := 0; row < in; {
				// Of the 16 rows that a panel gives, 6, 5 and 5 at once, which keeps most registers busy; of 8, 4 and 4.
				rows := 4
				if panel := in - row/Panel*Panel; panel >= Panel {
					rows = [...]int{0: 6, 6: 5, 11: 5}[row%Panel]
				}
				p.a = unsafe.Add(v, 4*point*vPlane+left.offset(0, row))
				p.c = unsafe.Add(u, 4*point*uPlane+result.offset(row, column))
				p.blocks = 1
				c.kernels.columns[rows-1](p)
				row += rows
			}
		}
	}
}
