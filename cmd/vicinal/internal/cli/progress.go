package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/train"
)

// progress tells how far the work is. On a terminal it is one line that is redrawn; elsewhere it is a plain
// line now and then, the rarer the longer the work takes. Lines that stay are written with note. It is safe
// for use by several runs at once.
type progress struct {
	mu     sync.Mutex
	t      *IO
	now    func() time.Time
	total  int64  // steps to take
	at     mark   // where the work is
	marks  []mark // where it was in the last window, a second or more apart, the first step the earliest
	status string
	last   time.Time // of the last drawing
	pause  time.Duration
	drawn  bool // a line to redraw is on the terminal
}

// mark is how far the work was at a time.
type mark struct {
	time    time.Time
	done    int64 // steps
	samples int64 // trained on
}

const (
	window      = 20 * time.Second // whose rate is told
	redrawEvery = 100 * time.Millisecond
	firstPause  = 10 * time.Second // before the first plain line; each later pause is longer by half
	longPause   = 2 * time.Minute
)

// newProgress is the progress of work of total steps.
func newProgress(t *IO, total int64) *progress {
	p := &progress{t: t, now: time.Now, total: total, pause: firstPause}
	if t.IsTerminal() {
		p.pause = redrawEvery
	}
	p.last = p.now()
	return p
}

// step counts a step on that many samples; status says what is being done.
func (p *progress) step(samples int, status string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
	p.move(samples)
	p.draw(p.at.time)
}

// tell says what is being done between steps.
func (p *progress) tell(status string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
	p.draw(p.now())
}

// draw draws the line if it is time.
func (p *progress) draw(now time.Time) {
	if p.t.Quiet || now.Sub(p.last) < p.pause {
		return
	}
	p.last = now
	if p.t.IsTerminal() {
		// The room left is for the ^C that a terminal shows.
		p.t.redraw(clip(p.line(), p.t.Width()-3))
		p.drawn = true
		return
	}
	fmt.Fprintln(p.t.ErrOut, p.line())
	p.pause = min(p.pause*3/2, longPause)
}

// move counts a step.
func (p *progress) move(samples int) {
	p.at.time = p.now()
	p.at.done++
	p.at.samples += int64(samples)
	if len(p.marks) == 0 || p.at.time.Sub(p.marks[len(p.marks)-1].time) >= time.Second {
		p.marks = append(p.marks, p.at)
	}
	for len(p.marks) > 1 && p.at.time.Sub(p.marks[1].time) >= window {
		p.marks = p.marks[1:]
	}
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
		p.t.redraw("")
		p.drawn = false
	}
}

// line is such as "42 %  ETA 35 s  1,240 samples/s  mixup:0.2 seed 3 epoch 12/40": what matters less comes
// last, where a narrow terminal cuts it.
func (p *progress) line() string {
	parts := []string{fmt.Sprintf("%2.0f %%", 100*float64(p.at.done)/float64(max(p.total, 1)))}
	if len(p.marks) > 0 {
		since := p.marks[0]
		if seconds := p.at.time.Sub(since.time).Seconds(); seconds > 0 {
			rate := float64(p.at.samples-since.samples) / seconds
			left := float64(max(p.total-p.at.done, 0)) * seconds / float64(p.at.done-since.done)
			parts = append(parts, "ETA "+humanize.Seconds(left), humanize.Thousands(int64(rate+0.5))+" samples/s")
		}
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

// evaluating is such as "evaluating test 4,000/10,000".
func evaluating(e train.EvaluationInfo) string {
	return fmt.Sprintf("evaluating %s %s/%s", e.Split, humanize.Thousands(int64(e.Done)), humanize.Thousands(int64(e.Samples)))
}
