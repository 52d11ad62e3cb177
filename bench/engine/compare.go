package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// entrant is a participant with its times.
type entrant struct {
	name string
	participant
	seconds []float64 // of a step, by round
}

func compare(ctx context.Context, o options) error {
	c, err := findCase(o.benchCase)
	if err != nil {
		return err
	}
	if o.steps == 0 {
		o.steps = c.steps
	}
	entrants, cleanUp, err := enter(ctx, o, c)
	defer cleanUp()
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
	return nil
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
		p, err := startProcess(ctx, o.threads, self, "-worker", "-case", c.name, "-backends", b)
		add("vicinal "+b, p, err)
	}
	if o.yardstick != "" && c.name == "preactresnet18" {
		program, err := buildYardstick(ctx, o.yardstick, dir)
		for _, mode := range []string{"f32", "mixed"} {
			add("yardstick "+mode, yardstick{ctx, program, mode, o.threads}, err)
		}
	}
	if modes := strings.Fields(o.torch); len(modes) > 0 {
		interpreter, err := python(ctx, o.venv)
		for _, mode := range modes {
			if err != nil {
				add("torch "+mode, nil, err)
				continue
			}
			p, err := startProcess(ctx, o.threads, interpreter, "bench/engine/torch_worker.py", c.name, mode, fmt.Sprint(o.threads))
			add("torch "+mode, p, err)
		}
	}
	if len(entrants) == 0 {
		return nil, cleanUp, errors.New("no participant could start")
	}
	return entrants, cleanUp, nil
}

// table prints the medians, and the ratios of the first entrant to each other.
func table(out *os.File, c benchCase, o options, entrants []*entrant) {
	fmt.Fprintf(out, "%s, batch %d, %s, mixup step, %d threads, %d rounds of %d steps\n\n", c.name, c.batch, c.shape, o.threads, o.rounds, o.steps)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\tms a step\t(range)\tsamples/s\t%s is faster by\t(range)\t\n", entrants[0].name)
	for _, e := range entrants {
		lo, mid, hi := spread(e.seconds)
		fmt.Fprintf(w, "%s\t%.3g\t%.3g-%.3g\t%.0f\t", e.name, 1e3*mid, 1e3*lo, 1e3*hi, float64(c.batch)/mid)
		ratios := make([]float64, len(e.seconds))
		for i := range ratios {
			ratios[i] = e.seconds[i] / entrants[0].seconds[i]
		}
		lo, mid, hi = spread(ratios)
		fmt.Fprintf(w, "%.2f\t%.2f-%.2f\t\n", mid, lo, hi)
	}
	w.Flush()
}

func spread(values []float64) (lo, mid, hi float64) {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1]
}
