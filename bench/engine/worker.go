package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// work is one participant: a training run of vicinal as its users start it,
// loading included, that pauses until it is told to go on.
func work(ctx context.Context, o options) error {
	c, err := findCase(o.benchCase)
	if err != nil {
		return err
	}
	set, err := data.Open(ctx, fmt.Sprintf("synthetic:%s:%d", c.shape, c.classes), data.Options{})
	if err != nil {
		return err
	}
	backend, err := train.Backend(o.backends)
	if err != nil {
		return err
	}
	defer backend.Finalize()
	dir, err := os.MkdirTemp("", "engine")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	spec := train.DefaultSpec()
	spec.Data = set.Name
	spec.Model, spec.Method = c.model, "mixup:1"
	if o.loading {
		spec.Augment = "crop:4,flip"
	}
	if b, ok := backend.(interface{ Mixed() bool }); ok && b.Mixed() {
		spec.Precision = "mixed"
	}
	spec.Epochs, spec.Batch, spec.EvalEvery = 1_000_000, c.batch, 1_000_000
	spec.Optimizer = train.Optimizer{Name: train.OptimizerSGD, LearningRate: 0.05, Momentum: 0.9, WeightDecay: 1e-4}
	spec.CheckpointEvery = train.Duration(time.Hour)

	turns := &turns{lines: bufio.NewScanner(os.Stdin), answers: json.NewEncoder(os.Stdout)}
	ctx, turns.stop = context.WithCancel(ctx)
	defer turns.stop()
	warm := int64(o.warmUp)
	if want := strings.Split(c.shape, "x"); fmt.Sprint(set.Shape) != fmt.Sprintf("[%s %s %s]", want[1], want[2], want[0]) {
		return fmt.Errorf("synthetic samples are %v, the case needs %s", set.Shape, c.shape)
	}
	_, err = train.Run(ctx, backend, set, spec, dir, train.Hooks{Step: func(i train.StepInfo) {
		if i.Samples != c.batch {
			return
		}
		if i.Done == warm {
			turns.answers.Encode(map[string]any{"version": backend.Description(), "loss": i.Loss})
			turns.next()
		} else if i.Done > warm {
			turns.step()
		}
	}})
	if err != nil && !errors.Is(err, train.ErrInterrupted) {
		return err
	}
	return turns.err
}

// turns counts the steps of a turn and reads what the next one is.
type turns struct {
	lines       *bufio.Scanner
	answers     *json.Encoder
	stop        context.CancelFunc
	start       time.Time
	left, total int
	err         error
}

func (t *turns) step() {
	if t.left--; t.left > 0 {
		return
	}
	t.answers.Encode(map[string]any{"seconds": time.Since(t.start).Seconds(), "steps": t.total})
	t.next()
}

func (t *turns) next() {
	if !t.lines.Scan() {
		t.stop()
		return
	}
	n, err := strconv.Atoi(t.lines.Text())
	if err != nil || n < 1 {
		t.err = fmt.Errorf("a turn of %q steps: %w", t.lines.Text(), err)
		t.stop()
		return
	}
	t.left, t.total, t.start = n, n, time.Now()
}
