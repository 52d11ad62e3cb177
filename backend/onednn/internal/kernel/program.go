package kernel

import (
	"sync"
	"unsafe"
)

// Program is a compiled graph of element-wise operations and reductions. It may be run by several goroutines at
// the same time.
type Program struct {
	n     int // elements
	block int // elements computed at a time, a multiple of 16

	inputs   []input
	outputs  []outputPlan
	consts   []constant
	prologue []instr // operations on scalars, once per run
	code     []instr

	firstUniform, firstReg slot
	regs                   int
	stores                 bool       // some output is not reduced
	red                    *reduction // nil without Reduce

	mu   sync.Mutex
	idle []*run
}

// constant is the value of a slot.
type constant struct {
	slot slot
	bits uint32
}

// outputPlan is an output and the slot that has its value after a block.
type outputPlan struct {
	output
	from slot
}

const (
	maxBlock = 2048
	minBlock = 128
	// l1Budget is the bytes of one worker's registers that should stay in the first-level cache.
	l1Budget = 24 << 10
	// parallelWork is the work, in element-operations (see Program.work), below which one worker is as fast as
	// several that may have to be woken: about 20 µs (BenchmarkThreshold).
	parallelWork = 256 << 10
)

// planBlocks chooses the size of a block.
func (p *Program) planBlocks() {
	live := p.regs + len(p.inputs) + len(p.outputs)
	p.block = min(max(l1Budget/4/max(live, 1)/64*64, minBlock), maxBlock)
	if p.n < p.block {
		p.block = max((p.n+groupLanes-1)/groupLanes*groupLanes, groupLanes)
	}
}

// work estimates the cost of a run in element-operations.
func (p *Program) work() int {
	w := len(p.inputs) + len(p.outputs)
	for _, in := range p.code {
		w += int(cost[in.code])
	}
	return p.n * w
}

// Run computes all outputs. out and in have one pointer for each Output or Reduce and each Input, in the order of
// the calls; they are not kept.
func (p *Program) Run(t *Team, out, in []unsafe.Pointer) {
	if len(out) != len(p.outputs) || len(in) != len(p.inputs) {
		panic("kernel: Program.Run with a wrong number of pointers")
	}
	r := p.start(t)
	copy(r.in, in)
	copy(r.out, out)
	r.prepare()
	switch {
	case p.red != nil:
		p.red.run(r)
	case p.n == 0:
	default:
		r.parts = p.parts(t, (p.n+p.block-1)/p.block)
		t.Do(r, r.parts)
	}
	p.finish(r)
}

// workers returns the number of workers that a run uses.
func (p *Program) workers(t *Team) int {
	if p.work() < parallelWork {
		return 1
	}
	return t.workers
}

// parts returns how many parts pieces pieces of work are handed out in.
func (p *Program) parts(t *Team, pieces int) int {
	if n := p.workers(t); n > 1 {
		return min(n*partsPerWorker, pieces)
	}
	return 1
}

// start takes an idle run or makes one.
func (p *Program) start(t *Team) *run {
	p.mu.Lock()
	for i := len(p.idle) - 1; i >= 0; i-- {
		if r := p.idle[i]; len(r.workers) >= p.workers(t) && r.t.isa == t.ops.isa {
			p.idle[i] = p.idle[len(p.idle)-1]
			p.idle = p.idle[:len(p.idle)-1]
			p.mu.Unlock()
			r.team = t
			return r
		}
	}
	p.mu.Unlock()
	return newRun(p, t)
}

func (p *Program) finish(r *run) {
	clear(r.in)
	clear(r.out)
	r.team = nil
	p.mu.Lock()
	p.idle = append(p.idle, r)
	p.mu.Unlock()
}
