package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/texttable"
)

// entrant is a participant with its times.
type entrant struct {
	name string
	participant
	seconds []float64 // of a step, by round
}

func compare(ctx context.Context, o options) error {
	names := strings.Fields(o.benchCase)
	if o.benchCase == "all" {
		names = caseNames()
	}
	for _, name := range names {
		c, err := findCase(name)
		if err == nil {
			err = compareCase(ctx, o, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func compareCase(ctx context.Context, o options, c benchCase) error {
	if o.steps == 0 {
		o.steps = c.steps
	}
	if o.warmUp == 0 {
		o.warmUp = c.warmUp
	}
	entrants, cleanUp, err := enter(ctx, o, c)
	defer func() { cleanUp() }()
	if err != nil {
		return err
	}
	for round := range o.rounds {
		for i := range entrants {
			// Another order each round: no one always follows the same other.
			e := entrants[(i+round)%len(entrants)]
			s, err := e.turn(o.steps)
			if err != nil {
				return fmt.Errorf("%s in round %d: %w", e.name, round+1, err)
			}
			e.seconds = append(e.seconds, s)
		}
	}
	table(os.Stdout, c, o, entrants)
	cleanUp() // the breakdown needs the memory
	cleanUp = func() {}
	printBreakdowns(ctx, o, c)
	return ctx.Err()
}

// enter starts the participants. Those that cannot start are named and left out.
func enter(ctx context.Context, o options, c benchCase) (entrants []*entrant, cleanUp func(), err error) {
	dir, err := os.MkdirTemp("", "engine")
	cleanUp = func() {
		for _, e := range entrants {
			e.close()
		}
		os.RemoveAll(dir)
	}
	if err != nil {
		return nil, cleanUp, err
	}
	add := func(name string, p participant, err error) {
		if err != nil {
			fmt.Fprintf(os.Stderr, "engine: left out: %s: %v\n", name, err)
			return
		}
		entrants = append(entrants, &entrant{name: name, participant: p})
	}
	self, err := os.Executable()
	if err != nil {
		return nil, cleanUp, err
	}
	for _, b := range strings.Fields(o.backends) {
		p, err := startProcess(ctx, o.threads, os.Stderr, self, "-worker", fmt.Sprintf("-loading=%t", o.loading), "-warm-up", fmt.Sprint(o.warmUp), "-case", c.name, "-backends", b)
		add("vicinal "+b, p, err)
	}
	if o.yardstick != "" && !o.loading && c.name == "preactresnet18" {
		program, err := buildYardstick(ctx, o.yardstick, dir)
		for _, mode := range []string{"f32", "mixed"} {
			add("yardstick "+mode, yardstick{ctx, program, mode, o.threads}, err)
		}
	}
	if modes := strings.Fields(o.torch); len(modes) > 0 {
		interpreter, err := o.python.Path(ctx)
		for _, mode := range modes {
			if err != nil {
				add("torch "+mode, nil, err)
				continue
			}
			p, err := startProcess(ctx, o.threads, os.Stderr, interpreter, "bench/engine/torch_worker.py", c.name, mode, fmt.Sprint(o.threads), fmt.Sprint(o.warmUp), fmt.Sprint(o.loading))
			add("torch "+mode, p, err)
		}
	}
	if len(entrants) == 0 {
		return nil, cleanUp, errors.New("no participant could start")
	}
	return entrants, cleanUp, nil
}

// table prints the medians, and how much faster each of vicinal's backends is than each entrant, round by round.
func table(out io.Writer, c benchCase, o options, entrants []*entrant) {
	fed := "mixup step"
	if o.loading {
		fed = "mixup step with loading, pad-4 crop and flip"
	}
	fmt.Fprintf(out, "\n%s, batch %d, %s, %s, %d threads, %d rounds of %d steps\n\n", c.name, c.batch, c.shape, fed, o.threads, o.rounds, o.steps)
	head := []string{"", "ms a step", "range", "samples/s"}
	var ours []*entrant
	for _, e := range entrants {
		if strings.HasPrefix(e.name, "vicinal ") {
			ours = append(ours, e)
			head = append(head, e.name+" is faster by", "range")
		}
	}
	var rows [][]string
	for _, e := range entrants {
		lo, mid, hi := spread(e.seconds)
		row := []string{e.name, fmt.Sprintf("%.3g", 1e3*mid), fmt.Sprintf("%.3g-%.3g", 1e3*lo, 1e3*hi), fmt.Sprintf("%.0f", float64(c.batch)/mid)}
		for _, b := range ours {
			ratios := make([]float64, len(e.seconds))
			for i := range ratios {
				ratios[i] = e.seconds[i] / b.seconds[i]
			}
			lo, mid, hi = spread(ratios)
			row = append(row, fmt.Sprintf("%.2f", mid), fmt.Sprintf("%.2f-%.2f", lo, hi))
		}
		rows = append(rows, row)
	}
	fmt.Fprint(out, (&texttable.Table{Head: head, Rows: rows, Align: "lr"}).Markdown())
}

func spread(values []float64) (lo, mid, hi float64) {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1]
}
