package kernel

import (
	"fmt"
	"unsafe"
)

// Copy is a compiled copy of elements between two strided views of one shape: a transposition, a broadcast, a
// slice, a reversal, one operand of a concatenation. It may be run by several goroutines at the same time.
type Copy struct {
	size int    // bytes of an element
	n    int    // elements
	dims []view // the inner axes last

	mode  copyMode
	outer int // number of outer axes: all but one, or all but two for copyTile

	// Work is cut into items: a piece of the first inner axis for one index of the outer axes.
	piece, pieces, items int
}

// view is one axis: its size and the steps in bytes of destination and source.
type view struct {
	size, dst, src int
}

type copyMode uint8

const (
	copyStride copyMode = iota // any steps along the last axis
	copyRun                    // both sides contiguous along the last axis
	copyFill                   // one source element for a contiguous last axis
	copyTile                   // source contiguous along the last axis but one, destination along the last
)

const (
	// copyWork is the bytes below which one worker is as fast as several.
	copyWork = 512 << 10
	// runPiece is the bytes of a piece of a run.
	runPiece = 16 << 10
	// tileRows is the rows of the destination that are written together.
	tileRows = 64
)

// NewCopy compiles the copy of elements of size bytes (1, 2, 4, 8 or 16) from src to dst, views of the shape dims
// with the given steps in elements, which may be negative, and 0 in src. Elements of dst must not overlap.
func NewCopy(size int, dims []int, dst, src []int) (*Copy, error) {
	switch size {
	case 1, 2, 4, 8, 16:
	default:
		return nil, fmt.Errorf("compiling a copy: elements of %d bytes", size)
	}
	if len(dst) != len(dims) || len(src) != len(dims) {
		return nil, fmt.Errorf("compiling a copy: %d dimensions with %d and %d steps", len(dims), len(dst), len(src))
	}
	c := &Copy{size: size, n: volume(dims)}
	for i, n := range dims {
		if n < 0 {
			return nil, fmt.Errorf("compiling a copy: axis %d has size %d", i, n)
		}
		if n == 1 {
			continue
		}
		v := view{n, dst[i] * size, src[i] * size}
		if k := len(c.dims) - 1; k >= 0 && c.dims[k].dst == v.dst*n && c.dims[k].src == v.src*n {
			c.dims[k] = view{c.dims[k].size * n, v.dst, v.src}
			continue
		}
		c.dims = append(c.dims, v)
	}
	if c.n > 0 {
		c.plan()
	}
	return c, nil
}

// NewTranspose compiles the permutation of axes: axis i of the result is axis perm[i] of the operand, which has
// the dimensions dims. Both are in row-major order.
func NewTranspose(size int, dims, perm []int) (*Copy, error) {
	seen := make([]bool, len(dims))
	to, src := make([]int, len(perm)), make([]int, len(perm))
	from := rowMajor(dims)
	for i, a := range perm {
		if len(perm) != len(dims) || a < 0 || a >= len(dims) || seen[a] {
			return nil, fmt.Errorf("compiling a transposition: %v is no permutation of %d axes", perm, len(dims))
		}
		seen[a] = true
		to[i], src[i] = dims[a], from[a]
	}
	return NewCopy(size, to, rowMajor(to), src)
}

// plan chooses the inner axes and the pieces.
func (c *Copy) plan() {
	if len(c.dims) == 0 {
		c.dims = []view{{1, c.size, c.size}}
	}
	last := 0
	for i, v := range c.dims {
		if abs(v.dst) <= abs(c.dims[last].dst) {
			last = i
		}
	}
	c.moveLast(last)
	k := len(c.dims)
	v := c.dims[k-1]
	c.outer = k - 1
	c.piece = max(runPiece/c.size, 1)
	switch {
	case v.dst == c.size && v.src == c.size:
		c.mode = copyRun
	case v.dst == c.size && v.src == 0:
		c.mode = copyFill
	case v.dst == c.size:
		for i, w := range c.dims[:k-1] {
			if w.src == c.size {
				c.moveLast(i)
				c.moveLast(k - 2)
				c.mode, c.outer, c.piece = copyTile, k-2, tileRows
				break
			}
		}
	}
	c.pieces = (c.dims[c.outer].size + c.piece - 1) / c.piece
	c.items = c.pieces
	for _, v := range c.dims[:c.outer] {
		c.items *= v.size
	}
}

// moveLast makes axis i the last one.
func (c *Copy) moveLast(i int) {
	v := c.dims[i]
	copy(c.dims[i:], c.dims[i+1:])
	c.dims[len(c.dims)-1] = v
}

func abs(x int) int { return max(x, -x) }

