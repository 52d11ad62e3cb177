package study

import (
	"slices"
	"sync"
	"time"
)

// budget ends a study when its time is spent. A nil budget never ends.
type budget struct {
	left  time.Duration // at began
	began time.Time
	spent time.Duration // in earlier calls

	mu    sync.Mutex
	begun int // seeds, of which runs may be trained
	ended int // seeds at which time ran out, or 0
}

// newBudget is what of a time is left to a study with these results.
func newBudget(all time.Duration, r *Results) *budget {
	// The runs there went side by side as those to come.
	spent := time.Duration(r.Seconds() / float64(jobs(r.Spec, len(r.Runs))) * float64(time.Second))
	return &budget{left: all - spent, began: time.Now(), spent: spent, begun: r.begun()}
}

// begun is the number of seeds of which a run has begun.
func (r *Results) begun() int {
	n := 0
	for i := range r.Runs {
		if run := &r.Runs[i]; run.Status != Missing {
			n = max(n, slices.Index(r.Spec.Seeds, run.Seed)+1)
		}
	}
	return n
}

// allows reports whether a run of that seed may be trained: its seed has begun,
// or another one as long as those so far is likely to fit.
func (b *budget) allows(seeds []uint64, seed uint64) bool {
	if b == nil {
		return true
	}
	place := slices.Index(seeds, seed)
	b.mu.Lock()
	defer b.mu.Unlock()
	if place < max(b.begun, 2) {
		b.begun = max(b.begun, place+1)
		return true
	}
	now := time.Since(b.began)
	if b.ended > 0 || now+(b.spent+now)/time.Duration(max(1, b.begun)) > b.left {
		// Of runs that ask side by side the first seed counts.
		if b.ended == 0 || place < b.ended {
			b.ended = place
		}
		return false
	}
	b.begun = place + 1
	return true
}

// endedAt is the number of seeds at which time ran out, 0 if it did not.
func (b *budget) endedAt() int {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}
