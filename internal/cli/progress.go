package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// progress tells how far the work is. On a terminal it is one line that is redrawn; elsewhere it is a plain
// line now and then, the rarer the longer the work takes. Lines that stay are written with note. It is safe
// for use by several runs at once.
type progress struct {
	mu      sync.Mutex
	t       *IO
	now     func() time.Time
	start   time.Time
	total   int64 // steps to take
	done    int64 // of them so far
	samples int64 // trained on so far
	status  string
	last    time.Time // of the last drawing
	pause   time.Duration
	drawn   bool // a line to redraw is on the terminal
}

const (
	redrawEvery = 100 * time.Millisecond
	firstPause  = 10 * time.Second // before the first plain line; each later pause is longer by half
	longPause   = 2 * time.Minute
)

// newProgress starts the clock of work of total steps.
func newProgress(t *IO, total int64) *progress {
	p := &progress{t: t, now: time.Now, total: total, pause: firstPause}
	if t.IsTerminal() {
		p.pause = redrawEvery
	}
	p.start = p.now()
	p.last = p.start
	return p
}

// step counts a step on that many samples; status says what is being done.
func (p *progress) step(samples int, status string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.samples += int64(samples)
	p.status = status
	if p.t.Quiet || p.now().Sub(p.last) < p.pause {
		return
	}
	p.last = p.now()
	if p.t.IsTerminal() {
		fmt.Fprint(p.t.ErrOut, "\r"+clip(p.line(), p.t.Width()-1)+"\x1b[K")
		p.drawn = true
		return
	}
	fmt.Fprintln(p.t.ErrOut, p.line())
	p.pause = min(p.pause*3/2, longPause)
}

// skip takes steps that need not be taken off the total.
func (p *progress) skip(steps int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total -= steps
}

// note writes a line that stays, a remark unless to is the IO's Out.
func (p *progress) note(to io.Writer, format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.t.Quiet && to == p.t.ErrOut {
		return
	}
	p.clear()
	fmt.Fprintf(to, format+"\n", args...)
}

// close takes the redrawn line off the terminal.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.t.ErrOut, "\r\x1b[K")
		p.drawn = false
	}
}

// line is such as "42 %  ETA 35 s  1,240 samples/s  mixup:0.2 seed 3 epoch 12/40": what matters less comes
// last, where a narrow terminal cuts it.
func (p *progress) line() string {
	elapsed := p.now().Sub(p.start)
	parts := []string{fmt.Sprintf("%2.0f %%", 100*float64(p.done)/float64(max(p.total, 1)))}
	if p.done > 0 && elapsed > 0 {
		left := time.Duration(float64(elapsed) * float64(max(p.total-p.done, 0)) / float64(p.done))
		rate := float64(p.samples) / elapsed.Seconds()
		parts = append(parts, "ETA "+duration(left), thousands(int64(rate+0.5))+" samples/s")
	}
	return strings.Join(append(parts, p.status), "  ")
}

// clip cuts s to at most n columns.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:max(n-1, 0)]) + "…"
	}
	return s
}
