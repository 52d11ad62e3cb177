package study

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

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
	Plan       func(*Plan)                           // once, before anything is trained or written
	Begin      func(RunRecord)                       // a run begins or goes on
	Step       func(RunRecord, train.StepInfo)       // after each step of a run
	Evaluation func(RunRecord, train.EvaluationInfo) // after each batch that a run evaluates
	Epoch      func(RunRecord, train.EpochInfo)      // after each epoch of a run
	End        func(RunRecord)                       // a run has finished, diverged or stopped; also for runs found finished
	Note       func(RunRecord, string)               // a line for people about a run
}

// Runner does one study. Spec, Dir and Backend are needed.
type Runner struct {
	Spec    Spec
	Dir     string // made where it does not exist
	Backend BackendFactory
	Hooks   Hooks

	// Set is the data of the first method and seed of Spec, where the caller has
	// opened it already.
	Set *data.Set

	// UsePrevious is that of [train.Runner], for every run.
	UsePrevious bool

	// Budget is the time that a sequential study may take, with what its runs took
	// in earlier calls; 0 is any. No seed is begun that would be likely to
	// exceed it, beyond the first two, and the study ends at the seeds begun
	// (Stop.EndedAt).
	Budget time.Duration
}

// Run trains every method with every seed and returns the results. Finished
// runs in Dir are kept, unfinished ones go on exactly where they were. Methods
// and seeds that Dir has beyond Spec stay part of the study and of the results,
// but are not trained.
//
// Before anything is trained it compares what the runs in Dir were made from
// with what is here and now; what cannot be compared is refused, see [train.Origin].
//
// The results do not depend on Spec.Jobs, on interruptions, or on which run
// ended first.
//
// A run that diverges or fails is recorded and the others go on; the error is
// then a [*FailedError] where any failed, and otherwise wraps
// [train.ErrDiverged]. When ctx is cancelled the runs finish their step and
// save, and the error wraps [train.ErrInterrupted]. In all these cases the
// results so far are returned with the error. Other errors: [ErrOtherStudy],
// [ErrNotComparable], [ErrBusy], and that of a backend or of the results' file,
// which stop all runs.
func (r Runner) Run(ctx context.Context) (*Results, error) {
	spec, err := r.Spec.Resolve()
	if err != nil {
		return nil, err
	}
	set, _, err := open(ctx, spec, r.Set)
	if err != nil {
		return nil, err
	}
	unlock, err := claim(r.Dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	plan, err := r.plan(ctx, spec, &origins{spec: spec, first: set})
	if err != nil {
		return nil, err
	}
	if r.Hooks.Plan != nil {
		r.Hooks.Plan(plan)
	}
	if err := keep(r.Dir, plan.Results.Spec); err != nil {
		return nil, err
	}
	c := &call{results: plan.Results, named: plan.Named, sets: newSets(spec.Run(spec.Methods[0], spec.Seeds[0]), set), backend: r.Backend, usePrevious: r.UsePrevious, hooks: r.Hooks}
	if r.Budget > 0 && plan.Results.Spec.Stop.On() {
		c.budget = newBudget(r.Budget, plan.Results)
	}
	if err := c.run(ctx); err != nil {
		return c.results, err
	}
	c.results.compareOnSamples()
	if err := c.results.save(); err != nil {
		return c.results, err
	}
	if c.failure != nil {
		c.failure.Diverged = c.results.count(c.named, Diverged)
		return c.results, c.failure
	}
	return c.results, c.results.errOf(c.named)
}

// Run is Runner.Run.
func Run(ctx context.Context, spec Spec, dir string, backend BackendFactory, hooks Hooks) (*Results, error) {
	return Runner{Spec: spec, Dir: dir, Backend: backend, Hooks: hooks}.Run(ctx)
}

// call carries one call of Run.
type call struct {
	backend     BackendFactory
	usePrevious bool
	named       []int // the runs of the call, in the order of training
	budget      *budget
	sets        *sets

	mu      sync.Mutex // guards what follows, and keeps hooks apart
	results *Results
	hooks   Hooks
	failure *FailedError // of the runs so far
}

// run works through the named runs that are not at their end.
func (c *call) run(ctx context.Context) error {
	var open []int
	for _, i := range c.named {
		switch record := c.results.Runs[i]; record.Status {
		case Finished, Diverged:
			c.end(record)
		default:
			open = append(open, i)
		}
	}
	var err error
	if c.results.Spec.Stop.On() {
		err = c.rounds(ctx, open)
	} else {
		err = c.trainAll(ctx, open)
	}
	if err == nil && c.results.Ended {
		c.results.leaveOut()
		c.named = nil
		for i := range c.results.Runs {
			c.named = append(c.named, i)
		}
	}
	if saving := c.save(); err == nil {
		err = saving
	}
	// A cancelled run ends with its own account of it, or with ctx's error.
	stopped := errors.Is(err, train.ErrInterrupted) || err != nil && errors.Is(err, ctx.Err())
	if ctx.Err() != nil && stopped {
		return fmt.Errorf("%d of %d runs finished, the others are saved: %w", c.results.count(c.named, Finished), len(c.named), train.ErrInterrupted)
	}
	return err
}

// trainAll trains runs, as many at once as the spec's jobs.
func (c *call) trainAll(ctx context.Context, open []int) error {
	queue := make(chan int, len(open))
	for _, i := range open {
		queue <- i
	}
	close(queue)
	group, running := errgroup.WithContext(ctx)
	for range min(jobs(c.results.Spec, len(open)), len(open)) {
		group.Go(func() error { return c.work(running, queue) })
	}
	return group.Wait()
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
func (c *call) work(ctx context.Context, queue <-chan int) error {
	backend, err := c.backend()
	if err != nil {
		return fmt.Errorf("starting a backend: %w", err)
	}
	defer backend.Finalize()
	for i := range queue {
		if ctx.Err() != nil {
			return train.ErrInterrupted
		}
		if !c.budget.allows(c.results.Spec.Seeds, c.results.Runs[i].Seed) {
			continue
		}
		if err := c.train(ctx, backend, i); err != nil {
			return err
		}
	}
	return nil
}

// train trains the i-th run and records how it ended. A run that diverges or
// fails is no error here.
func (c *call) train(ctx context.Context, backend compute.Backend, i int) error {
	c.mu.Lock()
	record := c.results.Runs[i]
	if record.Status == Failed {
		record.Status, record.Note = Unfinished, ""
		c.results.Runs[i] = record
	}
	spec := c.results.Spec.Run(record.Method, record.Seed)
	if c.hooks.Begin != nil {
		c.hooks.Begin(record)
	}
	c.mu.Unlock()

	defer c.dropSet(spec)
	path := filepath.Join(c.results.Dir, record.Dir)
	result, err := c.trainIn(ctx, backend, spec, path, c.trainHooks(record))
	switch {
	case errors.Is(err, train.ErrDiverged):
		if err := record.howFar(path); err != nil {
			return c.failed(i, record, err)
		}
		if record.Origin, err = train.ReadOrigin(path); err != nil {
			return c.failed(i, record, err)
		}
		record.Status = Diverged
	case err != nil:
		return c.failed(i, record, err)
	default:
		record.finish(result)
	}
	return c.record(i, record, result)
}

// trainIn does one run in its folder.
func (c *call) trainIn(ctx context.Context, backend compute.Backend, spec train.Spec, dir string, hooks train.Hooks) (*train.Result, error) {
	set, err := c.sets.of(ctx, spec)
	if err != nil {
		return nil, err
	}
	print, err := set.Fingerprint(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	if err := c.unchanged(spec, print); err != nil {
		return nil, err
	}
	return train.Runner{Backend: backend, Set: set, Spec: spec, Dir: dir, Hooks: hooks, Data: print, UsePrevious: c.usePrevious}.Run(ctx)
}

// unchanged fails where the data of a run is not that of the runs before.
func (c *call) unchanged(spec train.Spec, print data.Fingerprint) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.results.Runs {
		other := &c.results.Runs[i]
		if other.Origin == nil {
			continue
		}
		if was := other.Origin.Data; !was.SameSource(print) || other.Seed == spec.Seed && !was.Same(print) {
			return fmt.Errorf("%w: the data set %s has changed since %s with seed %d was trained; restore it, or remove %s and compare again", ErrNotComparable, spec.Data, other.Method, other.Seed, c.results.Dir)
		}
	}
	return nil
}

// failed records a run that ended without a result. An error that is not of
// this run alone is returned, and stops the others.
func (c *call) failed(i int, record RunRecord, err error) error {
	interrupted := errors.Is(err, train.ErrInterrupted) || errors.Is(err, context.Canceled)
	if interrupted || errors.Is(err, ErrNotComparable) {
		c.mu.Lock()
		defer c.mu.Unlock()
		record.Status = Unfinished
		c.results.Runs[i] = record
		c.end(record)
		return fmt.Errorf("%s with seed %d: %w", record.Method, record.Seed, err)
	}
	record.Status, record.Note = Failed, strings.ReplaceAll(err.Error(), "\n", "; ")
	c.mu.Lock()
	if c.failure == nil {
		c.failure = &FailedError{Of: len(c.named), First: record, Err: err}
	}
	c.failure.Failed++
	c.mu.Unlock()
	return c.record(i, record, nil)
}

// record keeps how the i-th run ended and writes the results so far.
func (c *call) record(i int, record RunRecord, result *train.Result) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.results.Runs[i] = record
	c.results.credit(result)
	if machine := ThisMachine(); !slices.Contains(c.results.Machines, machine) {
		c.results.Machines = append(c.results.Machines, machine)
	}
	c.end(record)
	return c.save()
}

// save brings the table up to date and writes the results. c.mu is held, or
// no run is left.
func (c *call) save() error {
	if err := c.results.tabulate(); err != nil {
		return err
	}
	return c.results.save()
}

// end tells the hooks; c.mu is held, or no run has begun.
func (c *call) end(record RunRecord) {
	if c.hooks.End != nil {
		c.hooks.End(record)
	}
}

// trainHooks passes the progress of one run on.
func (c *call) trainHooks(record RunRecord) train.Hooks {
	var hooks train.Hooks
	if step := c.hooks.Step; step != nil {
		hooks.Step = func(info train.StepInfo) {
			c.mu.Lock()
			defer c.mu.Unlock()
			step(record, info)
		}
	}
	if evaluation := c.hooks.Evaluation; evaluation != nil {
		hooks.Evaluation = func(info train.EvaluationInfo) {
			c.mu.Lock()
			defer c.mu.Unlock()
			evaluation(record, info)
		}
	}
	if epoch := c.hooks.Epoch; epoch != nil {
		hooks.Epoch = func(info train.EpochInfo) {
			c.mu.Lock()
			defer c.mu.Unlock()
			epoch(record, info)
		}
	}
	if note := c.hooks.Note; note != nil {
		hooks.Note = func(line string) {
			c.mu.Lock()
			defer c.mu.Unlock()
			note(record, line)
		}
	}
	return hooks
}
