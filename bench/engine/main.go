// Command engine compares training steps: vicinal's on its backends, PyTorch's
// in its fastest forms, and, where its source is named, a step scheduled by
// hand on oneDNN (the yardstick). All take the same mixup step: the same
// network, batch and optimiser, on the same cores, in one run.
//
//	go run ./bench/engine -case preactresnet18 -rounds 5
//
// Afterwards each of vicinal's oneDNN backends takes a few steps more with its
// option profile, for the time by operation; the tables are Markdown.
//
// The participants are started once, warmed up, and then timed in turn, a few
// steps each, for several rounds; a shared machine changes its speed while it
// runs, so only what is close in time is compared. The table has the median
// over the rounds with the range, and ratios taken round by round.
//
// With -loading each participant feeds its steps as its users would: samples
// from memory, cropped and flipped, by the loader of each (make bench-speed).
//
// PyTorch is installed into the virtual environment of bench (-venv).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"

	"github.com/vicinal-ml/vicinal/bench/internal/pyenv"
)

type options struct {
	benchCase string
	rounds    int
	steps     int
	warmUp    int
	threads   int
	backends  string
	torch     string
	python    *pyenv.Python
	yardstick string
	loading   bool
	worker    bool
}

func main() {
	var o options
	flag.StringVar(&o.benchCase, "case", "preactresnet18", "networks, separated by blanks: all, "+strings.Join(caseNames(), ", "))
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of turns")
	flag.IntVar(&o.steps, "steps", 0, "steps a turn (0: as many as the case suggests)")
	flag.IntVar(&o.warmUp, "warm-up", 0, "steps before the first turn (0: as many as the case suggests)")
	flag.IntVar(&o.threads, "threads", runtime.NumCPU(), "threads of each participant")
	flag.StringVar(&o.backends, "backends", "onednn onednn:mixed", "GoMLX backends, separated by blanks")
	flag.StringVar(&o.torch, "torch", "eager channels_last compile_channels_last bf16_channels_last bf16_compile_channels_last", "PyTorch modes, separated by blanks")
	o.python = pyenv.Flags(flag.CommandLine)
	flag.StringVar(&o.yardstick, "yardstick", "", "C++ source of the step scheduled by hand (preactresnet18 only)")
	flag.BoolVar(&o.loading, "loading", false, "images are loaded and augmented (pad-4 crop, flip, normalise) beside the steps, by PyTorch in two workers of torchvision's v2")
	flag.BoolVar(&o.worker, "worker", false, "be one participant, spoken to on standard input")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run := compare
	if o.worker {
		run = work
	}
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		os.Exit(1)
	}
}
