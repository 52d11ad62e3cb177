package kernel

import (
	"math"
	"unsafe"
)

// SoftmaxKind chooses what a Softmax computes for each row.
type SoftmaxKind uint8

const (
	// SoftmaxForward is y = exp(x - max x) / sum exp(x - max x).
	SoftmaxForward SoftmaxKind = iota
	// LogSoftmaxForward is y = x - max x - log sum exp(x - max x).
	LogSoftmaxForward
	// SoftmaxBackward is dx = y * (dy - sum y*dy), y the result of SoftmaxForward.
	SoftmaxBackward
	// LogSoftmaxBackward is dx = dy - exp(y) * sum dy, y the result of LogSoftmaxForward.
	LogSoftmaxBackward
)

// Softmax computes softmax or its gradient over the last axis of F32 rows. It may be run by several goroutines at
// the same time.
type Softmax struct {
	kind        SoftmaxKind
	rows, width int
	block       int // rows computed at a time
	tasks       freeList[softmaxTask]
}

// softmaxBlock is the elements that a block of rows should have.
const softmaxBlock = 2048

// NewSoftmax prepares rows rows of width elements.
func NewSoftmax(kind SoftmaxKind, rows, width int) *Softmax {
	return &Softmax{kind: kind, rows: rows, width: width, block: min(max(softmaxBlock/max(width, 1), 1), max(rows, 1))}
}

// Run computes dst from x, or from y and dy. dst may be one of them; dy is not used by a forward kind.
func (s *Softmax) Run(t *Team, dst, xOrY, dy unsafe.Pointer) {
	if s.rows == 0 || s.width == 0 {
		return
	}
	task := s.tasks.get()
	for len(task.workers) < t.workers {
		task.workers = append(task.workers, softmaxWorker{})
		w := &task.workers[len(task.workers)-1]
		bytes := (s.block*s.width+groupLanes-1)/groupLanes*64 + 64 // spreadRows writes beyond the end
		values := (s.block + groupLanes - 1) / groupLanes * 64
		mem := aligned(4*bytes + values + 64)
		w.x, w.g, w.spread, w.out = mem, unsafe.Add(mem, bytes), unsafe.Add(mem, 2*bytes), unsafe.Add(mem, 3*bytes)
		w.values, w.lanes = unsafe.Add(mem, 4*bytes), unsafe.Add(mem, 4*bytes+values)
	}
	task.s, task.ops, task.dst, task.x, task.dy, task.parts = s, t.ops, dst, xOrY, dy, 1
	if s.rows*s.width >= rowWork/4 {
		task.parts = min(t.workers*partsPerWorker, (s.rows+s.block-1)/s.block)
	}
	t.Do(task, task.parts)
	task.dst, task.x, task.dy = nil, nil, nil
	s.tasks.put(task)
}

// softmaxTask is one execution.
type softmaxTask struct {
	s          *Softmax
	ops        *opTable
	dst, x, dy unsafe.Pointer
	parts      int
	workers    []softmaxWorker
}

// softmaxWorker is a worker's memory: blocks of rows, a value for each row, and a group.
type softmaxWorker struct {
	x, g, spread, out unsafe.Pointer
	values, lanes     unsafe.Pointer
	rows, groups      int // at hand
	args              operands
	_                 [128]byte // no cache line in common with the next
}

// Part implements Task.
func (t *softmaxTask) Part(part, number int) {
	s, w := t.s, &t.workers[number]
	end := (part + 1) * s.rows / t.parts
	for row := part * s.rows / t.parts; row < end; row += w.rows {
		w.rows = min(s.block, end-row)
		n, off := w.rows*s.width, 4*row*s.width
		w.groups = (n + groupLanes - 1) / groupLanes
		x, g, out := unsafe.Add(t.x, off), unsafe.Add(t.dy, off), unsafe.Add(t.dst, off)
		if n%groupLanes != 0 {
			copy(words(w.x, n), words(x, n))
			x, out = w.x, w.out
			if s.kind >= SoftmaxBackward {
				copy(words(w.g, n), words(g, n))
				g = w.g
			}
		}
		switch s.kind {
		case SoftmaxForward:
			t.softmax(w, out, x)
		case LogSoftmaxForward:
			t.logSoftmax(w, out, x)
		case SoftmaxBackward:
			t.softmaxGradient(w, out, x, g)
		case LogSoftmaxBackward:
			t.logSoftmaxGradient(w, out, x, g)
		}
		if n%groupLanes != 0 {
			copy(words(unsafe.Add(t.dst, off), n), words(out, n))
		}
	}
}

