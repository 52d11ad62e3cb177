package kernel

import "fmt"

// Placed is a Copy that starts somewhere in its operands: DstOffset and SrcOffset are in bytes, to be added to
// the pointers given to Run.
type Placed struct {
	*Copy
	DstOffset, SrcOffset int
}

// NewBroadcastCopy compiles the copy of an operand read with access a to a row-major result of dimensions dims.
func NewBroadcastCopy(size int, dims []int, a Access) (*Copy, error) {
	return NewCopy(size, dims, rowMajor(dims), a)
}

// NewSlice compiles the copy of the elements start, start+step, ... below limit on each axis to a row-major
// result. A nil step is 1 everywhere.
func NewSlice(size int, dims, start, limit, step []int) (Placed, error) {
	if len(start) != len(dims) || len(limit) != len(dims) || step != nil && len(step) != len(dims) {
		return Placed{}, fmt.Errorf("compiling a slice of %d axes with %d starts, %d limits", len(dims), len(start), len(limit))
	}
	from := rowMajor(dims)
	to, src := make([]int, len(dims)), make([]int, len(dims))
	off := 0
	for i := range dims {
		by := 1
		if step != nil {
			by = step[i]
		}
		if by < 1 || start[i] < 0 || limit[i] < start[i] || limit[i] > dims[i] {
			return Placed{}, fmt.Errorf("compiling a slice: %d:%d:%d of axis %d of size %d", start[i], limit[i], by, i, dims[i])
		}
		to[i] = (limit[i] - start[i] + by - 1) / by
		src[i] = from[i] * by
		off += from[i] * start[i]
	}
	c, err := NewCopy(size, to, rowMajor(to), src)
	return place(c, 0, off*size, err)
}

// NewInsert compiles the copy of a row-major operand into a row-major result of dimensions into, at the indices
// at, with gap elements of the result left between neighbours on each axis (nil for none): one operand of a
// concatenation, the operand of a padding. Parts of the operand that fall outside (negative padding) are left
// out.
func NewInsert(size int, dims, into, at, gap []int) (Placed, error) {
	if len(into) != len(dims) || len(at) != len(dims) || gap != nil && len(gap) != len(dims) {
		return Placed{}, fmt.Errorf("compiling an insertion of %d axes into %d at %d", len(dims), len(into), len(at))
	}
	from, to := rowMajor(dims), rowMajor(into)
	n, dst := make([]int, len(dims)), make([]int, len(dims))
	dstOff, srcOff := 0, 0
	for i := range dims {
		by := 1
		if gap != nil {
			by += gap[i]
		}
		if by < 1 {
			return Placed{}, fmt.Errorf("compiling an insertion: gap %d on axis %d", by-1, i)
		}
		// Indices first to end-1 of the operand fall inside.
		first := max(0, (-at[i]+by-1)/by)
		end := dims[i]
		if room := into[i] - at[i]; room <= 0 {
			end = 0
		} else {
			end = min(end, (room+by-1)/by)
		}
		n[i] = max(end-first, 0)
		dst[i] = to[i] * by
		if n[i] > 0 {
			dstOff += to[i] * (at[i] + first*by)
			srcOff += from[i] * first
		}
	}
	c, err := NewCopy(size, n, dst, from)
	return place(c, dstOff*size, srcOff*size, err)
}

// NewReverse compiles the copy that reverses the given axes.
func NewReverse(size int, dims, axes []int) (Placed, error) {
	src := rowMajor(dims)
	off := 0
	for _, a := range axes {
		if a < 0 || a >= len(dims) || src[a] < 0 {
			return Placed{}, fmt.Errorf("compiling a reversal: axes %v of %d", axes, len(dims))
		}
		off += max(dims[a]-1, 0) * src[a]
		src[a] = -src[a]
	}
	c, err := NewCopy(size, dims, rowMajor(dims), src)
	return place(c, 0, off*size, err)
}

// place adds the offsets, which are 0 for an empty copy: they might point nowhere.
func place(c *Copy, dst, src int, err error) (Placed, error) {
	if err != nil {
		return Placed{}, err
	}
	if c.n == 0 {
		dst, src = 0, 0
	}
	return Placed{Copy: c, DstOffset: dst, SrcOffset: src}, nil
}
