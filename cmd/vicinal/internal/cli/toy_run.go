package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/train"
)

// toyGrid is the number of points along each side of the plane.
const toyGrid = 120

// trainToy trains each method in a folder that it removes again, and asks each network about the plane.
func trainToy(ctx context.Context, f *Factory, o *ToyOptions, set *data.Set) (*report.Toy, error) {
	dir, err := os.MkdirTemp("", "vicinal-toy-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to train in: %w", err)
	}
	defer os.RemoveAll(dir)
	backend, err := openBackend(f, o.Backend, o.Spec.Precision, 1)
	if err != nil {
		return nil, err
	}
	defer backend.Finalize()

	toy, err := toyPlane(ctx, set)
	if err != nil {
		return nil, err
	}
	toy.Note = fmt.Sprintf("%s, %s, %d samples a class, %d epochs, seed %d", o.Spec.Data, o.Spec.Model, set.Train.Len()/2, o.Spec.Epochs, o.Spec.Seed)
	p := newProgress(f.IO, int64(o.Spec.Steps(set.Train.Len()))*int64(o.Spec.Epochs)*int64(len(o.Methods)))
	defer p.close()
	for i, method := range o.Methods {
		spec := o.Spec
		spec.Method = method
		spec.EvalEvery = spec.Epochs
		run := filepath.Join(dir, strconv.Itoa(i))
		result, err := train.Run(ctx, backend, set, spec, run, train.Hooks{Step: func(s train.StepInfo) {
			p.step(s.Samples, fmt.Sprintf("%s  epoch %d/%d", method, s.Epoch, s.Epochs))
		}})
		if err != nil {
			return nil, err
		}
		p.note(f.IO.ErrOut, "%-12s test error %5.2f %%  %s", method, result.Test(), humanize.Seconds(result.Seconds))
		panel, err := toyPanel(backend, run, method, toy)
		if err != nil {
			return nil, err
		}
		toy.Panels = append(toy.Panels, *panel)
	}
	return toy, nil
}

// toyPlane is the plane around the training samples.
func toyPlane(ctx context.Context, set *data.Set) (*report.Toy, error) {
	const margin = 0.15 // of the range, on each side
	toy := &report.Toy{}
	x := make([]float32, 2)
	for i, label := range set.Train.Labels() {
		if err := set.Train.Read(ctx, i, x); err != nil {
			return nil, fmt.Errorf("reading training sample %d of %s: %w", i, set.Name, err)
		}
		point := report.ToyPoint{X: float64(x[0]), Y: float64(x[1]), Class: int(label)}
		if i == 0 {
			toy.X, toy.Y = [2]float64{point.X, point.X}, [2]float64{point.Y, point.Y}
		}
		toy.X = [2]float64{min(toy.X[0], point.X), max(toy.X[1], point.X)}
		toy.Y = [2]float64{min(toy.Y[0], point.Y), max(toy.Y[1], point.Y)}
		toy.Points = append(toy.Points, point)
	}
	for _, axis := range []*[2]float64{&toy.X, &toy.Y} {
		widen := margin * max(axis[1]-axis[0], 1e-3)
		axis[0], axis[1] = axis[0]-widen, axis[1]+widen
	}
	return toy, nil
}

// toyPanel asks the trained network of a run for the probability of class 1 on a grid over the plane.
func toyPanel(backend compute.Backend, run, method string, toy *report.Toy) (*report.ToyPanel, error) {
	model, err := train.Open(backend, run, train.Last)
	if err != nil {
		return nil, err
	}
	defer model.Close()
	panel := &report.ToyPanel{Method: method, Rows: toyGrid, Columns: toyGrid}
	at := func(axis [2]float64, i int) float32 {
		return float32(axis[0] + (axis[1]-axis[0])*float64(i)/(toyGrid-1))
	}
	x := make([]float32, 0, 2*toyGrid*toyGrid)
	for row := range toyGrid {
		for column := range toyGrid {
			x = append(x, at(toy.X, column), at(toy.Y, row))
		}
	}
	probabilities, err := model.Predict(x, toyGrid*toyGrid)
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(probabilities); i += 2 {
		panel.Probability = append(panel.Probability, probabilities[i])
	}
	return panel, nil
}
