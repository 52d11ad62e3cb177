package winograd

import (
	"fmt"
	"unsafe"
)

// Points is the number of products of matrices.
const Points = 36

// Images describes a tensor of float32 images: N images of Channels x Height x Width whose channels lie together in
// blocks, [N, Channels/Block, Height, Width, Block]. Channels last is a Block of all channels.
type Images struct{ N, Channels, Height, Width, Block int }

// offset is that of an element in bytes.
func (m Images) offset(n, channel, y, x int) int {
	return 4 * ((((n*(m.Channels/m.Block)+channel/m.Block)*m.Height+y)*m.Width+x)*m.Block + channel%m.Block)
}

// Convolution is the geometry of a forward convolution with 3x3 kernels and stride 1: Input's element (y, x) meets
// kernel element (i, j) in Output's element (y+Top-i, x+Left-j).
//
// Transformed tensors are stacks of matrices, one for each of the 36 points. Their rows are tiles, or input channels for
// weights, their columns channels. Tiles are counted by tile row, from left to right. In what follows, plane is how many
// floats lie between matrices, at least [Convolution.Plane], and a Buffer is for one goroutine at a time.
type Convolution struct {
	input, output Images
	top, left     int
	weightsBlock  int
	panels        bool
	kernels       *kernels
}

// Fast tells whether the transforms are in vector instructions on this processor.
func Fast() bool {
	_, fast := best()
	return fast
}

// New makes the transforms of a convolution. Weights are of the blocked layout
// [Out/block, In/block, 3, 3, block, block] with output channels innermost. Channels and blocks must be multiples of 8.
// With panels the matrices lie by [Panel], for products of this package, else by row.
func New(input, output Images, top, left, weightsBlock int, panels bool) (*Convolution, error) {
	for _, n := range []int{input.Channels, output.Channels, input.Block, output.Block, weightsBlock} {
		if n <= 0 || n%lanes != 0 {
			return nil, fmt.Errorf("winograd: %d channels are not a multiple of %d", n, lanes)
		}
	}
	if input.Channels%input.Block != 0 || output.Channels%output.Block != 0 || input.Channels%weightsBlock != 0 || output.Channels%weightsBlock != 0 {
		return nil, fmt.Errorf("winograd: channels of %+v or %+v are not whole blocks", input, output)
	}
	if top < 0 || left < 0 || top > 2 || left > 2 || input.N != output.N || output.Height < 1 || output.Width < 1 || input.Height < 1 || input.Width < 1 {
		return nil, fmt.Errorf("winograd: no convolution of %+v with padding %d, %d gives %+v", input, top, left, output)
	}
	c := &Convolution{input: input, output: output, top: top, left: left, weightsBlock: weightsBlock, panels: panels}
	c.kernels, _ = best()
	return c, nil
}

// tiling is how a tensor of results is covered with tiles.
type tiling struct{ rows, columns int } // of an image

func (c *Convolution) grid(results Images) tiling {
	return tiling{(results.Height + 3) / 4, (results.Width + 3) / 4}
}

// TileRows returns the number of tile rows of all images' outputs and the number of tiles of each; with data, those of
// the gradient by inputs.
func (c *Convolution) TileRows(data bool) (rows, tiles int) {
	results := c.output
	if data {
		results = c.input
	}
	t := c.grid(results)
	return t.rows * results.N, t.columns
}

// Plane is the floats of a matrix of so many tiles or input channels by so many channels.
func (c *Convolution) Plane(rows, channels int) int { return c.matrix(rows, channels).floats() }

// Input transforms the patches of tile rows first to first+rows-1 of the input at src into the matrices at dst. Rows
// beyond the last are zeros.
func (c *Convolution) Input(b *Buffer, dst, src unsafe.Pointer, plane, first, rows int) {
	p := c.pieces(c.input, c.output, c.top, c.left, 6, plane, rows)
	p.cut(c.kernels.input, b, dst, src, first, rows)
}

// OutputGradient is Input for the outputs' gradient, which the gradient by inputs convolves.
func (c *Convolution) OutputGradient(b *Buffer, dst, src unsafe.Pointer, plane, first, rows int) {
	p := c.pieces(c.output, c.input, 2-c.top, 2-c.left, 6, plane, rows)
	p.cut(c.kernels.input, b, dst, src, first, rows)
}

// Gradient transforms the tiles of the outputs' gradient for the gradient by weights.
func (c *Convolution) Gradient(b *Buffer, dst, src unsafe.Pointer, plane, first, rows int) {
	p := c.pieces(c.output, c.output, 0, 0, 4, plane, rows)
	p.cut(c.kernels.gradient, b, dst, src, first, rows)
}

// Output transforms products of tile rows back to the outputs at dst and adds the bias, nil or one number for each
// channel.
func (c *Convolution) Output(b *Buffer, dst, src, bias unsafe.Pointer, plane, first, rows int) {
	p := c.pieces(c.output, c.output, 0, 0, 4, plane, rows)
	p.paste(c.kernels.output, b, dst, src, bias, first, rows)
}

// InputGradient is Output for the gradient by inputs.
func (c *Convolution) InputGradient(b *Buffer, dst, src unsafe.Pointer, plane, first, rows int) {
	p := c.pieces(c.input, c.input, 0, 0, 4, plane, rows)
	p.paste(c.kernels.output, b, dst, src, nil, first, rows)
}
