package kernel

import "unsafe"

// loadMode is how an input reaches the vector kernels.
type loadMode uint8

const (
	loadDirect  loadMode = iota // in place
	loadUniform                 // one value, widened to a group once per run
	loadTile                    // a row that repeats, unrolled once per run to more than a block
	loadDense                   // the full shape in another type, converted block by block
	loadStrided                 // anything else, gathered block by block
	loadNone                    // not needed
)

// maxTile is the longest row, in elements, that is unrolled.
const maxTile = 1 << 14

// input is the plan for one operand.
type input struct {
	dtype DType
	mode  loadMode
	dims  []dim // collapsed, outermost first
	tile  int   // length of the row of loadTile
}

func newInput(d DType, dims []int, a Access) input {
	if a == nil {
		a = rowMajor(dims)
	}
	n := volume(dims)
	in := input{dtype: d, dims: collapse(dims, a)}
	switch k := len(in.dims); {
	case n == 0:
		in.mode = loadDense
	case k == 0 && n == 1 || k == 1 && in.dims[0].step == 1:
		in.mode = loadDense
		if d == F32 || d == S32 {
			in.mode = loadDirect
		}
	case k == 1 && in.dims[0].step == 0:
		in.mode = loadUniform
	case k == 2 && in.dims[0].step == 0 && in.dims[1].step == 1 && in.dims[1].size <= maxTile:
		in.mode = loadTile
		in.tile = in.dims[1].size
	default:
		in.mode = loadStrided
	}
	if k := len(in.dims); k == 0 {
		in.dims = []dim{{max(n, 1), 1}}
	}
	return in
}

// dense converts n elements that follow one another to lanes; the lanes up to the next group are undefined.
func (in *input) dense(t *opTable, d, src unsafe.Pointer, n int, o *operands) {
	groups := n / groupLanes
	var f vectorFunc
	switch in.dtype {
	case F32, S32:
		copy(words(d, n), words(src, n))
		return
	case BF16:
		f = t.loadBF16
	case Bool:
		f = t.loadBool
	default:
		in.gather(words(d, n), src, 1)
		return
	}
	if groups > 0 {
		*o = operands{d: d, a: src, n: uintptr(groups)}
		f(o)
	}
	done := groups * groupLanes
	in.gather(words(d, n)[done:], unsafe.Add(src, done*in.dtype.Size()), 1)
}

// gather converts len(d) elements that are step elements apart to lanes.
func (in *input) gather(d []uint32, src unsafe.Pointer, step int) {
	switch in.dtype {
	case F32, S32:
		for i := range d {
			d[i] = *(*uint32)(unsafe.Add(src, 4*i*step))
		}
	case BF16:
		for i := range d {
			d[i] = uint32(*(*uint16)(unsafe.Add(src, 2*i*step))) << 16
		}
	case S64:
		for i := range d {
			d[i] = uint32(*(*int64)(unsafe.Add(src, 8*i*step)))
		}
	case U8:
		for i := range d {
			d[i] = uint32(*(*uint8)(unsafe.Add(src, i*step)))
		}
	case Bool:
		for i := range d {
			d[i] = -uint32(*(*uint8)(unsafe.Add(src, i*step)))
		}
	}
}

// strided converts the elements first to first+n-1 of the shape to lanes.
func (in *input) strided(t *opTable, d, base unsafe.Pointer, first, n int, o *operands) {
	inner := in.dims[len(in.dims)-1]
	size := in.dtype.Size()
	out := words(d, n)
	for row, col := first/inner.size, first%inner.size; len(out) > 0; row, col = row+1, 0 {
		run := min(inner.size-col, len(out))
		src := unsafe.Add(base, (in.rowOffset(row)+col*inner.step)*size)
		switch {
		case inner.step == 0:
			in.gather(out[:1], src, 0)
			fill32(out[:run], out[0])
		case inner.step == 1 && run >= groupLanes:
			in.dense(t, unsafe.Pointer(&out[0]), src, run, o)
		default:
			in.gather(out[:run], src, inner.step)
		}
		out = out[run:]
	}
}

// rowOffset returns the offset in elements of the row-th row of the innermost axis.
func (in *input) rowOffset(row int) int {
	off := 0
	for i := len(in.dims) - 2; i >= 0; i-- {
		d := in.dims[i]
		if i == 0 {
			off += row * d.step
			break
		}
		off += row % d.size * d.step
		row /= d.size
	}
	return off
}

// words views n lanes at p.
func words(p unsafe.Pointer, n int) []uint32 { return unsafe.Slice((*uint32)(p), n) }

func fill32(d []uint32, x uint32) {
	for len(d) >= 8 {
		d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7] = x, x, x, x, x, x, x, x
		d = d[8:]
	}
	for i := range d {
		d[i] = x
	}
}
