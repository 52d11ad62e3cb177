package kernel

import (
	"math"
	"unsafe"
)

// rowWork is the elements below which one worker handles all rows.
const rowWork = 64 << 10

// rowTask is a task over rows.
type rowTask struct {
	f     func(t *rowTask, first, end int)
	ops   *opTable
	n     int // rows
	parts int

	dst, src, index unsafe.Pointer
	size, width     int // bytes or elements of a row, by f
	limit           int
	wide            bool // index has 64-bit elements
	flag            bool
	dtype           DType
}

// Part implements Task.
func (r *rowTask) Part(part, _ int) {
	r.f(r, part*r.n/r.parts, (part+1)*r.n/r.parts)
}

// overRows runs a copy of r on t; work is in elements.
func overRows(t *Team, r rowTask, work int) {
	if r.n == 0 {
		return
	}
	task := t.rows.get()
	*task = r
	task.ops = t.ops
	task.parts = 1
	if work >= rowWork {
		task.parts = min(t.workers*partsPerWorker, r.n)
	}
	t.Do(task, task.parts)
	*task = rowTask{}
	t.rows.put(task)
}

// at returns index i, limited to [0, limit).
func (r *rowTask) at(i int) int {
	return min(max(r.raw(i), 0), r.limit-1)
}

func (r *rowTask) raw(i int) int {
	if r.wide {
		return int(*(*int64)(unsafe.Add(r.index, 8*i)))
	}
	return int(*(*int32)(unsafe.Add(r.index, 4*i)))
}

// GatherRows copies row index[i] of src, which has rows rows of size bytes, to row i of dst, for n indices of
// type S32 or S64. Indices outside are moved to the nearest row, as XLA and GoMLX's Go backend do; rows > 0.
func GatherRows(t *Team, dst, src unsafe.Pointer, rows, size int, index unsafe.Pointer, as DType, n int) {
	overRows(t, rowTask{f: gatherRows, n: n, dst: dst, src: src, index: index, size: size, limit: rows, wide: as == S64}, n*size/4)
}

func gatherRows(r *rowTask, first, end int) {
	for i := first; i < end; i++ {
		copy(unsafe.Slice((*byte)(unsafe.Add(r.dst, i*r.size)), r.size),
			unsafe.Slice((*byte)(unsafe.Add(r.src, r.at(i)*r.size)), r.size))
	}
}

// ScatterAddRows adds row i of src, n rows of width F32 elements, to row index[i] of dst, which has rows rows.
// Indices outside are left out. Rows of the same index are added in their order, whatever the number of workers.
func ScatterAddRows(t *Team, dst unsafe.Pointer, rows, width int, src, index unsafe.Pointer, as DType, n int) {
	if n == 0 || width == 0 {
		return
	}
	// Every worker walks all indices and takes those of its rows.
	overRows(t, rowTask{f: scatterAddRows, n: rows, dst: dst, src: src, index: index, width: width, limit: n, wide: as == S64}, n*width)
}

func scatterAddRows(r *rowTask, first, end int) {
	for i := range r.limit {
		to := r.raw(i)
		if to < first || to >= end {
			continue
		}
		d := unsafe.Slice((*float32)(unsafe.Add(r.dst, 4*to*r.width)), r.width)
		s := unsafe.Slice((*float32)(unsafe.Add(r.src, 4*i*r.width)), r.width)
		for k := range d {
			d[k] += s[k]
		}
	}
}

// Fill writes n copies of the element of size bytes at value.
func Fill(t *Team, dst, value unsafe.Pointer, size, n int) {
	const chunk = 4096
	overRows(t, rowTask{f: fillRows, n: (n + chunk - 1) / chunk, dst: dst, src: value, size: size, width: chunk, limit: n}, n*size/4)
}

func fillRows(r *rowTask, first, end int) {
	lo, hi := first*r.width, min(end*r.width, r.limit)
	fill(unsafe.Add(r.dst, lo*r.size), r.src, r.size, hi-lo)
}

// Iota writes, for outer times size times inner elements of F32, S32 or S64, the index along the middle axis.
func Iota(t *Team, dst unsafe.Pointer, as DType, outer, size, inner int) {
	overRows(t, rowTask{f: iotaRows, n: outer * size, dst: dst, dtype: as, width: inner, limit: size}, outer*size*inner)
}

func iotaRows(r *rowTask, first, end int) {
	for i := first; i < end; i++ {
		x := i % r.limit
		d := unsafe.Add(r.dst, i*r.width*r.dtype.Size())
		switch r.dtype {
		case F32:
			v := float32(x)
			fill(d, unsafe.Pointer(&v), 4, r.width)
		case S32:
			v := int32(x)
			fill(d, unsafe.Pointer(&v), 4, r.width)
		case S64:
			v := int64(x)
			fill(d, unsafe.Pointer(&v), 8, r.width)
		}
	}
}

// ArgMax writes, as S32 or S64, the index of the first largest element of each of n rows of width F32 elements; a
// NaN counts as larger than all before it, so the last NaN wins, as in GoMLX's Go backend. With least it is
// the smallest element. width > 0.
func ArgMax(t *Team, dst unsafe.Pointer, as DType, src unsafe.Pointer, n, width int, least bool) {
	overRows(t, rowTask{f: argMaxRows, n: n, dst: dst, src: src, dtype: as, width: width, flag: least}, n*width)
}

func argMaxRows(r *rowTask, first, end int) {
	for i := first; i < end; i++ {
		x := unsafe.Slice((*float32)(unsafe.Add(r.src, 4*i*r.width)), r.width)
		best, at := x[0], 0
		for k, v := range x[1:] {
			if v > best && !r.flag || v < best && r.flag || v != v {
				best, at = v, k+1
			}
		}
		if r.dtype == S64 {
			*(*int64)(unsafe.Add(r.dst, 8*i)) = int64(at)
		} else {
			*(*int32)(unsafe.Add(r.dst, 4*i)) = int32(at)
		}
	}
}

// OneHot writes n rows of width F32 elements that are 1 at index[i] and 0 elsewhere; an index outside gives a row
// of zeros.
func OneHot(t *Team, dst unsafe.Pointer, width int, index unsafe.Pointer, as DType, n int) {
	overRows(t, rowTask{f: oneHotRows, n: n, dst: dst, index: index, width: width, wide: as == S64}, n*width)
}

func oneHotRows(r *rowTask, first, end int) {
	for i := first; i < end; i++ {
		d := unsafe.Slice((*uint32)(unsafe.Add(r.dst, 4*i*r.width)), r.width)
		clear(d)
		if k := r.raw(i); k >= 0 && k < r.width {
			d[k] = math.Float32bits(1)
		}
	}
}
