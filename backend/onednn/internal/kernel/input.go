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

// strided converts the elements first to first+n-1 of the shape to lanes. Up to 60 bytes after them are spoilt.
func (in *input) strided(t *opTable, d, base unsafe.Pointer, first, n int, o *operands) {
	inner := in.dims[len(in.dims)-1]
	size := in.dtype.Size()
	out := words(d, n)
	row, col := first/inner.size, first%inner.size
	at := in.walk(row)
	for len(out) > 0 {
		run := min(inner.size-col, len(out))
		src := unsafe.Add(base, (at.offset+col*inner.step)*size)
		switch {
		case inner.step == 1 && col == 0 && size == 4 && at.repeats(len(out)/inner.size) > 1:
			// The same row again and again, as of a vector along the channels of a blocked layout.
			count := at.repeats(len(out) / inner.size)
			rows := out[:count*inner.size]
			for done := copy(rows, words(src, inner.size)); done < len(rows); done *= 2 {
				copy(rows[done:], rows[:done])
			}
			out = out[len(rows):]
			at.advance(count)
			continue
		case inner.step == 1 && run >= groupLanes && size == 4:
			copy(out[:run], words(src, run))
		case inner.step == 1 && run >= groupLanes:
			in.dense(t, unsafe.Pointer(&out[0]), src, run, o)
		case inner.step == 0 && run > 1:
			if rows := len(out) / inner.size; size == 4 && col == 0 && rows > 0 {
				// As many rows as their values are evenly spaced.
				step, count := at.even(rows)
				t.spreadRows(o, unsafe.Pointer(&out[0]), src, 4*step, inner.size, count)
				out = out[count*inner.size:]
				at.advance(count)
				continue
			}
			in.gather(out[:1], src, 0)
			fill32(out[:run], out[0])
		default:
			in.gather(out[:run], src, inner.step)
		}
		out = out[run:]
		col = 0
		at.advance(1)
	}
}

// walker steps through the rows of the innermost axis of an input.
type walker struct {
	in     *input
	offset int // of the row, in elements
	index  [maxAxes]int
}

// maxAxes is the collapsed axes, but for the innermost, that a walker can count.
const maxAxes = 12

func (in *input) walk(row int) walker {
	w := walker{in: in}
	for i := len(in.dims) - 2; i >= 0; i-- {
		d := in.dims[i]
		w.index[i] = row % d.size
		w.offset += w.index[i] * d.step
		row /= d.size
	}
	return w
}

// even returns the step between the values of the next rows, at most rows of them, that are evenly spaced.
func (w *walker) even(rows int) (step, count int) {
	k := len(w.in.dims) - 2
	if k < 0 {
		return 0, 1
	}
	d := w.in.dims[k]
	return d.step, min(rows, d.size-w.index[k])
}

// repeats returns how many of the next rows, at most rows, are the same.
func (w *walker) repeats(rows int) int {
	step, count := w.even(rows)
	if step != 0 {
		return 1
	}
	return count
}

// advance moves on by rows rows, not beyond those that even allows.
func (w *walker) advance(rows int) {
	for i := len(w.in.dims) - 2; i >= 0; i-- {
		d := &w.in.dims[i]
		w.index[i] += rows
		w.offset += rows * d.step
		if w.index[i] < d.size {
			return
		}
		w.index[i] = 0
		w.offset -= d.size * d.step
		rows = 1
	}
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
