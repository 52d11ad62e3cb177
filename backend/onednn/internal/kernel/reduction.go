package kernel

import (
	"slices"
	"unsafe"
)

// reduction is the plan for the outputs of a Program that are reduced. The shape is seen as [outer, rows, cols]:
// rows are summed, cols are kept; the axes before them, kept or not, are outer. Work is cut by shape alone into
// units (an outer index, a range of rows, a range of columns), each with its own partial results; these are
// joined in a fixed order in float64.
//
// Where the last axis is reduced cols is 1 and rows is its size.
type reduction struct {
	p *Program

	outer, rows, cols int
	rowParts          int // units along rows
	rowStep           int // rows of a unit
	colParts, colStep int // units along columns

	width int // accumulators side by side: colStep times rows that are summed side by side

	kept   int   // results are kept*cols
	joined int   // outer indices that each kept index joins
	order  []int // outer indices, those of kept index 0 first

	direct bool // a unit's partial results are results
}

const (
	// resultLanes is the results of short rows that a worker holds.
	resultLanes = 256
	// unitWork is the elements below which rows are not cut.
	unitWork = 1 << 15
	// maxRowParts bounds the partial results of one outer index.
	maxRowParts = 64
	// accLanes is the accumulators of a unit: two copies fit the first-level cache.
	accLanes = 2048
	// cascade is the terms that one accumulator sums before it is emptied into the second level.
	cascade = 64
	// shortRow is the length below which many rows are reduced at once, in f32: a partial result takes at most
	// shortRow/16 terms.
	shortRow = 1024
)

func newReduction(p *Program, dims []int, axes []int) *reduction {
	type axis struct {
		size int
		kept bool
	}
	var all []axis
	for i, n := range dims {
		a := axis{n, !slices.Contains(axes, i)}
		if n == 1 {
			continue
		}
		if k := len(all) - 1; k >= 0 && all[k].kept == a.kept {
			all[k].size *= n
			continue
		}
		all = append(all, a)
	}
	r := &reduction{p: p, outer: 1, rows: 1, cols: 1}
	if k := len(all) - 1; k >= 0 && all[k].kept {
		r.cols = all[k].size
		all = all[:k]
	}
	if k := len(all) - 1; k >= 0 && !all[k].kept {
		r.rows = all[k].size
		all = all[:k]
	}
	r.kept, r.joined = 1, 1
	for _, a := range all {
		r.outer *= a.size
		if a.kept {
			r.kept *= a.size
		} else {
			r.joined *= a.size
		}
	}
	if p.n == 0 {
		return r
	}
	r.cut()
	if r.direct {
		return r
	}
	r.order = make([]int, r.outer)
	next := make([]int, r.kept)
	for o := range r.outer {
		k, rest := 0, o
		for i, scale := len(all)-1, 1; i >= 0; i-- {
			if all[i].kept {
				k += rest % all[i].size * scale
				scale *= all[i].size
			}
			rest /= all[i].size
		}
		r.order[k*r.joined+next[k]] = o
		next[k]++
	}
	return r
}

// cut chooses the units.
func (r *reduction) cut() {
	r.colStep, r.colParts = r.cols, 1
	if r.cols > accLanes {
		r.colStep = accLanes
		r.colParts = (r.cols + accLanes - 1) / accLanes
	}
	r.width = r.colStep
	if r.colParts == 1 && r.cols > 1 {
		// As many rows side by side as make whole groups, and long enough for the loop over them to pay.
		side := 1
		for r.cols*side%groupLanes != 0 {
			side *= 2
		}
		for r.cols*side < 512 {
			side *= 2
		}
		if side = min(side, max(r.rows, 1)); r.cols*side <= accLanes {
			r.width = r.cols * side
		}
	}
	parts := max(min(r.rows*r.colStep/unitWork, maxRowParts/(r.outer*r.colParts)), 1)
	side := r.width / r.colStep
	if r.cols == 1 {
		side = 64
	}
	r.rowStep = max(((r.rows+parts-1)/parts+side-1)/side*side, 1)
	r.rowParts = max((r.rows+r.rowStep-1)/r.rowStep, 1)
	r.direct = r.joined == 1 && r.rowParts == 1
}

// allocate makes the accumulators and the partial results.
func (r *reduction) allocate(s *run) {
	for i := range s.workers {
		w := &s.workers[i]
		for k := range w.acc {
			w.acc[k] = aligned(4 * r.p.reduced() * (r.width + groupLanes))
		}
	}
	for j := range r.p.outputs {
		if r.p.outputs[j].reduce && !r.direct {
			s.partial[j] = aligned(4 * r.outer * r.rowParts * r.cols)
		}
	}
}

// reduced counts the outputs that are reduced.
func (p *Program) reduced() int {
	n := 0
	for _, o := range p.outputs {
		if o.reduce {
			n++
		}
	}
	return n
}

