package main

// transform is a linear map along both axes of a grid: in vectors a line become out.
type transform struct {
	name    string
	in, out int
	bias    bool // a vector is added to the results

	// line transforms Y0 to Y(in-1) and returns the registers of the results.
	line func(e *emitter) []int
}

// The points of interpolation are 0, ±a, ±b and infinity with ab = 1, which keeps the factors near 1: the error is a
// quarter of that of the points 0, ±1, ±2.
const (
	a  = 2.0 / 3
	b  = 3.0 / 2
	a2 = a * a
	b2 = b * b
	na = 2 * a2 * (a2 - b2) // product of the differences between a and the other finite points
	nb = 2 * b2 * (b2 - a2)
)

// The maps as matrices are in portable.go of the package.
var transforms = []transform{
	{name: "input", in: 6, out: 6, line: func(e *emitter) []int {
		e.add(6, 0, 4)
		e.mulSub(6, 2, a2+b2)
		even := func(d int, c float64) { e.mov(d, 4); e.mulSub(d, 2, c) }
		even(7, b2)
		e.mul(8, 3, a)
		e.mulSub(8, 1, b)
		e.add(9, 7, 8)
		e.sub(10, 7, 8)
		even(7, a2)
		e.mul(8, 3, b)
		e.mulSub(8, 1, a)
		e.add(11, 7, 8)
		e.sub(12, 7, 8)
		e.add(13, 1, 5)
		e.mulSub(13, 3, a2+b2)
		return []int{6, 9, 10, 11, 12, 13}
	}},
	{name: "output", in: 6, out: 4, bias: true, line: func(e *emitter) []int {
		e.add(6, 1, 2)
		e.sub(7, 1, 2)
		e.add(8, 3, 4)
		e.sub(9, 3, 4)
		e.add(10, 6, 8)
		e.add(10, 10, 0)
		e.mul(11, 7, a)
		e.mulAdd(11, 9, b)
		e.mul(12, 6, a2)
		e.mulAdd(12, 8, b2)
		e.mov(13, 5)
		e.mulAdd(13, 7, a*a2)
		e.mulAdd(13, 9, b*b2)
		return []int{10, 11, 12, 13}
	}},
	{name: "weights", in: 3, out: 6, line: func(e *emitter) []int {
		pair := func(sum, difference int, p, n float64) {
			e.mul(3, 0, 1/n)
			e.mulAdd(3, 2, p*p/n)
			e.mul(4, 1, p/n)
			e.add(sum, 3, 4)
			e.sub(difference, 3, 4)
		}
		pair(5, 6, a, na)
		pair(7, 8, b, nb)
		return []int{0, 5, 6, 7, 8, 2}
	}},
	{name: "gradient", in: 4, out: 6, line: func(e *emitter) []int {
		pair := func(sum, difference int, p float64) {
			e.mov(4, 0)
			e.mulAdd(4, 2, p*p)
			e.mul(5, 1, p)
			e.mulAdd(5, 3, p*p*p)
			e.add(sum, 4, 5)
			e.sub(difference, 4, 5)
		}
		pair(6, 7, a)
		pair(8, 9, b)
		return []int{0, 6, 7, 8, 9, 3}
	}},
	{name: "weightsGradient", in: 6, out: 3, line: func(e *emitter) []int {
		e.add(6, 1, 2)
		e.sub(7, 1, 2)
		e.add(8, 3, 4)
		e.sub(9, 3, 4)
		e.mulAdd(0, 6, 1/na)
		e.mulAdd(0, 8, 1/nb)
		e.mul(10, 7, a/na)
		e.mulAdd(10, 9, b/nb)
		e.mulAdd(5, 6, a2/na)
		e.mulAdd(5, 8, b2/nb)
		return []int{0, 10, 5}
	}},
}
