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

func (p *pieces) cut(f func(*grid), b *Buffer, dst, src unsafe.Pointer, first, rows int) {
	for row := range rows {
		n, r := (first+row)/p.tiles.rows, (first+row)%p.tiles.rows
		for channel := 0; channel < p.images.Channels; channel += lanes {
			to := p.matrices(dst, row, channel)
			if n < p.images.N {
				p.cutRow(f, b, to, src, n, r, channel)
				continue
			}
			for i := range Points {
				for s := range p.tiles.columns {
					*(*[lanes]float32)(unsafe.Add(to, 4*(i*p.plane+s*p.images.Channels))) = [lanes]float32{}
				}
			}
		}
	}
}

// cutRow transforms a vector of channels of tile row r of image n.
func (p *pieces) cutRow(f func(*grid), b *Buffer, dst, src unsafe.Pointer, n, r, channel int) {
	m := p.images
	g := grid{dst: dst, dstRow: 4 * 6 * p.plane, dstCol: 4 * p.plane, dstNext: 4 * m.Channels, n: p.tiles.columns, temp: b.temp}
	y, width := 4*r-p.top, 4*(p.tiles.columns-1)+p.size
	pixel := 4 * m.Block
	if y >= 0 && y+p.size <= m.Height && p.left == 0 && width <= m.Width {
		g.src = unsafe.Add(src, m.offset(n, channel, y, 0))
		g.srcRow, g.srcCol, g.srcNext = pixel*m.Width, pixel, 4*pixel
		f(&g)
		return
	}
	// The part that is inside, in zeros.
	before, inside := p.left, min(m.Width, width-p.left)
	for i := range p.size {
		line := b.row[i*width*lanes : (i+1)*width*lanes]
		if y+i < 0 || y+i >= m.Height {
			clear(line)
			continue
		}
		clear(line[:before*lanes])
		from := unsafe.Add(src, m.offset(n, channel, y+i, 0))
		if m.Block == lanes {
			copy(line[before*lanes:], unsafe.Slice((*float32)(from), inside*lanes))
		} else {
			for x := range inside {
				*(*[lanes]float32)(line[(before+x)*lanes:]) = *(*[lanes]float32)(unsafe.Add(from, x*pixel))
			}
		}
		clear(line[(before+inside)*lanes:])
	}
	g.src = unsafe.Pointer(&b.row[0])
	g.srcRow, g.srcCol, g.srcNext = 4*lanes*width, 4*lanes, 4*4*lanes
	f(&g)
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
			at := unsafe.Pointer(&zeros)
			if bias != nil {
				at = unsafe.Add(bias, 4*channel)
			}
			p.pasteRow(f, b, dst, p.matrices(src, row, channel), at, n, r, channel)
		}
	}
}

// pasteRow transforms a vector of channels of tile row r of image n back.
func (p *pieces) pasteRow(f func(*grid), b *Buffer, dst, src, bias unsafe.Pointer, n, r, channel int) {
	m := p.images
	pixel := 4 * m.Block
	g := grid{src: src, srcRow: 4 * 6 * p.plane, srcCol: 4 * p.plane, srcNext: 4 * m.Channels, bias: bias, temp: b.temp}
	to := unsafe.Add(dst, m.offset(n, channel, 4*r, 0))
	height, whole := min(4, m.Height-4*r), m.Width/4
	if height < 4 {
		whole = 0
	}
	if whole > 0 {
		g.dst, g.dstRow, g.dstCol, g.dstNext, g.n = to, pixel*m.Width, pixel, 4*pixel, whole
		f(&g)
	}
	rest := p.tiles.columns - whole
	if rest == 0 {
		return
	}
	width := 4 * rest
	g.src = unsafe.Add(src, whole*g.srcNext)
	g.dst, g.dstRow, g.dstCol, g.dstNext, g.n = unsafe.Pointer(&b.row[0]), 4*lanes*width, 4*lanes, 4*4*lanes, rest
	f(&g)
	for i := range height {
		line := b.row[i*width*lanes:]
		for x := 4 * whole; x < m.Width; x++ {
			*(*[lanes]float32)(unsafe.Add(to, (i*m.Width+x)*pixel)) = [lanes]float32(line[(x-4*whole)*lanes:])
		}
	}
}
