package kernel

// Access says how an input is read: the step in elements along each axis of the program's shape, 0 where the
// input is broadcast. A nil Access is the full row-major shape. Memory is read from the pointer on.
type Access []int

// Scalar is the access of one value for all the elements of a shape of the given rank.
func Scalar(rank int) Access { return make(Access, rank) }

// Broadcast returns the access of an operand with dimensions from, each equal to the one in to or 1, in
// row-major order; both have the same rank.
func Broadcast(from, to []int) Access {
	a := make(Access, len(to))
	step := 1
	for i := len(to) - 1; i >= 0; i-- {
		if from[i] != 1 {
			a[i] = step
		}
		step *= from[i]
	}
	return a
}

// BroadcastInDim returns the access of a row-major operand with dimensions from, whose axis i is the axis
// axes[i] of the shape to (dimension equal or 1), as in XLA's BroadcastInDim.
func BroadcastInDim(from, axes, to []int) Access {
	a := make(Access, len(to))
	step := 1
	for i := len(from) - 1; i >= 0; i-- {
		if from[i] != 1 {
			a[axes[i]] = step
		}
		step *= from[i]
	}
	return a
}

// dim is one axis of a collapsed shape.
type dim struct {
	size, step int
}

// collapse drops the axes of size 1 and joins those that one step walks through. A shape of one element gives
// none.
func collapse(dims []int, a Access) []dim {
	var out []dim
	for i, n := range dims {
		if n == 1 {
			continue
		}
		step := a[i]
		if k := len(out) - 1; k >= 0 && out[k].step == step*n {
			out[k] = dim{out[k].size * n, step}
			continue
		}
		out = append(out, dim{n, step})
	}
	return out
}

func rowMajor(dims []int) Access {
	a := make(Access, len(dims))
	step := 1
	for i := len(dims) - 1; i >= 0; i-- {
		a[i] = step
		step *= dims[i]
	}
	return a
}

func volume(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}
