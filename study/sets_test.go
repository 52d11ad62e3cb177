package study

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// countOpenings counts how often a set is opened from here on.
func countOpenings(t *testing.T) *atomic.Int64 {
	t.Helper()
	var n atomic.Int64
	open := openSet
	openSet = func(ctx context.Context, spec train.Spec) (*data.Set, error) {
		n.Add(1)
		return open(ctx, spec)
	}
	t.Cleanup(func() { openSet = open })
	return &n
}

// TestSetsAreHandedOn: a comparison of 3 methods with 5 seeds opens its set once
// a seed, and once less where the caller has opened the first.
func TestSetsAreHandedOn(t *testing.T) {
	spec := tinySpec()
	spec.Epochs, spec.Methods, spec.Seeds = 1, []string{"erm", "mixup:0.2", "mixup:1"}, []uint64{1, 2, 3, 4, 5}
	first := spec.Run(spec.Methods[0], spec.Seeds[0])
	given, err := openSet(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		set  *data.Set
		jobs int
		want int64
	}{{nil, 1, 5}, {given, 3, 4}} {
		opened := countOpenings(t)
		spec.Jobs = c.jobs
		dir := t.TempDir()
		r := Runner{Spec: spec, Dir: dir, Backend: newBackend, Set: c.set}
		if _, err := r.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := opened.Load(); n != c.want {
			t.Errorf("%d jobs: the set was opened %d times, not %d", c.jobs, n, c.want)
		}
		opened.Store(0)
		if _, err := Load(dir); err != nil || opened.Load() != 0 {
			t.Errorf("reading the results opened the set %d times, %v", opened.Load(), err)
		}
	}
}

// A set is kept while runs need it, let go of after the last, and one that could
// not be opened is tried again.
func TestSets(t *testing.T) {
	spec := tinySpec()
	one, two := spec.Run("erm", 1), spec.Run("erm", 2)
	opened := countOpenings(t)
	s := newSets(one, &data.Set{})
	broken := two
	broken.Data = "nothing"
	for range 2 {
		if _, err := s.of(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		if _, err := s.of(t.Context(), two); err != nil {
			t.Fatal(err)
		}
		if _, err := s.of(t.Context(), broken); err == nil {
			t.Error("what is not there was opened")
		}
	}
	if n := opened.Load(); n != 3 {
		t.Errorf("%d openings: one of the second seed, two that fail", n)
	}
	c := &call{sets: s, named: []int{0, 1}, results: &Results{Spec: spec, Runs: []RunRecord{
		{Method: "erm", Seed: 2, Status: Finished}, {Method: "mixup:0.2", Seed: 2, Status: Missing},
	}}}
	c.dropSet(two)
	if s.by[setKey(two)] == nil {
		t.Error("the set was let go of before its last run")
	}
	c.results.Runs[1].Status = Failed
	c.dropSet(two)
	if s.by[setKey(two)] != nil || s.by[setKey(one)] == nil {
		t.Error("the set of runs that have all ended is held, or another was let go of")
	}
	larger := two
	larger.TrainSize++
	if setKey(larger) == setKey(two) {
		t.Error("runs on other samples share a set")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.of(ctx, larger); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
