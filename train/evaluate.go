package train

import (
	"context"
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/zoo"
)

// evaluator measures a network in inference mode, on samples as they are.
type evaluator struct {
	exec    *model.Exec
	network *zoo.Network
	batch   int      // samples at a time
	workers int      // as Spec.Workers
	columns []string // of a judgement
	width   int      // of them
	feed    batchFeed
}

// newEvaluator measures with the variables of that scope.
func newEvaluator(backend compute.Backend, store *model.Store, variables string, network *zoo.Network, t task.Task, info *data.Info, flip bool, batch int) (*evaluator, error) {
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, x, given *graph.Node) *graph.Node {
		return t.Judge(infer(scope.At("%s", variables), network, x, flip), given)
	})
	return &evaluator{exec: exec, network: network, batch: batch, columns: t.Columns(), width: len(t.Columns()), feed: newBatchFeed(backend, info)}, err
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

// judge judges the samples of a split, which has at least one. each, unless nil,
// is called after each batch with the number of its samples. The error is a
// *NotFiniteError where an output is not finite.
func (e *evaluator) judge(ctx context.Context, split data.Split, each func(samples int)) (*task.Judged, error) {
	judged := &task.Judged{Width: e.width, Values: make([]float32, 0, split.Len()*e.width)}
	loader := data.Loader{Split: split, Batch: e.batch, Values: sizeOf(e.network.Shape), Workers: workers(e.workers, split)}
	for batch, err := range loader.Epoch(ctx, 0, 0) {
		if err != nil {
			return nil, fmt.Errorf("reading samples to evaluate: %w", err)
		}
		x, given, err := e.feed.fill(batch)
		if err != nil {
			return nil, err
		}
		outputs, err := e.exec.Call(x, given)
		if err != nil {
			return nil, fmt.Errorf("computing an evaluation: %w", err)
		}
		rows, err := tensors.CopyFlatData[float32](outputs[0])
		if err != nil {
			return nil, fmt.Errorf("reading an evaluation: %w", err)
		}
		for i := range batch.N {
			// An output that is not finite makes the loss, the first, of its sample so.
			row := rows[i*e.width:][:e.width]
			if bad := slices.IndexFunc(row, func(x float32) bool { return !finite(float64(x)) }); bad >= 0 {
				return nil, &NotFiniteError{Sample: batch.Index[i], Column: e.columns[bad], Value: float64(row[bad])}
			}
			judged.N++
			judged.Label(data.Clean(split, batch.Index[i]))
		}
		judged.Values = append(judged.Values, rows...)
		if each != nil {
			each(batch.N)
		}
	}
	return judged, nil
}

// close frees the graph and the batch.
func (e *evaluator) close() {
	e.exec.Finalize()
	e.feed.close()
}

func sizeOf(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
