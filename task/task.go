// Package task says what a network learns from a data set, and what is
// measured of it.
//
// A Task is one file: how the targets of a batch become rows that a Plan can
// mix, the loss in the training graph, what a finished network is judged by,
// sample by sample, and the measures that sum the judgements up. It knows
// nothing of epochs, checkpoints or files: package train does the same for
// every task.
//
//	targets    -> Rows  -> mixed by the Plan -> Loss      in training
//	outputs    -> Judge -> a row of numbers a sample      in evaluation
//	the rows   -> Measures                                 in the metrics, the result, the tables
//
// A new measure is one more entry of its task's list of measures, a new task
// one file and one line in the list of [Names]. A program can bring a Task of
// its own to train.Runner.
package task

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/zoo"
)

// Task is what is learned from a particular data set. Its methods with nodes
// are graph functions: they panic where shapes do not fit.
type Task interface {
	// String is the task's spec: "classify", "regress:huber=1".
	String() string

	// Outputs says what the network must compute, and how many numbers: of
	// each sample, or of each pixel.
	Outputs() (zoo.Output, int)

	// Rows makes targets that can be mixed, floating-point [N ...], of what the
	// samples of a batch are labelled with: the labels, int32 [N] of classes or
	// [N H W] of the classes of pixels, or the values of the target columns,
	// float32 [N T].
	Rows(given *graph.Node, dtype dtypes.DType) *graph.Node

	// Loss is the loss of a batch, a scalar, of the network's outputs and
	// mixed rows.
	Loss(outputs, rows *graph.Node) *graph.Node

	// Accuracy is the share in [0, 1] of a batch that the outputs have right
	// while training, a scalar: of a mixed sample the target's weight of what is
	// predicted. It is nil for a task that knows no right and wrong.
	Accuracy(outputs, rows *graph.Node) *graph.Node

	// Columns names what Judge computes of a sample. The first is "loss".
	Columns() []string

	// Judge compares outputs of unmixed samples with what they are labelled
	// with, in inference mode: float32 [N columns]. The loss of a sample whose
	// outputs are not finite is not finite.
	Judge(outputs, given *graph.Node) *graph.Node

	// Predict makes of the outputs what is predicted: probabilities of classes,
	// values in the target's own unit.
	Predict(outputs *graph.Node) *graph.Node

	// Measures are what is measured, in the order of tables. One of them is
	// named Primary.
	Measures() []Measure

	// Primary names the measure that methods are compared by, and that the best
	// epoch is chosen by.
	Primary() string
}

// Pixelwise is a Task whose rows are of pixels, [N H W ...]. Where a Plan has
// regions its targets are mixed within them, as the pictures are.
type Pixelwise interface {
	Task
	Pixelwise()
}

// Measure is one number that is measured over samples.
type Measure struct {
	Name, Title, Unit, About string // see [measure.Measure]
	Better                   measure.Better

	// On are the parts of the data it is measured on; nil is all.
	On []measure.Part

	// Of measures; NaN where there is nothing to measure.
	Of func(j *Judged) float64
}
