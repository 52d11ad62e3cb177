package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/weights"
	"github.com/vicinal-ml/vicinal/zoo"
)

const trainSteps = 20

// plainRate is that of the one step that shows the gradients: what it takes
// off the weights is large beside their rounding.
const plainRate = 100

// training is what a network is trained on, and what PyTorch made of it.
type training struct {
	twenty, one lesson
	start       map[string][]float32 // weights before
	steps       trained
	gradients   map[string][]float32 // in float64, of the first batch of one
	control     *differences         // of PyTorch from itself
}

// trained is what PyTorch answers.
type trained struct {
	Losses []float64
	Test   float64
}

// differences are the largest of a training.
type differences struct{ gradients, steps, test float64 }

func (d differences) held() bool {
	return d.gradients <= gradientsBound && d.steps <= stepsBound && d.test <= stepsBound
}

func (d differences) String() string {
	return fmt.Sprintf("%.1e | %.1e | %.1e", d.gradients, d.steps, d.test)
}

// training has PyTorch train, and train again so many times from nudged weights
// for a control.
func (c parityCase) training(ctx context.Context, t *torch, dir string, network *zoo.Network, nudges int) (*training, error) {
	start := filepath.Join(dir, "start.safetensors")
	if err := writeInitial(start, network); err != nil {
		return nil, err
	}
	sgd := train.Optimizer{Name: train.OptimizerSGD, LearningRate: c.rate, Momentum: 0.9, WeightDecay: 5e-4, Schedule: train.ScheduleConstant}
	plain := train.Optimizer{Name: train.OptimizerSGD, LearningRate: plainRate, Schedule: train.ScheduleConstant}
	var g training
	var err error
	if g.twenty, err = c.lesson(ctx, dir, start, trainSteps, sgd); err != nil {
		return nil, err
	}
	if g.one, err = c.lesson(ctx, dir, start, 1, plain); err != nil {
		return nil, err
	}
	if g.start, err = readTensors(start); err != nil {
		return nil, err
	}
	if g.steps, err = g.torchSteps(t, c, 0); err != nil {
		return nil, err
	}
	if g.gradients, err = g.torchGradients(t, c, "float64"); err != nil || nudges == 0 {
		return &g, err
	}
	rounded, err := g.torchGradients(t, c, "float32")
	if err != nil {
		return nil, err
	}
	g.control = &differences{gradients: apart(rounded, g.gradients)}
	for nudge := range nudges {
		other, err := g.torchSteps(t, c, nudge+1)
		if err != nil {
			return nil, err
		}
		g.control.steps = max(g.control.steps, largest(g.steps.Losses, other.Losses))
		g.control.test = max(g.control.test, math.Abs(g.steps.Test-other.Test))
	}
	return &g, nil
}

// torchSteps trains in float32. A nudge above 0 draws another beginning within
// rounding.
func (g *training) torchSteps(t *torch, c parityCase, nudge int) (answer trained, err error) {
	optimizer := g.twenty.spec.Optimizer
	err = t.do(map[string]any{
		"task": "steps", "make": c.make, "weights": g.twenty.spec.Init, "data": g.twenty.file(), "dtype": "float32", "classes": c.classes, "steps": trainSteps,
		"rate": optimizer.LearningRate, "momentum": optimizer.Momentum, "decay": optimizer.WeightDecay, "nudge": nudge,
	}, &answer)
	return answer, err
}

func (g *training) torchGradients(t *torch, c parityCase, dtype string) (map[string][]float32, error) {
	out := filepath.Join(g.one.dir, "gradients."+dtype+".safetensors")
	err := t.do(map[string]any{"task": "gradients", "make": c.make, "weights": g.one.spec.Init, "data": g.one.file(), "dtype": dtype, "classes": c.classes, "out": out}, &struct{}{})
	if err != nil {
		return nil, err
	}
	return readTensors(out)
}

// on trains on the backend.
func (g *training) on(ctx context.Context, backend compute.Backend) (differences, error) {
	_, _, after, err := g.one.run(ctx, backend)
	if err != nil {
		return differences{}, err
	}
	gradients := map[string][]float32{}
	for name := range g.gradients {
		for i, w := range g.start[name] {
			gradients[name] = append(gradients[name], (w-after[name][i])/plainRate)
		}
	}
	losses, test, _, err := g.twenty.run(ctx, backend)
	if err != nil {
		return differences{}, err
	}
	return differences{apart(gradients, g.gradients), largest(losses, g.steps.Losses), math.Abs(test - g.steps.Test)}, nil
}

// writeInitial writes weights as the network's runs begin with.
func writeInitial(path string, network *zoo.Network) error {
	store := model.NewStore()
	defer store.Finalize()
	if err := network.Initialize(store.RootScope(), 1, dtypes.Float32); err != nil {
		return err
	}
	values := map[string][]float32{}
	for _, v := range network.Variables {
		value, err := store.GetVariable("/" + v.Path).Value()
		if err != nil {
			return err
		}
		if values[v.Path], err = tensors.CopyFlatData[float32](value); err != nil {
			return err
		}
	}
	return weights.WriteFile(path, network, values, nil)
}

// apart returns the largest distance of a tensor from that of the same name in
// want, as a share of the norm of want's, or of a thousandth of that of all
// where that is more: the biases before a normalisation have gradients of
// rounding alone.
func apart(got, want map[string][]float32) float64 {
	all := 0.0
	for _, values := range want {
		all = math.Hypot(all, norm(values))
	}
	worst := 0.0
	for name, values := range want {
		if len(got[name]) != len(values) {
			return math.NaN()
		}
		difference := make([]float32, len(values))
		for i, v := range values {
			difference[i] = got[name][i] - v
		}
		worst = max(worst, norm(difference)/max(norm(values), all/1000))
	}
	return worst
}

func norm(values []float32) float64 {
	sum := 0.0
	for _, v := range values {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}
