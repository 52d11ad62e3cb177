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
//
// Each worker has a contiguous range of the parts, the same for every task of as many parts, so that a chunk of a
// tensor stays in one core's cache from task to task. A worker that is done takes parts that others have not begun:
// nobody waits for a worker that is still waking.
type Team struct {
	ops     *opTable
	workers int

	busy   sync.Mutex // held by the caller whose task is running
	task   Task
	shares []share

	epoch atomic.Uint32 // advances by 2 per task; odd once closed
	left  atomic.Int64  // parts that are not done
	done  chan struct{}
	crew  []crewMember
	wg    sync.WaitGroup

	copies freeList[copyTask] // idle descriptions of tasks
	rows   freeList[rowTask]
}

// Task is work in parts that may run in any order and at the same time. worker is below Team.Workers and no two
// parts run at the same time with the same worker number.
type Task interface {
	Part(part, worker int)
}

// share is the range of parts of one worker, in one word so that whoever takes a part knows that the task is the
// one it thinks of: epoch, next part, end.
type share struct {
	ticket atomic.Uint64
	_      [56]byte // a cache line of its own
}

// maxParts is what fits a ticket.
const maxParts = 1<<16 - 1

func ticket(epoch uint32, next, end int) uint64 {
	return uint64(epoch)<<32 | uint64(next)<<16 | uint64(end)
}

// take returns a part of the epoch's task that nobody has begun, or -1.
func (s *share) take(epoch uint32) int {
	for {
		t := s.ticket.Load()
		next, end := int(t>>16&maxParts), int(t&maxParts)
		if uint32(t>>32) != epoch || next == end {
			return -1
		}
		if s.ticket.CompareAndSwap(t, ticket(epoch, next+1, end)) {
			return next
		}
	}
}

// crewMember is a worker other than the caller.
type crewMember struct {
	asleep atomic.Bool
	wake   chan struct{}
	_      [48]byte
}

const (
	// spins is how many times a waiting worker looks for work before it sleeps: about 20 µs, the time in which
	// the next of a chain of operations comes.
	spins = 30000
	// partsPerWorker lets a worker take over from one that is late.
	partsPerWorker = 4
)

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
		shares:  make([]share, c.Workers),
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
	if t.closed() {
		return
	}
	t.epoch.Add(1)
	t.rouse()
	t.wg.Wait()
}

func (t *Team) closed() bool { return t.epoch.Load()&1 == 1 }

// Do runs the parts 0 to n-1 of task, each once, and returns when all are done. If the team is closed or busy with
// another goroutine's task, or n is above 65535, the caller computes all the parts.
func (t *Team) Do(task Task, n int) {
	if n <= 1 || n > maxParts || t.workers == 1 || !t.busy.TryLock() {
		alone(task, n)
		return
	}
	defer t.busy.Unlock()
	if t.closed() {
		alone(task, n)
		return
	}
	t.task = task
	t.left.Store(int64(n))
	epoch := t.epoch.Load() + 2
	for i := range t.shares {
		t.shares[i].ticket.Store(ticket(epoch, i*n/t.workers, (i+1)*n/t.workers))
	}
	t.epoch.Store(epoch)
	t.rouse()
	t.share(epoch, 0)
	for i := 0; t.left.Load() != 0; i++ {
		if i == spins {
			// The worker that does the last part sends only if it sees that the caller sleeps.
			if t.left.Add(-sleeping) != -sleeping {
				<-t.done
			}
			break
		}
	}
	t.task = nil
}

func alone(task Task, n int) {
	for p := range n {
		task.Part(p, 0)
	}
}

// sleeping is taken from left while the caller sleeps.
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

// share computes a worker's own parts, then those that the others have not begun.
func (t *Team) share(epoch uint32, worker int) {
	for i := range t.workers {
		s := &t.shares[(worker+i)%t.workers]
		for p := s.take(epoch); p >= 0; p = s.take(epoch) {
			t.task.Part(p, worker)
			if t.left.Add(-1) == -sleeping {
				t.done <- struct{}{}
			}
		}
	}
}

// work is the life of crew member i.
func (t *Team) work(i int) {
	m := &t.crew[i]
	for seen := uint32(0); ; {
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
		t.share(seen, i+1)
	}
}

// sleep returns once the epoch has moved past seen.
func (t *Team) sleep(m *crewMember, seen uint32) {
	m.asleep.Store(true)
	if t.epoch.Load() != seen && m.asleep.CompareAndSwap(true, false) {
		return
	}
	<-m.wake
}
