package study

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"golang.org/x/sync/errgroup"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// BackendFactory makes a backend for runs that are trained one after another.
// Each of the runs that go at once has its own; Run finalizes it.
type BackendFactory func() (compute.Backend, error)

// Hooks report progress. Any may be nil. They are never called by two
// goroutines at once, and the runs wait for them.
type Hooks struct {
	Begin func(RunRecord)                  // a run begins or goes on
	Step  func(RunRecord, train.StepInfo)  // after each step of a run
	Epoch func(RunRecord, train.EpochInfo) // after each epoch of a run
	End   func(RunRecord)                  // a run has finished, diverged or stopped; also for runs found finished
	Note  func(RunRecord, string)          // a line for people about a run
}

// Run trains every method of spec with every seed in dir, which is made where
// it does not exist, and returns the results. Finished runs in dir are kept,
// unfinished ones go on exactly where they were; methods and seeds that dir
// has beyond spec stay part of the study.
//
// The results do not depend on spec.Jobs, on interruptions, or on which run
// ended first.
//
// A run that diverges is recorded and the others go on; the error then wraps
// [train.ErrDiverged]. When ctx is cancelled the runs finish their step and
// save, and the error wraps [train.ErrInterrupted]. In both cases the results
// so far are returned with the error. Other errors: [ErrOtherStudy],
// [ErrBusy], and what a run fails with, which stops the others.
func Run(ctx context.Context, spec Spec, dir string, backend BackendFactory, hooks Hooks) (*Results, error) {
	spec, err := spec.Resolve()
	if err != nil {
		return nil, err
	}
	if _, _, err := open(ctx, spec); err != nil {
		return nil, err
	}
	unlock, err := claim(dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if spec, err = join(dir, spec); err != nil {
		return nil, err
	}
	results, err := load(dir, spec)
	if err != nil {
		return nil, err
	}
	r := &runner{results: results, backend: backend, hooks: hooks}
	if err := r.run(ctx); err != nil {
		return results, err
	}
	return results, results.Err()
}

// runner carries one call of Run.
type runner struct {
	backend BackendFactory

	mu      sync.Mutex // guards what follows, and keeps hooks apart
	results *Results
	hooks   Hooks
}

// run works through the runs that are not at their end.
func (r *runner) run(ctx context.Context) error {
	var open []int
	for _, i := range bySeed(len(r.results.Spec.Methods), len(r.results.Spec.Seeds)) {
		switch record := r.results.Runs[i]; record.Status {
		case Finished, Diverged:
			r.end(record)
		default:
			open = append(open, i)
		}
	}
	queue := make(chan int, len(open))
	for _, i := range open {
		queue <- i
	}
	close(queue)
	group, running := errgroup.WithContext(ctx)
	for range min(jobs(r.results.Spec, len(open)), len(open)) {
		group.Go(func() error { return r.work(running, queue) })
	}
	err := group.Wait()
	if saving := r.save(); err == nil {
		err = saving
	}
	// A cancelled run ends with its own account of it, or with ctx's error.
	stopped := errors.Is(err, train.ErrInterrupted) || err != nil && errors.Is(err, ctx.Err())
	if ctx.Err() != nil && stopped {
		return fmt.Errorf("%d of %d runs finished, the others are saved: %w", r.results.Count(Finished), len(r.results.Runs), train.ErrInterrupted)
	}
	return err
}

// bySeed orders the runs so that all methods of a seed come before the next
// seed: a study stopped early then has pairs to compare.
func bySeed(methods, seeds int) []int {
	order := make([]int, 0, methods*seeds)
	for s := range seeds {
		for m := range methods {
			order = append(order, m*seeds+s)
		}
	}
	return order
}

// work trains runs from the queue on a backend of its own until the queue is
// empty or ctx is cancelled.
func (r *runner) work(ctx context.Context, queue <-chan int) error {
	backend, err := r.backend()
	if err != nil {
		return fmt.Errorf("starting a backend: %w", err)
	}
	defer backend.Finalize()
	for i := range queue {
		if ctx.Err() != nil {
			return train.ErrInterrupted
		}
		if err := r.train(ctx, backend, i); err != nil {
			return err
		}
	}
	return nil
}

// train trains the i-th run and records how it ended. A run that diverges is
// no error here.
func (r *runner) train(ctx context.Context, backend compute.Backend, i int) error {
	r.mu.Lock()
	record := r.results.Runs[i]
	spec := r.results.Spec.Run(record.Method, record.Seed)
	if r.hooks.Begin != nil {
		r.hooks.Begin(record)
	}
	r.mu.Unlock()

	path := filepath.Join(r.results.Dir, record.Dir)
	result, err := trainIn(ctx, backend, spec, path, r.trainHooks(record))
	switch {
	case errors.Is(err, train.ErrDiverged):
		if err := record.howFar(path); err != nil {
			return r.failed(i, record, err)
		}
		record.Status = Diverged
	case err != nil:
		return r.failed(i, record, err)
	default:
		record.finish(result)
	}
	return r.record(i, record, result)
}

// trainIn does one run in its folder.
func trainIn(ctx context.Context, backend compute.Backend, spec train.Spec, dir string, hooks train.Hooks) (*train.Result, error) {
	set, err := data.Open(ctx, spec.Data, spec.DataOptions())
	if err != nil {
		return nil, err
	}
	return train.Run(ctx, backend, set, spec, dir, hooks)
}

// failed records a run that ended without a result and returns its error.
func (r *runner) failed(i int, record RunRecord, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	record.Status = Unfinished
	r.results.Runs[i] = record
	r.end(record)
	return fmt.Errorf("%s with seed %d: %w", record.Method, record.Seed, err)
}

// record keeps how the i-th run ended and writes the results so far.
func (r *runner) record(i int, record RunRecord, result *train.Result) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results.Runs[i] = record
	r.results.credit(result)
	if machine := ThisMachine(); !slices.Contains(r.results.Machines, machine) {
		r.results.Machines = append(r.results.Machines, machine)
	}
	r.end(record)
	return r.save()
}

// save brings the table up to date and writes the results. r.mu is held, or
// no run is left.
func (r *runner) save() error {
	if err := r.results.tabulate(); err != nil {
		return err
	}
	return r.results.save()
}

// end tells the hooks; r.mu is held, or no run has begun.
func (r *runner) end(record RunRecord) {
	if r.hooks.End != nil {
		r.hooks.End(record)
	}
}

// trainHooks passes the progress of one run on.
func (r *runner) trainHooks(record RunRecord) train.Hooks {
	var hooks train.Hooks
	if step := r.hooks.Step; step != nil {
		hooks.Step = func(info train.StepInfo) {
			r.mu.Lock()
			defer r.mu.Unlock()
			step(record, info)
		}
	}
	if epoch := r.hooks.Epoch; epoch != nil {
		hooks.Epoch = func(info train.EpochInfo) {
			r.mu.Lock()
			defer r.mu.Unlock()
			epoch(record, info)
		}
	}
	if note := r.hooks.Note; note != nil {
		hooks.Note = func(line string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			note(record, line)
		}
	}
	return hooks
}
