package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train"
)

// lesson is a run of one epoch that both sides do, under mixup.
type lesson struct {
	dir   string // has its batches and Plans, and the runs
	set   *data.Set
	spec  train.Spec
	steps int
}

// split is random samples in memory.
type split struct {
	x      []float32
	labels []int32
}

func (s split) Len() int        { return len(s.labels) }
func (s split) Labels() []int32 { return s.labels }
func (s split) Read(_ context.Context, i int, dst []float32) error {
	copy(dst, s.x[i*len(dst):])
	return nil
}

func draw(random *rand.Rand, n, size, classes int) split {
	s := split{make([]float32, n*size), make([]int32, n)}
	for i := range s.x {
		s.x[i] = float32(random.NormFloat64())
	}
	for i := range s.labels {
		s.labels[i] = int32(random.IntN(classes))
	}
	return s
}

// lesson begins with the weights of the file init.
func (c parityCase) lesson(ctx context.Context, dir, init string, steps int, optimizer train.Optimizer) (lesson, error) {
	size := 1
	for _, d := range c.shape {
		size *= d
	}
	random := rand.New(rand.NewPCG(1, 2))
	l := lesson{dir: dir, steps: steps, spec: train.DefaultSpec(), set: &data.Set{
		Info:  data.Info{Name: "random", Task: data.Classification, Shape: c.shape, Classes: make([]string, c.classes)},
		Train: draw(random, steps*c.trainBatch, size, c.classes), Validation: split{}, Test: draw(random, c.trainBatch, size, c.classes),
	}}
	l.spec.Data, l.spec.Model, l.spec.Method, l.spec.Epochs, l.spec.Batch = "random", c.model, "mixup:1", 1, c.trainBatch
	l.spec.Init, l.spec.Optimizer = init, optimizer
	l.spec.CheckpointEvery = train.Duration(time.Hour)
	return l, l.write(ctx, c.shape)
}

// file has the batches and the Plans that the run will take.
func (l lesson) file() string {
	return filepath.Join(l.dir, fmt.Sprintf("steps%d.safetensors", l.steps))
}

func (l lesson) write(ctx context.Context, shape []int) error {
	loader, _, err := l.spec.Loaders(l.set)
	if err != nil {
		return err
	}
	method, err := mix.Parse(l.spec.Method, l.spec.Epochs)
	if err != nil {
		return err
	}
	file := tensorFile{}
	var plan mix.Plan
	seen := int64(0)
	for batch, err := range loader.Epoch(ctx, 0, 0) {
		if err != nil {
			return err
		}
		at := mix.At{Seed: l.spec.Seed, Step: batch.Step, Epochs: l.spec.Epochs, Seen: seen, N: batch.N, Labels: batch.Labels}
		if err := method.Draw(&plan, at); err != nil {
			return err
		}
		seen += int64(batch.N)
		name := func(what string) string { return fmt.Sprintf("%s%d", what, batch.Step) }
		file.float(name("x"), batch.X, append([]int{batch.N}, shape...)...)
		file.int(name("labels"), batch.Labels)
		file.int(name("partner"), plan.Partner)
		file.float(name("input"), plan.Input, batch.N)
		file.float(name("target"), plan.Target, batch.N)
	}
	test := l.set.Test.(split)
	file.float("test", test.x, append([]int{test.Len()}, shape...)...)
	file.int("test_labels", test.labels)
	return file.write(l.file())
}

// run returns the losses of the steps, the loss on the test batch after them,
// and the weights then, as PyTorch has them.
func (l lesson) run(ctx context.Context, backend compute.Backend) (losses []float64, test float64, weights map[string][]float32, err error) {
	folder, err := os.MkdirTemp(l.dir, "run")
	if err != nil {
		return nil, 0, nil, err
	}
	result, err := train.Run(ctx, backend, l.set, l.spec, folder, train.Hooks{Step: func(i train.StepInfo) { losses = append(losses, i.Loss) }})
	if err != nil {
		return nil, 0, nil, err
	}
	file := filepath.Join(folder, "weights.safetensors")
	if _, err := train.Export(folder, train.Last, file); err != nil {
		return nil, 0, nil, err
	}
	weights, err = readTensors(file)
	return losses, result.Measures.Of("test_loss"), weights, err
}
