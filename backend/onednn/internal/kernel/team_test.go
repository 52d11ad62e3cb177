package kernel

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// counter counts how often each part ran and notices two parts at the same time on one worker.
type counter struct {
	ran    []atomic.Int32
	busy   []atomic.Int32
	errors atomic.Int32
}

func (c *counter) Part(part, worker int) {
	if c.busy[worker].Add(1) != 1 {
		c.errors.Add(1)
	}
	c.ran[part].Add(1)
	c.busy[worker].Add(-1)
}

func TestTeamRunsEachPartOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		team := NewTeam(Config{Workers: workers})
		for _, n := range []int{0, 1, 2, 3, 5, 17, 1000} {
			for range 50 {
				c := &counter{ran: make([]atomic.Int32, n), busy: make([]atomic.Int32, workers)}
				team.Do(c, n)
				for i := range c.ran {
					if got := c.ran[i].Load(); got != 1 {
						t.Fatalf("%d workers: part %d of %d ran %d times", workers, i, n, got)
					}
				}
				if c.errors.Load() != 0 {
					t.Fatalf("%d workers: parts overlapped on a worker", workers)
				}
			}
		}
		team.Close()
		team.Close()
		c := &counter{ran: make([]atomic.Int32, 3), busy: make([]atomic.Int32, workers)}
		team.Do(c, 3)
		if c.ran[0].Load()+c.ran[1].Load()+c.ran[2].Load() != 3 {
			t.Fatal("a closed team did not compute")
		}
	}
}

func TestTeamSleepsAndWakes(t *testing.T) {
	team := NewTeam(Config{Workers: 3})
	defer team.Close()
	for range 20 {
		time.Sleep(time.Millisecond)
		c := &counter{ran: make([]atomic.Int32, 9), busy: make([]atomic.Int32, 3)}
		team.Do(c, 9)
		for i := range c.ran {
			if c.ran[i].Load() != 1 {
				t.Fatalf("part %d ran %d times", i, c.ran[i].Load())
			}
		}
	}
}

func TestTeamFromManyGoroutines(t *testing.T) {
	team := NewTeam(Config{Workers: 3})
	defer team.Close()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 300 {
				c := &counter{ran: make([]atomic.Int32, 7), busy: make([]atomic.Int32, 3)}
				team.Do(c, 7)
				for i := range c.ran {
					if c.ran[i].Load() != 1 {
						t.Errorf("part %d ran %d times", i, c.ran[i].Load())
						return
					}
				}
			}
		})
	}
	wg.Wait()
}
