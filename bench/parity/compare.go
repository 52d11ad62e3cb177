package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/weights"
	"github.com/vicinal-ml/vicinal/zoo"
)

// compare prints a row for each backend, and reports whether all bounds hold.
func (c parityCase) compare(ctx context.Context, t *torch, backends []string, nudges int) (bool, error) {
	dir, err := os.MkdirTemp("", "parity")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	network, err := zoo.New(c.model, c.shape, c.classes)
	if err != nil {
		return false, err
	}
	var made struct {
		Parameters int
		Rounding   float64 // of PyTorch's logits: their largest difference from those in float64
	}
	if err := t.do(map[string]any{"task": "logits", "make": c.make, "shape": c.shape, "batch": c.batch, "dir": dir}, &made); err != nil {
		return false, err
	}
	values, err := weights.ReadFile(filepath.Join(dir, "weights.safetensors"), network, weights.Options{})
	if err != nil {
		return false, err
	}
	reference, err := readTensors(filepath.Join(dir, "logits.safetensors"))
	if err != nil {
		return false, err
	}
	want := reference["logits"]
	if err := c.back(t, dir, network, values, want); err != nil {
		return false, err
	}
	var g *training
	if c.rate > 0 {
		if g, err = c.training(ctx, t, dir, network, nudges); err != nil {
			return false, err
		}
		if g.control != nil {
			fmt.Printf("| %s | %s | %d | PyTorch, from itself | | | %s |\n", c.name, network.Spec, network.Params, g.control)
		}
	}
	ok := true
	for _, name := range backends {
		if c.slow && name == "go" {
			continue
		}
		backend, err := train.Backend(name)
		if err != nil {
			return false, err
		}
		held, err := c.on(ctx, backend, name, network, values, reference["x"], want, made.Rounding, g)
		backend.Finalize()
		if err != nil {
			return false, fmt.Errorf("on %s: %w", name, err)
		}
		ok = ok && held
	}
	return ok, nil
}

// back writes the weights and has PyTorch compute with them.
func (c parityCase) back(t *torch, dir string, network *zoo.Network, values map[string][]float32, want []float32) error {
	file := filepath.Join(dir, "back.safetensors")
	if err := weights.WriteFile(file, network, values, nil); err != nil {
		return err
	}
	if err := t.do(map[string]any{"task": "load", "make": c.make, "dir": dir, "file": file}, &struct{}{}); err != nil {
		return fmt.Errorf("PyTorch does not take the weights back: %w", err)
	}
	loaded, err := readTensors(filepath.Join(dir, "loaded.safetensors"))
	if err != nil {
		return err
	}
	if d := largest(loaded["logits"], want); !(d <= logitsBound) {
		return fmt.Errorf("PyTorch computes other logits with the weights it got back: %.2g", d)
	}
	return nil
}

func (c parityCase) on(ctx context.Context, backend compute.Backend, name string, network *zoo.Network, values map[string][]float32, x, want []float32, rounding float64, g *training) (bool, error) {
	got, err := logits(backend, network, values, x)
	if err != nil {
		return false, err
	}
	d := largest(got, want)
	ok := d <= logitsBound
	learning := "| |"
	if g != nil {
		differences, err := g.on(ctx, backend)
		if err != nil {
			return false, err
		}
		ok = ok && differences.held()
		learning = differences.String()
	}
	verdict := ""
	if !ok {
		verdict = " BROKEN"
	}
	fmt.Printf("| %s | %s | %d | %s | %.1e | %.1e | %s |%s\n", c.name, network.Spec, network.Params, name, d, rounding, learning, verdict)
	return ok, nil
}

// logits computes those of the samples x in evaluation mode.
func logits(backend compute.Backend, network *zoo.Network, values map[string][]float32, x []float32) ([]float32, error) {
	store := model.NewStore()
	defer store.Finalize()
	if err := network.Initialize(store.RootScope(), 1, dtypes.Float32); err != nil {
		return nil, err
	}
	for i := range network.Variables {
		v := &network.Variables[i]
		if err := store.GetVariable("/" + v.Path).SetValue(tensors.FromFlatDataAndDimensions(values[v.Path], v.Dims...)); err != nil {
			return nil, err
		}
	}
	size := 1
	for _, d := range network.Shape {
		size *= d
	}
	y, err := model.CallOnce(backend, store, func(scope *model.Scope, x *graph.Node) *graph.Node {
		scope.SetTraining(x.Graph(), false)
		return network.Logits(scope, x)
	}, tensors.FromFlatDataAndDimensions(x, append([]int{len(x) / size}, network.Shape...)...))
	if err != nil {
		return nil, err
	}
	return tensors.CopyFlatData[float32](y)
}

// largest returns the largest difference, NaN for lists of two lengths or with
// a NaN.
func largest[F float32 | float64](a, b []F) float64 {
	if len(a) != len(b) || len(a) == 0 {
		return math.NaN()
	}
	worst := 0.0
	for i := range a {
		worst = max(worst, math.Abs(float64(a[i])-float64(b[i])))
	}
	return worst
}
