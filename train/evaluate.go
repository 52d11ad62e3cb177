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
}

// evaluation is what an evaluator measures.
type evaluation struct {
	Loss  float64 // mean cross entropy
	Error float64 // percent of the samples
}

// newEvaluator measures with the variables of that scope.
func newEvaluator(backend compute.Backend, store *model.Store, variables string, network *zoo.Network, batch int) (*evaluator, error) {
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, x, labels *graph.Node) (*graph.Node, *graph.Node) {
		logits := infer(scope.At("%s", variables), network, x)
		targets := graph.OneHot(labels, network.Classes, logits.DType())
		return crossEntropy(logits, targets), hits(logits, targets)
	})
	return &evaluator{exec: exec, network: network, batch: batch}, err
}

// infer computes the logits in inference mode.
func infer(scope *model.Scope, network *zoo.Network, x *graph.Node) *graph.Node {
	// For inference some backends ask that GoMLX compile the values of the
	// variables into the graph as constants, which later steps then do not
	// change. A variable that a training graph has touched stays an input.
	scope.SetTraining(x.Graph(), true)
	for v := range scope.IterVariables() {
		v.NodeValue(x)
	}
	scope.SetTraining(x.Graph(), false)
	return network.Logits(scope, x)
}

// evaluationBatch returns how many samples to evaluate at a time: as many as
// are fast, but at most 16 MiB of them, and no fewer than a training batch.
func evaluationBatch(spec Spec, sampleSize int) int {
	return max(spec.Batch, min(256, 4<<20/max(sampleSize, 1)))
}

// measure evaluates a split, which has at least one sample.
func (e *evaluator) measure(ctx context.Context, split data.Split) (evaluation, error) {
	var loss, hit float64
	loader := data.Loader{Split: split, Batch: e.batch, Values: sizeOf(e.network.Shape), Workers: workers(e.workers, split)}
	for batch, err := range loader.Epoch(ctx, 0, 0) {
		if err != nil {
			return evaluation{}, fmt.Errorf("reading samples to evaluate: %w", err)
		}
		outputs, err := e.exec.Call(samplesOf(batch, e.network.Shape), tensors.FromFlatDataAndDimensions(batch.Labels, batch.N))
		if err != nil {
			return evaluation{}, fmt.Errorf("computing an evaluation: %w", err)
		}
		for i, sum := range []*float64{&loss, &hit} {
			if err := tensors.ConstFlatData(outputs[i], func(values []float32) {
				for _, v := range values {
					*sum += float64(v)
				}
			}); err != nil {
				return evaluation{}, fmt.Errorf("reading an evaluation: %w", err)
			}
		}
	}
	n := float64(split.Len())
	return evaluation{Loss: loss / n, Error: 100 * (n - hit) / n}, nil
}

func sizeOf(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
