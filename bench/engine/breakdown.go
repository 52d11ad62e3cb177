package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/texttable"
)

// breakdownSteps is how many steps a breakdown is taken over.
const breakdownSteps = 5

// breakdown is the time of a training step by kind of operation, from a pass of its own that is not compared: taking
// the times costs time.
type breakdown struct {
	name string
	step string // how long a step took
	rows [][]string
}

var (
	executable = regexp.MustCompile(`^(.*): (\d+) executions, (\S+) each`)
	operation  = regexp.MustCompile(`^\s*(\S+)\s+([0-9.]+) %\s+(\d+)× (.*)$`)
)

// takeBreakdown runs a few steps of a backend with its option profile.
func takeBreakdown(ctx context.Context, o options, c benchCase, self, backend string) (*breakdown, error) {
	config := backend + ":profile"
	if strings.Contains(backend, ":") {
		config = backend + ",profile"
	}
	var report bytes.Buffer
	p, err := startProcess(ctx, o.threads, &report, self, "-worker", "-warm-up", fmt.Sprint(o.warmUp), "-case", c.name, "-backends", config)
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, report.Bytes())
	}
	_, err = p.turn(breakdownSteps)
	if closed := p.close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, report.Bytes())
	}
	b := parseReport(report.String())
	if b == nil {
		return nil, fmt.Errorf("no profile in what it printed:\n%s", report.Bytes())
	}
	b.name = backend
	return b, nil
}

// parseReport finds the training step in what the option profile prints: the executable that ran most often. Of its two
// tables the first is by kind of operation.
func parseReport(text string) *breakdown {
	var best *breakdown
	most := 0
	for block := range strings.SplitSeq(text, "\n\n") {
		lines := strings.Split(strings.TrimLeft(block, "\n"), "\n")
		head := executable.FindStringSubmatch(lines[0])
		if head == nil {
			continue
		}
		if n, _ := strconv.Atoi(head[2]); n <= most {
			continue
		} else {
			most = n
		}
		best = &breakdown{step: head[3]}
		for _, line := range lines[1:] {
			if m := operation.FindStringSubmatch(line); m != nil {
				best.rows = append(best.rows, []string{m[4], m[3], m[1], m[2] + " %"})
			}
		}
	}
	return best
}

func (b *breakdown) print(out io.Writer) {
	fmt.Fprintf(out, "\nvicinal %s by operation, %s a step while profiled:\n\n", b.name, b.step)
	fmt.Fprint(out, (&texttable.Table{Head: []string{"operation", "number", "time", "share"}, Rows: b.rows, Align: "lr"}).Markdown())
}

// printBreakdowns prints those of the backends that have one; what fails is told and left out.
func printBreakdowns(ctx context.Context, o options, c benchCase) {
	self, err := os.Executable()
	for _, backend := range strings.Fields(o.backends) {
		if name, _, _ := strings.Cut(backend, ":"); name != "onednn" {
			continue
		}
		var b *breakdown
		if err == nil {
			b, err = takeBreakdown(ctx, o, c, self, backend)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "engine: no breakdown of %s: %v\n", backend, err)
			err = nil
			continue
		}
		b.print(os.Stdout)
	}
}
