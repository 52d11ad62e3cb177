package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train"
)

const (
	trainSteps = 20
	trainBatch = 32
)

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

// steps trains on both sides and returns the largest difference of the steps'
// losses and that of the loss on the test batch.
func (c parityCase) steps(ctx context.Context, t *torch, backend compute.Backend, dir string) (steps, test float64, err error) {
	size := 1
	for _, d := range c.shape {
		size *= d
	}
	random := rand.New(rand.NewPCG(1, 2))
	set := &data.Set{
		Info:  data.Info{Name: "random", Task: data.Classification, Shape: c.shape, Classes: make([]string, c.classes)},
		Train: draw(random, trainSteps*trainBatch, size, c.classes), Validation: split{}, Test: draw(random, trainBatch, size, c.classes),
	}
	spec := train.DefaultSpec()
	spec.Data, spec.Model, spec.Method, spec.Epochs, spec.Batch = "random", c.model, "mixup:1", 1, trainBatch
	spec.Init = filepath.Join(dir, "weights.safetensors")
	spec.Optimizer = train.Optimizer{Name: train.OptimizerSGD, LearningRate: c.rate, Momentum: 0.9, WeightDecay: 5e-4, Schedule: train.ScheduleConstant}
	spec.CheckpointEvery = train.Duration(time.Hour)

	if err := writeSteps(ctx, filepath.Join(dir, "steps.safetensors"), spec, set, c); err != nil {
		return 0, 0, err
	}
	var want struct {
		Losses []float64
		Test   float64
	}
	err = t.do(map[string]any{
		"task": "steps", "make": c.make, "dir": dir, "classes": c.classes, "steps": trainSteps,
		"rate": c.rate, "momentum": spec.Optimizer.Momentum, "decay": spec.Optimizer.WeightDecay,
	}, &want)
	if err != nil {
		return 0, 0, err
	}
	folder, err := os.MkdirTemp(dir, "run")
	if err != nil {
		return 0, 0, err
	}
	var losses []float64
	result, err := train.Run(ctx, backend, set, spec, folder, train.Hooks{Step: func(i train.StepInfo) { losses = append(losses, i.Loss) }})
	if err != nil {
		return 0, 0, err
	}
	return largest(losses, want.Losses), math.Abs(result.TestLoss - want.Test), nil
}

// writeSteps writes the batches and the Plans that the run will take.
func writeSteps(ctx context.Context, path string, spec train.Spec, set *data.Set, c parityCase) error {
	loader, _, err := spec.Loaders(set)
	if err != nil {
		return err
	}
	method, err := mix.Parse(spec.Method, spec.Epochs)
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
		at := mix.At{Seed: spec.Seed, Step: batch.Step, Epochs: spec.Epochs, Seen: seen, N: batch.N, Labels: batch.Labels}
		if err := method.Draw(&plan, at); err != nil {
			return err
		}
		seen += int64(batch.N)
		name := func(what string) string { return fmt.Sprintf("%s%d", what, batch.Step) }
		file.float(name("x"), batch.X, append([]int{batch.N}, c.shape...)...)
		file.int(name("labels"), batch.Labels)
		file.int(name("partner"), plan.Partner)
		file.float(name("input"), plan.Input, batch.N)
		file.float(name("target"), plan.Target, batch.N)
	}
	test := set.Test.(split)
	file.float("test", test.x, append([]int{test.Len()}, c.shape...)...)
	file.int("test_labels", test.labels)
	return file.write(path)
}
