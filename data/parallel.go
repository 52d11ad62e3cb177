package data

import (
	"context"
	"sync"
	"sync/atomic"
)

// slot is a batch on its way through the workers.
type slot struct {
	batch   *Batch
	pending atomic.Int32  // samples not read yet
	ready   chan struct{} // gets one element when none is pending

	mu     sync.Mutex
	failed int // sample of err
	err    error
}

// fail keeps the error of the first sample in the batch's order, so that
// which error is seen depends on no timing.
func (s *slot) fail(sample int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil || sample < s.failed {
		s.failed, s.err = sample, err
	}
}

// task is some samples of a slot to read, as many as are worth a message.
type task struct {
	slot     *slot
	from, to int
}

// parallel yields batches that workers read ahead. Slots go around: free,
// filled by the workers, given to yield in order, free again.
func (e *epoch) parallel(ctx context.Context, from int, yield func(*Batch, error) bool) {
	ahead := e.Ahead
	if ahead == 0 {
		ahead = 2
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()

	free, order := make(chan *slot, ahead+1), make(chan *slot, ahead+1)
	tasks := make(chan task)
	for range min(ahead+1, e.Steps()-from) {
		free <- &slot{batch: e.newBatch(), ready: make(chan struct{}, 1)}
	}
	running.Go(func() { e.dispatch(ctx, from, free, order, tasks) })
	for range e.Workers {
		running.Go(func() {
			var w worker
			for t := range tasks {
				e.do(ctx, &w, t)
			}
		})
	}
	steps := from
	for s := range order {
		<-s.ready
		if s.err != nil {
			yield(nil, s.err)
			return
		}
		if !yield(s.batch, nil) {
			return
		}
		steps++
		free <- s
	}
	if steps < e.Steps() {
		yield(nil, ctx.Err())
	}
}

func (e *epoch) do(ctx context.Context, w *worker, t task) {
	for j := t.from; j < t.to; j++ {
		if err := e.read(ctx, w, t.slot.batch, j); err != nil {
			t.slot.fail(j, err)
			break
		}
	}
	if t.slot.pending.Add(int32(t.from-t.to)) == 0 {
		t.slot.ready <- struct{}{}
	}
}

// dispatch hands out the samples of all steps in order, as slots get free. A
// slot it has begun it finishes, so that ready always comes; workers read
// nothing once ctx is done.
func (e *epoch) dispatch(ctx context.Context, from int, free <-chan *slot, order chan<- *slot, tasks chan<- task) {
	defer close(tasks)
	defer close(order)
	chunk := max(1, e.Loader.Batch/(4*e.Workers))
	for step := from; step < e.Steps(); step++ {
		var s *slot
		select {
		case s = <-free:
		case <-ctx.Done():
			return
		}
		if err := e.start(s.batch, step); err != nil {
			s.fail(0, err)
			order <- s
			s.ready <- struct{}{}
			return
		}
		s.pending.Store(int32(s.batch.N))
		order <- s
		for j := 0; j < s.batch.N; j += chunk {
			tasks <- task{s, j, min(j+chunk, s.batch.N)}
		}
	}
}
