package study

import (
	"testing"
	"time"
)

// Seeds that have begun go on, two are always begun, and another one only if it
// is likely to fit.
func TestBudget(t *testing.T) {
	seeds := []uint64{5, 6, 7, 8, 9}
	for _, c := range []struct {
		name   string
		left   time.Duration
		spent  time.Duration
		begun  int
		seed   uint64
		allows bool
		ended  int
	}{
		{"begun before", -time.Hour, time.Hour, 4, 8, true, 0},
		{"the second", -time.Hour, time.Hour, 1, 6, true, 0},
		{"the third, no time", -time.Hour, time.Hour, 2, 7, false, 2},
		{"the third, not enough time", 20 * time.Minute, time.Hour, 2, 7, false, 2},
		{"the third, enough time", 40 * time.Minute, time.Hour, 2, 7, true, 0},
		{"the fifth after time ran out", -time.Hour, time.Hour, 3, 9, false, 4},
	} {
		b := &budget{left: c.left, spent: c.spent, began: time.Now(), begun: c.begun}
		if got := b.allows(seeds, c.seed); got != c.allows || b.endedAt() != c.ended {
			t.Errorf("%s: allowed %t, ended at %d", c.name, got, b.endedAt())
		}
	}
	// Of runs that ask side by side the later may be the first to ask.
	b := &budget{left: -1, began: time.Now()}
	if b.allows(seeds, 8) || b.allows(seeds, 7) || !b.allows(seeds, 6) || !b.allows(seeds, 5) || b.endedAt() != 2 {
		t.Errorf("ended at %d", b.endedAt())
	}
	b = &budget{left: -1, began: time.Now(), begun: 2}
	if b.allows(seeds, 7) || b.allows(seeds, 9) || b.endedAt() != 2 || !b.allows(seeds, 6) {
		t.Errorf("ended at %d", b.endedAt())
	}
	var none *budget
	if !none.allows(seeds, 9) || none.endedAt() != 0 {
		t.Error("no budget ends the study")
	}
}
