package kernel

import (
	"math"
	"unsafe"
)

// joinWork is the partial results above which they are joined in parallel.
const joinWork = 1 << 15

// join turns the partial results of all units into the results.
func (r *reduction) join(s *run) {
	if r.direct && r.p.n > 0 {
		return
	}
	s.parts = 1
	if r.outer*r.rowParts*r.cols >= joinWork {
		s.parts = min(s.team.workers*partsPerWorker, r.kept*r.cols)
	}
	s.team.Do((*joinTask)(s), s.parts)
}

// joinTask joins a range of results.
type joinTask run

// Part implements Task.
func (t *joinTask) Part(part, _ int) {
	s := (*run)(t)
	r := s.p.red
	total := r.kept * r.cols
	first, end := part*total/s.parts, (part+1)*total/s.parts
	var acc [64]float64
	for at := first; at < end; {
		k, c := at/r.cols, at%r.cols
		n := min(len(acc), r.cols-c, end-at)
		for i := range s.p.outputs {
			o := &s.p.outputs[i]
			if !o.reduce {
				continue
			}
			for j := range n {
				acc[j] = o.op.identity()
			}
			if s.p.n > 0 {
				for _, outer := range r.order[k*r.joined : (k+1)*r.joined] {
					for piece := range r.rowParts {
						row := unsafe.Add(s.partial[i], 4*((outer*r.rowParts+piece)*r.cols+c))
						o.op.joinAll(acc[:n], unsafe.Slice((*float32)(row), n))
					}
				}
			}
			for j := range n {
				o.result(s.out[i], at+j, float32(acc[j]))
			}
		}
		at += n
	}
}

// identity is the reduction of nothing.
func (r ReduceOp) identity() float64 {
	switch r {
	case ReduceMax:
		return math.Inf(-1)
	case ReduceMin:
		return math.Inf(1)
	case ReduceMul:
		return 1
	}
	return 0
}

func (r ReduceOp) join(a, b float64) float64 {
	switch r {
	case ReduceMax:
		return max(a, b)
	case ReduceMin:
		return min(a, b)
	case ReduceMul:
		return a * b
	}
	return a + b
}

func (r ReduceOp) join32(a, b float32) float32 {
	switch r {
	case ReduceMax:
		return max(a, b)
	case ReduceMin:
		return min(a, b)
	case ReduceMul:
		return a * b
	}
	return a + b
}

func (r ReduceOp) joinAll(acc []float64, x []float32) {
	x = x[:len(acc)]
	if r == ReduceSum {
		for i := range acc {
			acc[i] += float64(x[i])
		}
		return
	}
	for i := range acc {
		acc[i] = r.join(acc[i], float64(x[i]))
	}
}

// lanes reduces one group in float64.
func (r ReduceOp) lanes(x *[groupLanes]float32) float64 {
	var half [groupLanes]float64
	for i, v := range x {
		half[i] = float64(v)
	}
	for n := groupLanes / 2; n > 0; n /= 2 {
		for i := range n {
			half[i] = r.join(half[i], half[i+n])
		}
	}
	return half[0]
}

// code returns the element-wise operation.
func (r ReduceOp) code() code {
	switch r {
	case ReduceMax:
		return code(Max)
	case ReduceMin:
		return code(Min)
	case ReduceMul:
		return code(Mul)
	}
	return code(Add)
}
