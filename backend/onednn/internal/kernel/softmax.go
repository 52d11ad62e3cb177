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
	tasks       freeList[softmaxTask]
}

// NewSoftmax prepares rows rows of width elements.
func NewSoftmax(kind SoftmaxKind, rows, width int) *Softmax {
	return &Softmax{kind: kind, rows: rows, width: width}
}

// Run computes dst from x, or from y and dy. dst may be one of them; dy is nil for a forward kind.
func (s *Softmax) Run(t *Team, dst, xOrY, dy unsafe.Pointer) {
	if s.rows == 0 || s.width == 0 {
		return
	}
	task := s.tasks.get()
	if len(task.workers) < t.workers {
		task.workers = make([]softmaxWorker, t.workers)
		for i := range task.workers {
			w := &task.workers[i]
			bytes := (s.width + groupLanes - 1) / groupLanes * 64
			mem := aligned(3*bytes + 3*64)
			w.a, w.b, w.c = mem, unsafe.Add(mem, bytes), unsafe.Add(mem, 2*bytes)
			w.x, w.y, w.z = unsafe.Add(mem, 3*bytes), unsafe.Add(mem, 3*bytes+64), unsafe.Add(mem, 3*bytes+128)
		}
	}
	task.s, task.ops, task.dst, task.x, task.dy, task.parts = s, t.ops, dst, xOrY, dy, 1
	if s.rows*s.width >= rowWork/4 {
		task.parts = min(t.workers, s.rows)
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

// softmaxWorker is a worker's memory: three rows and three groups.
type softmaxWorker struct {
	a, b, c, x, y, z unsafe.Pointer
	args             operands
}

// Part implements Task.
func (t *softmaxTask) Part(part, number int) {
	s, w := t.s, &t.workers[number]
	for row := part * s.rows / t.parts; row < (part+1)*s.rows/t.parts; row++ {
		off := 4 * row * s.width
		dst := unsafe.Add(t.dst, off)
		out := dst
		if s.width%groupLanes != 0 {
			out = w.c
		}
		x := w.row(w.a, unsafe.Add(t.x, off), s.width, s.padding())
		switch s.kind {
		case SoftmaxForward, LogSoftmaxForward:
			t.forward(w, out, x)
		default:
			t.backward(w, out, x, w.row(w.b, unsafe.Add(t.dy, off), s.width, 0))
		}
		if out != dst {
			copy(words(dst, s.width), words(out, s.width))
		}
	}
}

// padding is what makes the lanes after a row count for nothing.
func (s *Softmax) padding() float32 {
	if s.kind == SoftmaxBackward {
		return 0
	}
	return float32(math.Inf(-1))
}

// row returns src, copied to scratch and padded to whole groups if need be.
func (w *softmaxWorker) row(scratch, src unsafe.Pointer, n int, pad float32) unsafe.Pointer {
	if n%groupLanes == 0 {
		return src
	}
	padded := words(scratch, (n+groupLanes-1)/groupLanes*groupLanes)
	copy(padded, words(src, n))
	fill32(padded[n:], f32bits(pad))
	return scratch
}

// do runs one kernel over the row.
func (t *softmaxTask) do(w *softmaxWorker, c code, d, a, b unsafe.Pointer, stepB uintptr) {
	w.args = operands{d: d, a: a, b: b, sa: 64, sb: stepB, n: uintptr((t.s.width + groupLanes - 1) / groupLanes)}
	t.ops.fn[c](&w.args)
}

func (t *softmaxTask) fold(w *softmaxWorker, r ReduceOp, a unsafe.Pointer) float64 {
	w.args = operands{d: w.x, a: a, n: uintptr((t.s.width + groupLanes - 1) / groupLanes)}
	t.ops.fold[r](&w.args)
	return r.lanes((*[groupLanes]float32)(w.x))
}

func (t *softmaxTask) forward(w *softmaxWorker, out, x unsafe.Pointer) {
	fill32(words(w.y, groupLanes), f32bits(float32(t.fold(w, ReduceMax, x))))
	if t.s.kind == SoftmaxForward {
		t.do(w, code(Sub), out, x, w.y, 0)
		t.do(w, code(Exp), out, out, nil, 0)
		sum := t.fold(w, ReduceSum, out)
		fill32(words(w.z, groupLanes), f32bits(float32(1/sum)))
		t.do(w, code(Mul), out, out, w.z, 0)
		return
	}
	t.do(w, code(Sub), out, x, w.y, 0)
	t.do(w, code(Exp), w.b, out, nil, 0)
	sum := t.fold(w, ReduceSum, w.b)
	fill32(words(w.z, groupLanes), f32bits(float32(math.Log(sum))))
	t.do(w, code(Sub), out, out, w.z, 0)
}

func (t *softmaxTask) backward(w *softmaxWorker, out, y, dy unsafe.Pointer) {
	if t.s.kind == SoftmaxBackward {
		t.do(w, code(Mul), w.c, y, dy, 64)
		fill32(words(w.y, groupLanes), f32bits(float32(t.fold(w, ReduceSum, w.c))))
		t.do(w, code(Sub), w.c, dy, w.y, 0)
		t.do(w, code(Mul), out, w.c, y, 64)
		return
	}
	fill32(words(w.y, groupLanes), f32bits(float32(t.fold(w, ReduceSum, dy))))
	t.do(w, code(Exp), w.c, y, nil, 0)
	t.do(w, code(Mul), w.c, w.c, w.y, 0)
	t.do(w, code(Sub), out, dy, w.c, 64)
}
