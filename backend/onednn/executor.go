package onednn

import (
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/pkg/errors"
)

// executor is the one thread that creates and runs primitives: OpenMP gives every calling thread a team of its own,
// so all plans of a backend run here, one after the other.
type executor struct {
	jobs chan func()
	done chan struct{}

	mu     sync.RWMutex // held for writing while jobs is closed
	closed bool
}

// threadName is the name of the thread and of its OpenMP team.
const threadName = "onednn"

// newExecutor starts the thread and waits until it runs; setup runs first on it.
func newExecutor(setup func()) *executor {
	e := &executor{jobs: make(chan func()), done: make(chan struct{})}
	started := make(chan struct{})
	go e.loop(setup, started)
	<-started
	return e
}

func (e *executor) loop(setup func(), started chan struct{}) {
	// Never unlocked: the thread ends with the goroutine, and its OpenMP team with it.
	runtime.LockOSThread()
	if onMainThread() { // which never ends: while this goroutine holds it, another one gets another thread
		go e.loop(setup, started)
		<-started
		runtime.UnlockOSThread()
		return
	}
	close(started)
	defer close(e.done)
	nameThread(threadName)
	setup()
	for job := range e.jobs {
		job()
	}
}

// run calls f on the thread and returns its error; a panic in f is an error too.
func (e *executor) run(f func() error) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return errors.WithStack(errFinalized)
	}
	result := make(chan error, 1)
	e.jobs <- func() { result <- protect(f) }
	return <-result
}

// close ends the thread after the jobs that were given to it, and waits for its end.
func (e *executor) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return
	}
	e.closed = true
	close(e.jobs)
	<-e.done
}

// protect turns a panic of f into an error.
func protect(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.Errorf("backend %q: panic: %v\n%s", BackendName, p, debug.Stack())
		}
	}()
	return f()
}
