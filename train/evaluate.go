package train

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/zoo"
)

// evaluator measures a network in inference mode, on samples as they are.
type evaluator struct {
	exec    *model.Exec
	network *zoo.Network
	batch   int // samples at a time
	workers int // as Spec.Workers
	x       feed[float32]
	labels  feed[int32]
}

// newEvaluator measures with the variables of that scope.
func newEvaluator(backend compute.Backend, store *model.Store, variables string, network *zoo.Network, flip bool, batch int) (*evaluator, error) {
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, x, labels *graph.Node) (loss, place, confidence *graph.Node) {
		logits := infer(scope.At("%s", variables), network, x, flip)
		return judge(logits, labels)
	})
	return &evaluator{exec: exec, network: network, batch: batch, x: feed[float32]{backend: backend, shape: network.Shape}, labels: feed[int32]{backend: backend}}, err
}

// infer computes the logits in inference mode; with flip their mean over each
// sample and its mirror image.
func infer(scope *model.Scope, network *zoo.Network, x *graph.Node, flip bool) *graph.Node {
	// For inference some backends ask that GoMLX compile the values of the
	// variables into the graph as constants, which later steps then do not
	// change. A variable that a training graph has touched stays an input.
	scope.SetTraining(x.Graph(), true)
	for v := range scope.IterVariables() {
		v.NodeValue(x)
	}
	scope.SetTraining(x.Graph(), false)
	if !flip {
		return network.Logits(scope, x)
	}
	const width = 2
	n := x.Shape().Dimensions[0]
	both := network.Logits(scope, graph.Concatenate([]*graph.Node{x, graph.Reverse(x, width)}, 0))
	return graph.DivScalar(graph.Add(graph.Slice(both, graph.AxisRange(0, n)), graph.Slice(both, graph.AxisRange(n, 2*n))), 2)
}

// evaluationBatch returns how many samples to evaluate at a time: as many as
// are fast, but at most 16 MiB of them, and no fewer than a training batch.
func evaluationBatch(spec Spec, sampleSize int) int {
	return max(min(spec.Batch, maxCount), min(256, 4<<20/max(sampleSize, 1)))
}

// measure evaluates a split, which has at least one sample. each, unless nil,
// is called after each batch with the number of its samples. The error is a
// *NotFiniteError where a logit is not finite.
func (e *evaluator) measure(ctx context.Context, split data.Split, each func(samples int)) (Evaluation, error) {
	scores := scores{classes: e.network.Classes}
	loader := data.Loader{Split: split, Batch: e.batch, Values: sizeOf(e.network.Shape), Workers: workers(e.workers, split)}
	for batch, err := range loader.Epoch(ctx, 0, 0) {
		if err != nil {
			return Evaluation{}, fmt.Errorf("reading samples to evaluate: %w", err)
		}
		x, err := e.x.fill(batch.N, batch.X)
		if err != nil {
			return Evaluation{}, err
		}
		labels, err := e.labels.fill(batch.N, batch.Labels)
		if err != nil {
			return Evaluation{}, err
		}
		outputs, err := e.exec.Call(x, labels)
		if err != nil {
			return Evaluation{}, fmt.Errorf("computing an evaluation: %w", err)
		}
		var columns [3][]float32
		for i := range columns {
			if columns[i], err = tensors.CopyFlatData[float32](outputs[i]); err != nil {
				return Evaluation{}, fmt.Errorf("reading an evaluation: %w", err)
			}
		}
		for i, loss := range columns[0] {
			// A logit that is not finite makes the loss of its sample so, whatever
			// its class; what was placed before it says nothing.
			if !finite(float64(loss)) {
				return Evaluation{}, &NotFiniteError{Sample: batch.Index[i], Loss: float64(loss)}
			}
			scores.add(loss, columns[1][i], columns[2][i], data.Clean(split, batch.Index[i]))
		}
		if each != nil {
			each(batch.N)
		}
	}
	return scores.evaluation(), nil
}

// close frees the graph and the batch.
func (e *evaluator) close() {
	e.exec.Finalize()
	e.x.close()
	e.labels.close()
}

func sizeOf(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