// units returns the number of independent pieces of work.
func (r *reduction) units() int { return r.outer * r.rowParts * r.colParts }

// run reduces.
func (r *reduction) run(s *run) {
	if r.p.n > 0 {
		units := r.units()
		s.parts = r.p.parts(s.team, units)
		s.team.Do((*unitTask)(s), s.parts)
	}
	r.join(s)
}

// unitTask computes the partial results of a range of units.
type unitTask run

// Part implements Task.
func (u *unitTask) Part(part, number int) {
	s := (*run)(u)
	r, w := s.p.red, &s.workers[number]
	units := r.units()
	first, end := part*units/s.parts, (part+1)*units/s.parts
	if r.cols == 1 && r.rowParts == 1 {
		r.shortUnits(w, first, end)
		return
	}
	for i := first; i < end; i++ {
		o, rest := i/(r.rowParts*r.colParts), i%(r.rowParts*r.colParts)
		row := rest / r.colParts * r.rowStep
		col := rest % r.colParts * r.colStep
		rows, cols := min(r.rowStep, r.rows-row), min(r.colStep, r.cols-col)
		base := (o*r.rows+row)*r.cols + col
		to := (o*r.rowParts+rest/r.colParts)*r.cols + col
		if r.cols == 1 {
			r.reset(w)
			r.fold(w, base, rows)
			r.scalars(w, to)
			continue
		}
		r.columns(w, base, rows, cols)
		r.keep(w, to, cols)
	}
}

// shortUnits handles units that are whole rows of the last axis: several may fit a block.
func (r *reduction) shortUnits(w *worker, first, end int) {
	per := min(r.p.block/r.rows, resultLanes)
	for i := first; i < end; {
		if r.rows >= shortRow || per == 0 {
			r.reset(w)
			r.fold(w, i*r.rows, r.rows)
			r.scalars(w, i)
			i++
			continue
		}
		n := min(per, end-i)
		w.compute(i*r.rows, n*r.rows)
		for j := range r.p.outputs {
			o := &r.p.outputs[j]
			if !o.reduce {
				continue
			}
			w.args = operands{
				d: w.lanes, a: w.slots[o.from], n: uintptr(n),
				sa: uintptr(4 * r.rows), sb: uintptr(r.rows / groupLanes), sc: uintptr(r.rows % groupLanes),
			}
			w.r.t.foldRows[o.op](&w.args)
			r.putAll(w.r, j, i, unsafe.Slice((*float32)(w.lanes), n))
		}
		i += n
	}
}

// reset empties the scalar accumulators: one float64 for each reduced output.
func (r *reduction) reset(w *worker) {
	k := 0
	for i := range r.p.outputs {
		if o := &r.p.outputs[i]; o.reduce {
			*(*float64)(unsafe.Add(w.acc[0], 8*k)) = o.op.identity()
			k++
		}
	}
}

// fold adds the n elements at first to the scalar accumulators.
func (r *reduction) fold(w *worker, first, n int) {
	for n > 0 {
		m := min(n, r.p.block)
		w.compute(first, m)
		r.foldBlock(w, 0, m)
		first, n = first+m, n-m
	}
}

// foldBlock adds n elements of the block at hand to the scalar accumulators.
func (r *reduction) foldBlock(w *worker, off, n int) {
	k := 0
	for i := range r.p.outputs {
		o := &r.p.outputs[i]
		if !o.reduce {
			continue
		}
		src := unsafe.Add(w.slots[o.from], 4*off)
		acc := (*float64)(unsafe.Add(w.acc[0], 8*k))
		k++
		x := unsafe.Slice((*float32)(src), n)
		if groups := n / groupLanes; groups > 0 {
			w.args.d, w.args.a, w.args.n = w.lanes, src, uintptr(groups)
			w.r.t.fold[o.op](&w.args)
			*acc = o.op.join(*acc, o.op.lanes((*[groupLanes]float32)(w.lanes)))
			x = x[groups*groupLanes:]
		}
		for _, v := range x {
			*acc = o.op.join(*acc, float64(v))
		}
	}
}

// scalars stores the scalar accumulators as partial result number to.
func (r *reduction) scalars(w *worker, to int) {
	k := 0
	for i := range r.p.outputs {
		o := &r.p.outputs[i]
		if !o.reduce {
			continue
		}
		x := [1]float32{float32(*(*float64)(unsafe.Add(w.acc[0], 8*k)))}
		r.putAll(w.r, i, to, x[:])
		k++
	}
}