// Run copies. The pointers are those of index 0 on each axis.
func (c *Copy) Run(t *Team, dst, src unsafe.Pointer) {
	if c.n == 0 {
		return
	}
	task := t.copies.get()
	if len(task.args) < t.workers {
		task.args = make([]paddedOperands, t.workers)
	}
	task.c, task.dst, task.src, task.ops, task.parts = c, dst, src, t.ops, 1
	if c.n*c.size >= copyWork {
		task.parts = min(t.workers*partsPerWorker, c.items)
	}
	t.Do(task, task.parts)
	task.c, task.dst, task.src = nil, nil, nil
	t.copies.put(task)
}

// copyTask is one execution of a Copy.
type copyTask struct {
	c        *Copy
	dst, src unsafe.Pointer
	ops      *opTable
	parts    int
	args     []paddedOperands // of each worker
}

// paddedOperands has no cache line in common with the next.
type paddedOperands struct {
	operands
	_ [128]byte
}

// Part implements Task.
func (t *copyTask) Part(part, worker int) {
	c := t.c
	first, end := part*c.items/t.parts, (part+1)*c.items/t.parts
	for item := first; item < end; {
		at, piece := item/c.pieces, item%c.pieces
		d, s := t.dst, t.src
		for i := c.outer - 1; i >= 0; i-- {
			v := c.dims[i]
			d, s = unsafe.Add(d, at%v.size*v.dst), unsafe.Add(s, at%v.size*v.src)
			at /= v.size
		}
		v := c.dims[c.outer]
		// Further items of this run are one longer run.
		last := min(c.pieces, piece+end-item)
		from, to := piece*c.piece, min(last*c.piece, v.size)
		d, s = unsafe.Add(d, from*v.dst), unsafe.Add(s, from*v.src)
		item += last - piece
		switch c.mode {
		case copyRun:
			n := (to - from) * c.size
			copy(unsafe.Slice((*byte)(d), n), unsafe.Slice((*byte)(s), n))
		case copyFill:
			fill(d, s, c.size, to-from)
		case copyStride:
			c.stride(d, s, to-from)
		case copyTile:
			c.tiles(t.ops, d, s, to-from, &t.args[worker].operands)
		}
	}
}

// element is a type as wide as an element.
type element interface {
	uint8 | uint16 | uint32 | uint64 | [2]uint64
}

// stride copies n elements of the last axis.
func (c *Copy) stride(d, s unsafe.Pointer, n int) {
	v := c.dims[len(c.dims)-1]
	switch c.size {
	case 1:
		strideOf[uint8](d, s, v, n)
	case 2:
		strideOf[uint16](d, s, v, n)
	case 4:
		strideOf[uint32](d, s, v, n)
	case 8:
		strideOf[uint64](d, s, v, n)
	case 16:
		strideOf[[2]uint64](d, s, v, n)
	}
}

func strideOf[E element](d, s unsafe.Pointer, v view, n int) {
	for i := range n {
		*(*E)(unsafe.Add(d, i*v.dst)) = *(*E)(unsafe.Add(s, i*v.src))
	}
}

// tiles transposes rows rows of the last axis but one.
func (c *Copy) tiles(t *opTable, d, s unsafe.Pointer, rows int, args *operands) {
	k := len(c.dims)
	r, v := c.dims[k-2], c.dims[k-1]
	const side = groupLanes
	for j := 0; j < v.size; j += side {
		cols := min(side, v.size-j)
		for i := 0; i < rows; i += side {
			n := min(side, rows-i)
			dt, st := unsafe.Add(d, i*r.dst+j*c.size), unsafe.Add(s, i*c.size+j*v.src)
			switch {
			case c.size == 4 && n == side && cols == side:
				// Source rows are the columns of the destination.
				*args = operands{d: dt, a: st, sa: uintptr(v.src), sb: uintptr(r.dst)}
				t.transpose32(args)
			case c.size == 1:
				tileOf[uint8](dt, st, r.dst, v.src, n, cols)
			case c.size == 2:
				tileOf[uint16](dt, st, r.dst, v.src, n, cols)
			case c.size == 4:
				tileOf[uint32](dt, st, r.dst, v.src, n, cols)
			case c.size == 8:
				tileOf[uint64](dt, st, r.dst, v.src, n, cols)
			default:
				tileOf[[2]uint64](dt, st, r.dst, v.src, n, cols)
			}
		}
	}
}

func tileOf[E element](d, s unsafe.Pointer, dstStep, srcStep, rows, cols int) {
	for i := range rows {
		out := unsafe.Slice((*E)(unsafe.Add(d, i*dstStep)), cols)
		in := unsafe.Add(s, i*int(unsafe.Sizeof(out[0])))
		for j := range out {
			out[j] = *(*E)(unsafe.Add(in, j*srcStep))
		}
	}
}

// fill writes n copies of the element at s.
func fill(d, s unsafe.Pointer, size, n int) {
	b := unsafe.Slice((*byte)(d), n*size)
	copy(b[:size], unsafe.Slice((*byte)(s), size))
	for done := size; done < len(b); done *= 2 {
		copy(b[done:], b[:min(done, len(b)-done)])
	}
}
