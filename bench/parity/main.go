// Command parity compares the networks with PyTorch's: those of torchvision
// where it has them, definitions written for this comparison otherwise.
//
//	go run ./bench/parity                          # everything, on the backends go and onednn
//	go run ./bench/parity -cases resnet50,vgg11 -backends onednn
//
// For every network, PyTorch draws weights, writes them as safetensors and
// computes the logits of random samples in evaluation mode, scaled to a
// deviation of 1. Each backend reads the weights and computes its own; the
// largest difference must be at most 1e-4. What PyTorch's own logits differ by
// from those in float64 is printed beside it. The weights are then written back
// and PyTorch must take the file, strictly, and compute the same logits as
// before.
//
// Some networks are also trained under mixup, from the zoo's initial values, on
// the same batches with the same Plans. The gradients of a first batch must be
// those of PyTorch in float64 within 1e-2 of their norm, tensor by tensor. Then
// come 20 steps by SGD with momentum and weight decay: their losses, and the
// loss on a test batch in evaluation mode after them, must be the same within
// 1e-3.
//
// Two correct programs that sum in different orders do not stay together for
// ever: a unit whose input is within rounding of 0 lets its gradient through in
// one and not in the other, and where the learning rate is large the steps
// after it drive the two apart. -control N prints how far PyTorch goes from
// itself: the gradients in float32 from those in float64, and the steps from N
// other trainings in float32, whose weights begin with a change of 1e-6 of each,
// about what a pass in float32 is off. Learning rates and batches are chosen by
// that alone, so that it stays below the bounds.
//
// It exits with 1 if a bound is broken. PyTorch is installed into the virtual
// environment of bench (-venv).
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

	"github.com/vicinal-ml/vicinal/bench/internal/pyenv"
)

const (
	logitsBound    = 1e-4
	gradientsBound = 1e-2
	stepsBound     = 1e-3
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
	python := pyenv.Flags(flag.CommandLine)
	backends := flag.String("backends", "go onednn", "GoMLX backends, separated by blanks")
	only := flag.String("cases", "", "cases to compare, separated by commas; \"\" is all of: "+strings.Join(caseNames(), ", "))
	control := flag.Int("control", 0, "how many more times PyTorch trains, to show how far it goes from itself")
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
	interpreter, err := python.Path(ctx)
	if err != nil {
		return err
	}
	torch, err := startTorch(ctx, interpreter, *threads)
	if err != nil {
		return err
	}
	defer torch.close()
	fmt.Printf("%s, CPU, float32. Bounds: logits %.0e, gradients %.0e, steps %.0e\n\n", torch.Version, logitsBound, gradientsBound, stepsBound)
	fmt.Println("| case | network | parameters | backend | logits, largest difference | PyTorch's own rounding | gradients, largest share | 20 steps, largest difference | test loss after them |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	broken := false
	for _, c := range chosen {
		ok, err := c.compare(ctx, torch, strings.Fields(*backends), *control)
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