// do runs one kernel over the rows at hand.
func (t *softmaxTask) do(w *softmaxWorker, c code, d, a, b unsafe.Pointer) {
	w.args = operands{d: d, a: a, b: b, sa: 64, sb: 64, n: uintptr(w.groups)}
	t.ops.fn[c](&w.args)
}

// fold reduces each row at hand; the result has a value for each.
func (t *softmaxTask) fold(w *softmaxWorker, r ReduceOp, a unsafe.Pointer) []float32 {
	width := t.s.width
	values := unsafe.Slice((*float32)(w.values), w.rows)
	if width < shortRow {
		w.args = operands{
			d: w.values, a: a, n: uintptr(w.rows),
			sa: uintptr(4 * width), sb: uintptr(width / groupLanes), sc: uintptr(width % groupLanes),
		}
		t.ops.foldRows[r](&w.args)
		return values
	}
	for i := range values {
		row := unsafe.Slice((*float32)(unsafe.Add(a, 4*i*width)), width)
		w.args = operands{d: w.lanes, a: unsafe.Pointer(&row[0]), n: uintptr(width / groupLanes)}
		t.ops.fold[r](&w.args)
		sum := r.lanes((*[groupLanes]float32)(w.lanes))
		for _, v := range row[width/groupLanes*groupLanes:] {
			sum = r.join(sum, float64(v))
		}
		values[i] = float32(sum)
	}
	return values
}

// widen writes each value to all elements of its row.
func (t *softmaxTask) widen(w *softmaxWorker) unsafe.Pointer {
	t.ops.spreadRows(&w.args, w.spread, w.values, 4, t.s.width, w.rows)
	return w.spread
}

// exponentials sets out to exp(x - max x).
func (t *softmaxTask) exponentials(w *softmaxWorker, out, x unsafe.Pointer) {
	t.fold(w, ReduceMax, x)
	t.do(w, code(Sub), out, x, t.widen(w))
	t.do(w, code(Exp), out, out, nil)
}

func (t *softmaxTask) softmax(w *softmaxWorker, out, x unsafe.Pointer) {
	t.exponentials(w, out, x)
	sums := t.fold(w, ReduceSum, out)
	for i, v := range sums {
		sums[i] = 1 / v
	}
	t.do(w, code(Mul), out, out, t.widen(w))
}

func (t *softmaxTask) logSoftmax(w *softmaxWorker, out, x unsafe.Pointer) {
	t.fold(w, ReduceMax, x)
	t.do(w, code(Sub), out, x, t.widen(w))
	t.do(w, code(Exp), w.g, out, nil)
	sums := t.fold(w, ReduceSum, w.g)
	for i, v := range sums {
		sums[i] = float32(math.Log(float64(v)))
	}
	t.do(w, code(Sub), out, out, t.widen(w))
}

func (t *softmaxTask) softmaxGradient(w *softmaxWorker, out, y, dy unsafe.Pointer) {
	t.do(w, code(Mul), w.spread, y, dy)
	t.fold(w, ReduceSum, w.spread)
	t.do(w, code(Sub), w.spread, dy, t.widen(w))
	t.do(w, code(Mul), out, w.spread, y)
}

func (t *softmaxTask) logSoftmaxGradient(w *softmaxWorker, out, y, dy unsafe.Pointer) {
	t.fold(w, ReduceSum, dy)
	t.do(w, code(Exp), w.out, y, nil)
	t.do(w, code(Mul), w.out, w.out, t.widen(w))
	t.do(w, code(Sub), out, dy, w.out)
}
