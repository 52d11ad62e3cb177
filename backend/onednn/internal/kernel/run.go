package kernel

import "unsafe"

// run is the state of one execution of a Program, kept for the next.
type run struct {
	p       *Program
	t       *opTable
	team    *Team
	in, out []unsafe.Pointer
	parts   int

	steps   []uintptr // of each slot
	tiles   []unsafe.Pointer
	uniform operands // arguments of the prologue
	first   []unsafe.Pointer
	workers []worker
	partial []unsafe.Pointer // of each reduced output
}

// worker is what one worker owns of a run.
type worker struct {
	r     *run
	slots []unsafe.Pointer // where each slot is for the block at hand
	stage []unsafe.Pointer // registers behind the inputs and outputs
	args  operands
	acc   [2]unsafe.Pointer // accumulators of a reduction
	lanes unsafe.Pointer    // resultLanes results
	_     [128]byte         // no cache line in common with the next
}

// aligned allocates n bytes at a multiple of 64.
func aligned(n int) unsafe.Pointer {
	b := make([]byte, n+64)
	p := unsafe.Pointer(&b[0])
	return unsafe.Add(p, -int(uintptr(p))&63)
}

func newRun(p *Program, t *Team) *run {
	ni, no := len(p.inputs), len(p.outputs)
	total := int(p.firstReg) + p.regs
	r := &run{
		p: p, t: t.ops, team: t,
		in: make([]unsafe.Pointer, ni), out: make([]unsafe.Pointer, no),
		steps: make([]uintptr, total), tiles: make([]unsafe.Pointer, ni),
		first: make([]unsafe.Pointer, total), workers: make([]worker, p.workers(t)),
		partial: make([]unsafe.Pointer, no),
	}
	for i := range r.steps {
		if s := slot(i); s < p.firstUniform || s >= p.firstReg {
			r.steps[i] = 64
		}
	}
	for s := p.firstUniform; s < p.firstReg; s++ {
		r.first[s] = aligned(64)
	}
	for _, c := range p.consts {
		fill32(words(r.first[c.slot], groupLanes), c.bits)
	}
	for i := range p.inputs {
		switch in := &p.inputs[i]; in.mode {
		case loadUniform:
			r.steps[i] = 0
			r.first[i] = aligned(64)
		case loadTile:
			r.tiles[i] = aligned(4 * (in.tile + p.block + groupLanes))
		}
	}
	for i := range r.workers {
		w := &r.workers[i]
		w.r = r
		w.slots = append([]unsafe.Pointer(nil), r.first...)
		w.stage = make([]unsafe.Pointer, ni+no)
		bytes := 4*p.block + 64 // strided writes beyond the end
		mem := aligned((ni + no + p.regs) * bytes)
		for j := range w.stage {
			w.stage[j] = unsafe.Add(mem, j*bytes)
		}
		for j := range p.regs {
			w.slots[int(p.firstReg)+j] = unsafe.Add(mem, (ni+no+j)*bytes)
		}
		w.lanes = aligned(4 * resultLanes)
	}
	if p.red != nil {
		p.red.allocate(r)
	}
	return r
}

// prepare widens the scalars, unrolls the rows and computes what depends on scalars alone.
func (r *run) prepare() {
	p := r.p
	if p.n == 0 {
		return
	}
	for i := range p.inputs {
		in := &p.inputs[i]
		switch in.mode {
		case loadUniform:
			g := words(r.first[i], groupLanes)
			in.gather(g[:1], r.in[i], 0)
			fill32(g, g[0])
		case loadTile:
			tile := words(r.tiles[i], in.tile+p.block+groupLanes)
			in.dense(r.t, r.tiles[i], r.in[i], in.tile, &r.uniform)
			for done := in.tile; done < len(tile); done *= 2 {
				copy(tile[done:], tile[:done])
			}
		}
	}
	for i := range p.prologue {
		c := &p.prologue[i]
		r.uniform = operands{d: r.first[c.d], n: 1}
		r.uniform.a = r.first[c.a]
		if c.b >= 0 {
			r.uniform.b = r.first[c.b]
		}
		if c.c >= 0 {
			r.uniform.c = r.first[c.c]
		}
		r.t.fn[c.code](&r.uniform)
	}
	r.uniform = operands{}
}

