// Command parity compares the networks with PyTorch's: those of torchvision
// where it has them, definitions written for this comparison otherwise.
//
//	go run ./bench/parity                          # everything, on the backends go and onednn
//	go run ./bench/parity -cases resnet50,vgg11 -backends onednn
//
// For every network, PyTorch draws weights, writes them as safetensors and
// computes the logits of random samples in evaluation mode, scaled to a
// deviation of 1. Each backend reads the weights and computes its own; the
// largest difference must be at most 1e-4. The weights are then written back
// and PyTorch must take the file, strictly, and compute the same logits as
// before.
//
// Some networks are also trained for 20 steps, from the same weights, on the
// same batches with the same Plans, by SGD with momentum and weight decay under
// mixup: the losses of the steps, and the loss on a test batch in evaluation
// mode after them, must be the same within 1e-3.
//
// It exits with 1 if a bound is broken. PyTorch is installed into a virtual
// environment of its own (-venv).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
)

const (
	logitsBound = 1e-4
	stepsBound  = 1e-3
)

// errBroken says that a bound is broken, which the table has told.
var errBroken = errors.New("a bound is broken")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "parity:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	venv := flag.String("venv", "bench/parity/.venv", "virtual environment with PyTorch, made if missing")
	backends := flag.String("backends", "go onednn", "GoMLX backends, separated by blanks")
	only := flag.String("cases", "", "cases to compare, separated by commas; \"\" is all of: "+strings.Join(caseNames(), ", "))
	threads := flag.Int("threads", runtime.NumCPU(), "threads of PyTorch")
	flag.Parse()

	chosen := cases
	if *only != "" {
		chosen = nil
		for name := range strings.SplitSeq(*only, ",") {
			i := slices.IndexFunc(cases, func(c parityCase) bool { return c.name == name })
			if i < 0 {
				return fmt.Errorf("unknown case %q; known are %s", name, strings.Join(caseNames(), ", "))
			}
			chosen = append(chosen, cases[i])
		}
	}
	torch, err := startTorch(ctx, *venv, *threads)
	if err != nil {
		return err
	}
	defer torch.close()
	fmt.Printf("%s, CPU, float32. Bounds: logits %.0e, steps %.0e\n\n", torch.Version, logitsBound, stepsBound)
	fmt.Println("| case | network | parameters | backend | logits, largest difference | 20 steps, largest difference | test loss after them |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- |")
	broken := false
	for _, c := range chosen {
		ok, err := c.compare(ctx, torch, strings.Fields(*backends))
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		broken = broken || !ok
	}
	if broken {
		return errBroken
	}
	return nil
}
