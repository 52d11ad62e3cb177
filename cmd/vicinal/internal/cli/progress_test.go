package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/vicinal-ml/vicinal/train"
)

// clockwork replaces p's clock with one that the test moves.
func clockwork(p *progress) (advance func(time.Duration)) {
	now := time.Unix(0, 0)
	p.now = func() time.Time { return now }
	p.last = now
	return func(d time.Duration) { now = now.Add(d) }
}

func TestProgressPlainLinesGrowRarer(t *testing.T) {
	io, out, errOut := TestIO()
	p := newProgress(io, 3600)
	advance := clockwork(p)
	for range 3600 {
		advance(time.Second)
		p.step(1, "erm seed 1")
	}
	p.close()
	lines := strings.Split(strings.TrimSpace(errOut.String()), "\n")
	if len(lines) < 20 || len(lines) > 50 {
		t.Errorf("%d lines in an hour", len(lines))
	}
	if want := "0 %  ETA 59 min 50 s  1 samples/s  erm seed 1"; lines[0] != want {
		t.Errorf("first line %q, want %q", lines[0], want)
	}
	if strings.ContainsAny(errOut.String(), "\r\x1b") || out.Len() > 0 {
		t.Errorf("a plain stream got control characters, or standard output got %q", out.String())
	}
}

func TestProgressOnATerminal(t *testing.T) {
	io, _, errOut := TestIO()
	io.errTerminal = true
	io.width = func() int { return 30 }
	p := newProgress(io, 10)
	advance := clockwork(p)
	for range 5 {
		advance(60 * time.Millisecond)
		p.step(1, "a status that is longer than the terminal is wide")
	}
	if got := strings.Count(errOut.String(), "\r"); got != 2 {
		t.Errorf("drawn %d times in 0.3 s, want 2: %q", got, errOut.String())
	}
	if want := "20 %  ETA"; !strings.Contains(errOut.String(), want) {
		t.Errorf("no %q in %q", want, errOut.String())
	}
	for _, line := range strings.Split(errOut.String(), "\r") {
		if n := len([]rune(strings.TrimSuffix(line, "\x1b[K"))); n > 27 {
			t.Errorf("%d columns in %q", n, line)
		}
	}
	p.note(io.ErrOut, "erm seed 1: done")
	p.close()
	if !strings.HasSuffix(errOut.String(), "\r\x1b[Kerm seed 1: done\n") {
		t.Errorf("the note does not replace the redrawn line: %q", errOut.String())
	}
}

func TestProgressQuiet(t *testing.T) {
	io, out, errOut := TestIO()
	io.Quiet = true
	p := newProgress(io, 10)
	clockwork(p)(time.Hour)
	p.step(1, "x")
	p.note(io.ErrOut, "remark")
	p.note(io.Out, "result")
	if out.String() != "result\n" || errOut.Len() > 0 {
		t.Errorf("out %q, errOut %q", out, errOut)
	}
}

func TestProgressTellsTheRateOfTheLastWhile(t *testing.T) {
	io, _, errOut := TestIO()
	io.errTerminal = true
	p := newProgress(io, 1000)
	advance := clockwork(p)
	for range 100 { // slow, ten seconds each
		advance(10 * time.Second)
		p.step(8, "")
	}
	for range 300 { // fast, a tenth of a second each
		advance(100 * time.Millisecond)
		p.step(8, "")
	}
	if line, want := errOut.String()[strings.LastIndexByte(errOut.String(), '\r'):], "\r40 %  ETA 1 min 0 s  80 samples/s"; !strings.HasPrefix(line, want) {
		t.Errorf("%q, want %q", line, want)
	}
}

// An evaluation takes no steps and may come before the first one, in a run that goes on.
func TestProgressTellsOfEvaluations(t *testing.T) {
	io, _, errOut := TestIO()
	p := newProgress(io, 4)
	advance := clockwork(p)
	tell := func(done int) {
		advance(20 * time.Second)
		p.tell("epoch 2/4  " + evaluating(train.EvaluationInfo{Epoch: 2, Epochs: 4, Split: "test", Done: done, Samples: 10000}))
	}
	tell(4000)
	for range 2 { // the second is too soon for a line
		advance(20 * time.Second)
		p.step(100, "epoch 3/4")
	}
	tell(10000)
	want := ` 0 %  epoch 2/4  evaluating test 4,000/10,000
25 %  epoch 3/4
50 %  ETA 40 s  5 samples/s  epoch 2/4  evaluating test 10,000/10,000
`
	if got := errOut.String(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
