package winograd

import "unsafe"

// pieces is how tiles are cut from a tensor, or are pasted into one: tile (r, s) begins at element (4r-top, 4s-left) and
// is size by size.
type pieces struct {
	images    Images
	tiles     tiling
	top, left int
	size      int
	plane     int
	matrix    matrix
	kernels   *kernels
}

// pieces are of images; tiles are those of the results.
func (c *Convolution) pieces(images, results Images, top, left, size, plane, rows int) pieces {
	tiles := c.grid(results)
	return pieces{images, tiles, top, left, size, plane, c.matrix(rows*tiles.columns, images.Channels), c.kernels}
}

// at is where the transforms of a tile row begin.
func (p *pieces) at(base unsafe.Pointer, row, channel int) unsafe.Pointer {
	return unsafe.Add(base, p.matrix.offset(row*p.tiles.columns, channel))
}

// vectors is how many vectors of channels are transformed of a tile before the next: a cache line of each matrix.
const vectors = 2

func (p *pieces) cut(f func(*grid), b *Buffer, dst, src unsafe.Pointer, first, rows int) {
	for row := range rows {
		n, r := (first+row)/p.tiles.rows, (first+row)%p.tiles.rows
		for channel := 0; channel < p.images.Channels; channel += vectors * lanes {
			to := p.at(dst, row, channel)
			if n < p.images.N {
				p.cutRow(f, b, to, src, n, r, channel)
				continue
			}
			for point := range Points {
				for tile := range p.tiles.columns {
					clear(unsafe.Slice((*float32)(unsafe.Add(to, 4*(point*p.plane+tile*p.matrix.panel))), p.width(channel)*lanes))
				}
			}
		}
	}
}

// width is how many vectors of channels there are from one on, at most vectors.
func (p *pieces) width(channel int) int { return min(vectors, (p.images.Channels-channel)/lanes) }

// cutRow transforms some vectors of channels of tile row r of image n.
func (p *pieces) cutRow(f func(*grid), b *Buffer, dst, src unsafe.Pointer, n, r, channel int) {
	m, vecs, pixel := p.images, p.width(channel), 4*p.images.Block
	y := 4*r - p.top
	high := y >= 0 && y+p.size <= m.Height
	g := &b.grid
	*g = grid{dstRow: 4 * 6 * p.plane, dstCol: 4 * p.plane, dstNext: 4 * lanes, temp: b.temp}
	for s := range p.tiles.columns {
		x := 4*s - p.left
		if high && x >= 0 && x+p.size <= m.Width {
			g.src, g.srcRow, g.srcCol, g.srcNext = unsafe.Add(src, m.offset(n, channel, y, x)), pixel*m.Width, pixel, m.nextVector(channel)
		} else {
			p.pad(b, src, n, y, x, channel)
			g.src, g.srcRow, g.srcCol, g.srcNext = unsafe.Pointer(&b.cut[0]), 4*lanes*p.size, 4*lanes, 4*lanes*p.size*p.size
		}
		g.dst, g.n = unsafe.Add(dst, 4*s*p.matrix.panel), vecs
		f(g)
	}
}

// nextVector is the distance in bytes from a vector of channels to the next.
func (m Images) nextVector(channel int) int {
	return m.offset(0, channel+lanes, 0, 0) - m.offset(0, channel, 0, 0)
}

// pad copies the tile at (y, x), with zeros where it is beyond the image.
func (p *pieces) pad(b *Buffer, src unsafe.Pointer, n, y, x, channel int) {
	m, pixel := p.images, 4*p.images.Block
	top, bottom := max(-y, 0), min(m.Height-y, p.size)
	left, right := max(-x, 0), min(m.Width-x, p.size)
	size := p.size * p.size * lanes
	clear(b.cut[:p.width(channel)*size])
	if top >= bottom || left >= right {
		return
	}
	for v := range p.width(channel) {
		b.patch = patch{
			dst: unsafe.Pointer(&b.cut[v*size+(top*p.size+left)*lanes]), dstRow: 4 * lanes * p.size, dstCol: 4 * lanes,
			src: unsafe.Add(src, m.offset(n, channel+v*lanes, y+top, x+left)), srcRow: pixel * m.Width, srcCol: pixel,
			rows: bottom - top, columns: right - left,
		}
		p.kernels.patch(&b.patch)
	}
}

// zeros is the bias where there is none.
var zeros [lanes]float32

func (p *pieces) paste(f func(*grid), b *Buffer, dst, src, bias unsafe.Pointer, first, rows int) {
	for row := range rows {
		n, r := (first+row)/p.tiles.rows, (first+row)%p.tiles.rows
		if n >= p.images.N {
			return
		}
		for channel := 0; channel < p.images.Channels; channel += lanes {
			p.pasteRow(f, b, dst, p.at(src, row, channel), bias, n, r, channel)
		}
	}
}

// pasteRow transforms a vector of channels of tile row r of image n back.
func (p *pieces) pasteRow(f func(*grid), b *Buffer, dst, src, bias unsafe.Pointer, n, r, channel int) {
	m, pixel := p.images, 4*p.images.Block
	height := min(4, m.Height-4*r)
	g := &b.grid
	*g = grid{srcRow: 4 * 6 * p.plane, srcCol: 4 * p.plane, bias: unsafe.Pointer(&zeros), temp: b.temp}
	if bias != nil {
		g.bias = unsafe.Add(bias, 4*channel)
	}
	to := unsafe.Add(dst, m.offset(n, channel, 4*r, 0))
	for s := range p.tiles.columns {
		width := min(4, m.Width-4*s)
		g.src, g.n = unsafe.Add(src, 4*s*p.matrix.panel), 1
		if height == 4 && width == 4 {
			g.dst, g.dstRow, g.dstCol = to, pixel*m.Width, pixel
			f(g)
		} else {
			g.dst, g.dstRow, g.dstCol = unsafe.Pointer(&b.cut[0]), 4*4*lanes, 4*lanes
			f(g)
			b.patch = patch{dst: to, dstRow: pixel * m.Width, dstCol: pixel, src: g.dst, srcRow: g.dstRow, srcCol: g.dstCol, rows: height, columns: width}
			p.kernels.patch(&b.patch)
		}
		to = unsafe.Add(to, 4*pixel)
	}
}
