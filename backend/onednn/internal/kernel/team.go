package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Config describes a Team.
type Config struct {
	// Workers is the number of goroutines that compute, the caller included; 0 means GOMAXPROCS.
	Workers int
	// ISA forces an instruction set; nil means Best.
	ISA *ISA
}

// Team is a fixed set of workers that share the parts of one task at a time. Its methods may be called from any
// goroutine.
type Team struct {
	ops     *opTable
	workers int

	busy sync.Mutex // held by the caller whose task is running
	task Task
	n    int

	epoch   atomic.Uint64 // odd to stop, advances by 2 per task
	pending atomic.Int64  // workers still computing
	done    chan struct{}
	crew    []crewMember
	wg      sync.WaitGroup

	copies freeList[copyTask] // idle descriptions of tasks
	rows   freeList[rowTask]
}

// Task is work in parts that may run in any order and at the same time. worker is below Team.Workers and no two
// parts run at the same time with the same worker number.
type Task interface {
	Part(part, worker int)
}

// crewMember is a worker other than the caller.
type crewMember struct {
	asleep atomic.Bool
	wake   chan struct{}
	_      [40]byte // a cache line of its own
}

// spins is how many times a waiting worker looks for work before it sleeps: about 5 µs.
const spins = 2000

// NewTeam starts the workers.
func NewTeam(c Config) *Team {
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	isa := Best()
	if c.ISA != nil {
		isa = *c.ISA
	}
	t := &Team{
		ops:     opTableFor(isa),
		workers: c.Workers,
		done:    make(chan struct{}, 1),
		crew:    make([]crewMember, c.Workers-1),
	}
	for i := range t.crew {
		t.crew[i].wake = make(chan struct{}, 1)
		t.wg.Go(func() { t.work(i) })
	}
	return t
}

// Workers returns the number of goroutines that compute, the caller included.
func (t *Team) Workers() int { return t.workers }

// ISA returns the instruction set in use.
func (t *Team) ISA() ISA { return t.ops.isa }

// Close waits for a running task, stops the workers and waits for them.
func (t *Team) Close() {
	t.busy.Lock()
	defer t.busy.Unlock()
	if t.epoch.Load()&1 == 1 {
		return
	}
	t.epoch.Add(1)
	t.rouse()
	t.wg.Wait()
}

// Do runs the parts 0 to n-1 of task, each once, and returns when all are done. Each worker takes a contiguous
// range. If the team is closed or busy with another goroutine's task the caller computes all the parts.
func (t *Team) Do(task Task, n int) {
	if n <= 1 || t.workers == 1 || t.epoch.Load()&1 == 1 || !t.busy.TryLock() {
		for p := range n {
			task.Part(p, 0)
		}
		return
	}
	t.task, t.n = task, n
	t.pending.Store(int64(len(t.crew)))
	t.epoch.Add(2)
	t.rouse()
	t.share(0)
	for i := 0; t.pending.Load() != 0; i++ {
		if i == spins {
			// The last worker to finish sends only if it sees the sign changed.
			if t.pending.Add(-sleeping) != -sleeping {
				<-t.done
			}
			t.pending.Store(0)
			break
		}
	}
	t.task = nil
	t.busy.Unlock()
}

// sleeping is taken from pending while the caller sleeps.
const sleeping = 1 << 32

// rouse wakes the workers that sleep.
func (t *Team) rouse() {
	for i := range t.crew {
		m := &t.crew[i]
		if m.asleep.Load() && m.asleep.CompareAndSwap(true, false) {
			m.wake <- struct{}{}
		}
	}
}

// share computes one worker's parts.
func (t *Team) share(worker int) {
	for p, end := worker*t.n/t.workers, (worker+1)*t.n/t.workers; p < end; p++ {
		t.task.Part(p, worker)
	}
}

// work is the life of crew member i.
func (t *Team) work(i int) {
	m := &t.crew[i]
	for seen := uint64(0); ; {
		now := t.epoch.Load()
		for n := 0; now == seen; n++ {
			if n == spins {
				t.sleep(m, seen)
			}
			now = t.epoch.Load()
		}
		if now&1 == 1 {
			return
		}
		seen = now
		t.share(i + 1)
		if t.pending.Add(-1) == -sleeping {
			t.done <- struct{}{}
		}
	}
}

// sleep returns once the epoch has moved past seen.
func (t *Team) sleep(m *crewMember, seen uint64) {
	m.asleep.Store(true)
	if t.epoch.Load() != seen && m.asleep.CompareAndSwap(true, false) {
		return
	}
	<-m.wake
}