// putAll stores partial results, or results, from number to on.
func (r *reduction) putAll(s *run, output, to int, x []float32) {
	o := &r.p.outputs[output]
	switch {
	case !r.direct:
		copy(unsafe.Slice((*float32)(unsafe.Add(s.partial[output], 4*to)), len(x)), x)
	case o.dtype == F32 && o.scale == 1:
		copy(unsafe.Slice((*float32)(unsafe.Add(s.out[output], 4*to)), len(x)), x)
	default:
		for i, v := range x {
			o.result(s.out[output], to+i, v)
		}
	}
}

// result stores one scaled result.
func (o *outputPlan) result(dst unsafe.Pointer, i int, x float32) {
	if o.scale != 1 {
		x *= o.scale
	}
	if o.dtype == BF16 {
		*(*uint16)(unsafe.Add(dst, 2*i)) = roundBF16(f32bits(x))
		return
	}
	*(*float32)(unsafe.Add(dst, 4*i)) = x
}

// columns reduces rows rows of cols elements, the first at base, to the second level of accumulators.
func (r *reduction) columns(w *worker, base, rows, cols int) {
	width := r.width
	if cols < r.colStep {
		width = cols
	}
	r.clear(w, 0, width)
	r.clear(w, 1, width)
	terms, total, block := 0, rows*cols, r.p.block
	next := func() {
		if terms++; terms == cascade {
			r.drain(w, width)
			r.clear(w, 0, width)
			terms = 0
		}
	}
	switch {
	case r.colParts > 1:
		for row := range rows {
			for c := 0; c < cols; c += block {
				n := min(block, cols-c)
				w.compute(base+row*r.cols+c, n)
				r.add(w, 0, n, c)
			}
			next()
		}
	case width > block:
		for at := 0; at < total; {
			n := min(block, width-at%width, total-at)
			w.compute(base+at, n)
			r.add(w, 0, n, at%width)
			if at += n; at%width == 0 {
				next()
			}
		}
	default:
		step := block / width * width
		for at := 0; at < total; at += step {
			n := min(step, total-at)
			w.compute(base+at, n)
			for off := 0; off < n; off += width {
				r.add(w, off, min(width, n-off), 0)
				next()
			}
		}
	}
	r.drain(w, width)
}

// add adds n lanes of the block at hand, from off on, to the first level of accumulators, from at on.
func (r *reduction) add(w *worker, off, n, at int) {
	k := 0
	for i := range r.p.outputs {
		if o := &r.p.outputs[i]; o.reduce {
			r.accumulate(w, o.op, r.level(w, 0, k, at), unsafe.Add(w.slots[o.from], 4*off), n)
			k++
		}
	}
}

// level is accumulator i of the k-th reduced output.
func (r *reduction) level(w *worker, level, k, i int) unsafe.Pointer {
	return unsafe.Add(w.acc[level], 4*(k*(r.width+groupLanes)+i))
}

// clear sets the accumulators of a level to the identities.
func (r *reduction) clear(w *worker, level, width int) {
	k := 0
	for i := range r.p.outputs {
		if o := &r.p.outputs[i]; o.reduce {
			fill32(words(r.level(w, level, k, 0), width), f32bits(float32(o.op.identity())))
			k++
		}
	}
}

// drain adds the first level of accumulators to the second.
func (r *reduction) drain(w *worker, width int) {
	k := 0
	for i := range r.p.outputs {
		if o := &r.p.outputs[i]; o.reduce {
			r.accumulate(w, o.op, r.level(w, 1, k, 0), r.level(w, 0, k, 0), width)
			k++
		}
	}
}

// accumulate adds n elements at src to n at acc.
func (r *reduction) accumulate(w *worker, op ReduceOp, acc, src unsafe.Pointer, n int) {
	groups := n / groupLanes
	if groups > 0 {
		w.args = operands{d: acc, a: acc, b: src, sa: 64, sb: 64, n: uintptr(groups)}
		w.r.t.fn[op.code()](&w.args)
	}
	if rest := n % groupLanes; rest > 0 {
		a := unsafe.Slice((*float32)(unsafe.Add(acc, 64*groups)), rest)
		b := unsafe.Slice((*float32)(unsafe.Add(src, 64*groups)), rest)
		for i := range a {
			a[i] = op.join32(a[i], b[i])
		}
	}
}

// keep joins the rows that were summed side by side and stores cols partial results from number to on.
func (r *reduction) keep(w *worker, to, cols int) {
	k := 0
	for i := range r.p.outputs {
		o := &r.p.outputs[i]
		if !o.reduce {
			continue
		}
		for rows := r.width / r.colStep; rows > 1; {
			half := (rows + 1) / 2
			r.accumulate(w, o.op, r.level(w, 1, k, 0), r.level(w, 1, k, half*cols), (rows-half)*cols)
			rows = half
		}
		r.putAll(w.r, i, to, unsafe.Slice((*float32)(r.level(w, 1, k, 0)), cols))
		k++
	}
}