// Part computes a range of blocks.
func (r *run) Part(part, number int) {
	p, w := r.p, &r.workers[number]
	blocks := (p.n + p.block - 1) / p.block
	first, end := part*blocks/r.parts*p.block, min((part+1)*blocks/r.parts*p.block, p.n)
	for at := first; at < end; {
		n := min(p.block, end-at)
		if n > groupLanes {
			n &^= groupLanes - 1
		}
		w.compute(at, n)
		at += n
	}
}

// compute computes the elements at to at+n-1 of all full outputs; slots then has the values of the others.
func (w *worker) compute(at, n int) {
	r := w.r
	p := r.p
	ragged := n%groupLanes != 0
	groups := uintptr((n + groupLanes - 1) / groupLanes)
	for i := range p.inputs {
		in := &p.inputs[i]
		switch in.mode {
		case loadDirect:
			src := unsafe.Add(r.in[i], 4*at)
			// Not beyond the end, nor into what another worker may be writing in place.
			if ragged && (p.stores || at+int(groups)*groupLanes > p.n) {
				copy(words(w.stage[i], n), words(src, n))
				src = w.stage[i]
			}
			w.slots[i] = src
		case loadUniform:
			w.slots[i] = r.first[i]
		case loadTile:
			w.slots[i] = unsafe.Add(r.tiles[i], at%in.tile*4)
		case loadDense:
			w.slots[i] = w.stage[i]
			in.dense(r.t, w.stage[i], unsafe.Add(r.in[i], at*in.dtype.Size()), n, &w.args)
		case loadStrided:
			w.slots[i] = w.stage[i]
			in.strided(r.t, w.stage[i], r.in[i], at, n, &w.args)
		}
	}
	ni := len(p.inputs)
	for j := range p.outputs {
		if o := &p.outputs[j]; o.straight() {
			w.slots[ni+j] = unsafe.Add(r.out[j], 4*at)
			if ragged {
				w.slots[ni+j] = w.stage[ni+j]
			}
		}
	}
	w.args.n = groups
	for i := range p.code {
		c := &p.code[i]
		w.args.d = w.slots[c.d]
		w.args.a, w.args.sa = w.slots[c.a], r.steps[c.a]
		if c.b >= 0 {
			w.args.b, w.args.sb = w.slots[c.b], r.steps[c.b]
		}
		if c.c >= 0 {
			w.args.c, w.args.sc = w.slots[c.c], r.steps[c.c]
		}
		r.t.fn[c.code](&w.args)
	}
	for j := range p.outputs {
		if o := &p.outputs[j]; !o.reduce && (ragged || !o.straight()) {
			store(r.t, o.dtype, unsafe.Add(r.out[j], at*o.dtype.Size()), w.slots[o.from], n, &w.args)
		}
	}
}

// store converts n lanes to elements.
func store(t *opTable, d DType, dst, src unsafe.Pointer, n int, o *operands) {
	done := 0
	if groups := n / groupLanes; groups > 0 && (d == BF16 || d == Bool) {
		*o = operands{d: dst, a: src, n: uintptr(groups)}
		if d == BF16 {
			t.storeBF16(o)
		} else {
			t.storeBool(o)
		}
		done = groups * groupLanes
	}
	x := words(src, n)
	switch d {
	case F32, S32:
		copy(words(dst, n), x)
	case BF16:
		for i, v := range x[done:] {
			*(*uint16)(unsafe.Add(dst, 2*(done+i))) = roundBF16(v)
		}
	case Bool:
		for i, v := range x[done:] {
			*(*uint8)(unsafe.Add(dst, done+i)) = uint8(v & 1)
		}
	case U8:
		for i, v := range x {
			*(*uint8)(unsafe.Add(dst, i)) = uint8(v)
		}
	case S64:
		for i, v := range x {
			*(*int64)(unsafe.Add(dst, 8*i)) = int64(int32(v))
		}
	}
}
