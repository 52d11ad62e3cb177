package study

import (
	"context"
	"fmt"
	"sync"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// openSet opens the data of a run; tests count it.
var openSet = func(ctx context.Context, spec train.Spec) (*data.Set, error) {
	return data.Open(ctx, spec.Data, spec.DataOptions())
}

// sets are those of a call's runs. Each is opened once, by the first run that
// needs it, and handed on to the others with the same data and options, which
// are those of a seed. Sets may be read by several runs at once.
type sets struct {
	mu sync.Mutex // guards by
	by map[string]*openedSet
}

// openedSet is a set that is open, or will be.
type openedSet struct {
	mu  sync.Mutex // held while it is opened
	set *data.Set
}

// newSets holds the set of a run.
func newSets(spec train.Spec, set *data.Set) *sets {
	return &sets{by: map[string]*openedSet{setKey(spec): {set: set}}}
}

// setKey tells the sets of runs apart.
func setKey(spec train.Spec) string { return fmt.Sprintf("%q %+v", spec.Data, spec.DataOptions()) }

// of returns the set of a run. One that could not be opened is tried anew for
// the next run.
func (s *sets) of(ctx context.Context, spec train.Spec) (*data.Set, error) {
	key := setKey(spec)
	s.mu.Lock()
	own := s.by[key]
	if own == nil {
		own = &openedSet{}
		s.by[key] = own
	}
	s.mu.Unlock()
	own.mu.Lock()
	defer own.mu.Unlock()
	if own.set == nil {
		var err error
		if own.set, err = openSet(ctx, spec); err != nil {
			return nil, err
		}
	}
	return own.set, nil
}

// drop lets go of the set of a run.
func (s *sets) drop(spec train.Spec) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.by, setKey(spec))
}

// dropSet lets go of the set of a run that has ended, if no run of the call that
// is still to end needs it.
func (c *call) dropSet(spec train.Spec) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := setKey(spec)
	for _, i := range c.named {
		run := &c.results.Runs[i]
		open := run.Status == Missing || run.Status == Unfinished
		if open && setKey(c.results.Spec.Run(run.Method, run.Seed)) == key {
			return
		}
	}
	c.sets.drop(spec)
}
