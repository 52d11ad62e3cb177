package onednn

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// profile collects how long the steps of an executable take.
type profile struct {
	name  string
	arena int    // bytes
	file  string // for the trace of the last execution; "-": none

	mu    sync.Mutex
	runs  int
	total []time.Duration // by step
	last  []span          // by step
}

// span is when a step ran, counted from the start of its execution.
type span struct{ start, end time.Duration }

// newProfile is nil unless the option is set.
func newProfile(b *Backend, name string, pl *plan) *profile {
	if b.options.profile == "" {
		return nil
	}
	return &profile{name: name, file: b.options.profile, arena: pl.arena,
		total: make([]time.Duration, len(pl.steps)), last: make([]span, len(pl.steps))}
}

// run does the steps and takes their times.
func (p *profile) run(x *execution, do func(*step) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	start := time.Now()
	for i, s := range x.plan.steps {
		from := time.Since(start)
		if err := do(s); err != nil {
			return err
		}
		p.last[i] = span{from, time.Since(start)}
	}
	for i, l := range p.last {
		p.total[i] += l.end - l.start
	}
	p.runs++
	return nil
}

// report prints the table and writes the trace.
func (p *profile) report(w io.Writer, steps []*step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.runs == 0 {
		return
	}
	type row struct {
		name  string
		count int
		time  time.Duration
	}
	var sum time.Duration
	table := func(key func(*step) string) []*row {
		rows := make(map[string]*row)
		for i, s := range steps {
			r := rows[key(s)]
			if r == nil {
				r = &row{name: key(s)}
				rows[r.name] = r
			}
			r.count++
			r.time += p.total[i]
		}
		return slices.SortedFunc(maps.Values(rows), func(a, b *row) int { return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(a.name, b.name)) })
	}
	for _, t := range p.total {
		sum += t
	}
	out := bufio.NewWriter(w)
	defer out.Flush()
	runs := time.Duration(p.runs)
	fmt.Fprintf(out, "%s: %d executions, %v each; %d MiB for what lives within one\n", p.name, p.runs, (sum / runs).Round(time.Microsecond), p.arena>>20)
	for _, rows := range [][]*row{
		table(func(s *step) string { return s.name }),
		table(func(s *step) string { return s.name + " | " + s.detail }),
	} {
		for i, r := range rows {
			if i == 40 {
				break
			}
			fmt.Fprintf(out, "%12v %5.1f %% %4d× %s\n", (r.time / runs).Round(time.Microsecond), 100*float64(r.time)/float64(max(sum, 1)), r.count, r.name)
		}
		fmt.Fprintln(out)
	}
	if p.file != "-" {
		if err := p.writeTrace(steps); err != nil {
			fmt.Fprintf(out, "writing the trace: %v\n", err)
		}
	}
}

// traceEvent is a complete event of Chrome's trace format; times are in microseconds.
type traceEvent struct {
	Name     string            `json:"name"`
	Phase    string            `json:"ph"`
	Start    float64           `json:"ts"`
	Duration float64           `json:"dur"`
	Process  int               `json:"pid"`
	Thread   int               `json:"tid"`
	Args     map[string]string `json:"args"`
}

func (p *profile) writeTrace(steps []*step) error {
	events := make([]traceEvent, len(steps))
	for i, s := range steps {
		l := p.last[i]
		events[i] = traceEvent{Name: s.name, Phase: "X", Start: float64(l.start) / 1e3, Duration: float64(l.end-l.start) / 1e3,
			Process: 1, Thread: 1, Args: map[string]string{"detail": s.detail}}
	}
	text, err := json.Marshal(map[string]any{"traceEvents": events, "otherData": map[string]string{"executable": p.name}})
	if err != nil {
		return err
	}
	return os.WriteFile(p.traceFile(), text, 0o666)
}

// traceFile tells the executables of a program apart by name: trace.json becomes trace.train_step.json.
func (p *profile) traceFile() string {
	base, ext := p.file, ""
	if i := strings.LastIndexByte(base, '.'); i > strings.LastIndexByte(base, '/') {
		base, ext = base[:i], base[i:]
	}
	name := strings.Map(func(r rune) rune {
		if r == ' ' || r == '/' || r == '\\' || r == ':' {
			return '_'
		}
		return r
	}, p.name)
	return base + "." + name + ext
}
