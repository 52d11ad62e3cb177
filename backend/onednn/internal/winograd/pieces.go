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
}

// matrices is where the transforms of a tile row begin.
func (p *pieces) matrices(base unsafe.Pointer, row, channel int) unsafe.Pointer {
	return unsafe.Add(base, 4*(row*p.tiles.columns*p.images.Channels+channel))
}

// vectors is how many vectors of channels are transformed of a tile before the next: a cache line of each matrix.
const vectors = 2

func (p *pieces) cut(f func(*grid), b *Buffer, dst, src unsafe.Pointer, first, rows int) {
	for row := range rows {
		n, r := (first+row)/p.tiles.rows, (first+row)%p.tiles.rows
		if n < p.images.N {
			for channel := 0; channel < p.images.Channels; channel += vectors * lanes {
				p.cutRow(f, b, p.matrices(dst, row, channel), src, n, r, channel)
			}
			continue
		}
		for i := range Points {
			clear(unsafe.Slice((*float32)(unsafe.Add(p.matrices(dst, row, 0), 4*i*p.plane)), p.tiles.columns*p.images.Channels))
		}
	}
}

// width is how many vectors of channels there are from one on, at most vectors.
func (p *pieces) width(channel int) int { return min(vectors, (p.images.Channels-channel)/lanes) }

// cutRow transforms some vectors of channels of tile row r of image n.
func (p *pieces) cutRow(f func(*grid), b *Buffer, dst, src unsafe.Pointer, n, r, channel int) {
	m, vecs := p.images, p.width(channel)
	g := grid{dst: dst, dstRow: 4 * 6 * p.plane, dstCol: 4 * p.plane, dstNext: 4 * lanes, temp: b.temp}
	y, width := 4*r-p.top, 4*(p.tiles.columns-1)+p.size
	pixel := 4 * m.Block
	var nextTile int
	if y >= 0 && y+p.size <= m.Height && p.left == 0 && width <= m.Width {
		g.src = unsafe.Add(src, m.offset(n, channel, y, 0))
		g.srcRow, g.srcCol, g.srcNext, nextTile = pixel*m.Width, pixel, m.nextVector(channel), 4*pixel
	} else {
		p.pad(b, src, n, y, channel, width)
		g.src = unsafe.Pointer(&b.row[0])
		g.srcCol = 4 * lanes * vectors
		g.srcRow, g.srcNext, nextTile = width*g.srcCol, 4*lanes, 4*g.srcCol
	}
	for range p.tiles.columns {
		g.n = vecs
		b.grid = g
		f(&b.grid)
		g.src, g.dst = unsafe.Add(g.src, nextTile), unsafe.Add(g.dst, 4*m.Channels)
	}
}

// nextVector is the distance in bytes from a vector of channels to the next.
func (m Images) nextVector(channel int) int {
	return m.offset(0, channel+lanes, 0, 0) - m.offset(0, channel, 0, 0)
}

// pad copies the rows that a tile row is cut from, with zeros where they are beyond the image.
func (p *pieces) pad(b *Buffer, src unsafe.Pointer, n, y, channel, width int) {
	m := p.images
	before, inside := p.left, min(m.Width, width-p.left)
	const step = vectors * lanes
	for i := range p.size {
		line := b.row[i*width*step : (i+1)*width*step]
		if y+i < 0 || y+i >= m.Height {
			clear(line)
			continue
		}
		clear(line[:before*step])
		for v := range p.width(channel) {
			from := unsafe.Add(src, m.offset(n, channel+v*lanes, y+i, 0))
			to := line[before*step+v*lanes:]
			for x := range inside {
				*(*[lanes]float32)(to[x*step:]) = *(*[lanes]float32)(unsafe.Add(from, x*4*m.Block))
			}
		}
		clear(line[(before+inside)*step:])
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
		for channel := 0; channel < p.images.Channels; channel += vectors * lanes {
			p.pasteRow(f, b, dst, p.matrices(src, row, channel), bias, n, r, channel)
		}
	}
}

// pasteRow transforms some vectors of channels of tile row r of image n back.
func (p *pieces) pasteRow(f func(*grid), b *Buffer, dst, src, bias unsafe.Pointer, n, r, channel int) {
	m := p.images
	pixel := 4 * m.Block
	height := min(4, m.Height-4*r)
	for s := range p.tiles.columns {
		width := min(4, m.Width-4*s)
		for v := range p.width(channel) {
			at := channel + v*lanes
			g := &b.grid
			*g = grid{src: unsafe.Add(src, 4*(s*m.Channels+v*lanes)), srcRow: 4 * 6 * p.plane, srcCol: 4 * p.plane, n: 1, bias: unsafe.Pointer(&zeros), temp: b.temp}
			if bias != nil {
				g.bias = unsafe.Add(bias, 4*at)
			}
			to := unsafe.Add(dst, m.offset(n, at, 4*r, 4*s))
			if height == 4 && width == 4 {
				g.dst, g.dstRow, g.dstCol = to, pixel*m.Width, pixel
				f(g)
				continue
			}
			g.dst, g.dstRow, g.dstCol = unsafe.Pointer(&b.row[0]), 4*4*lanes, 4*lanes
			f(g)
			for i := range height {
				for x := range width {
					*(*[lanes]float32)(unsafe.Add(to, (i*m.Width+x)*pixel)) = [lanes]float32(b.row[(4*i+x)*lanes:])
				}
			}
		}
	}
}
