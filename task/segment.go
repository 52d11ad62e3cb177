package task

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/zoo"
)

// segment learns a class for every pixel, by the cross-entropy of the pixels
// that have one: void pixels count neither in the loss nor in what is measured.
// A pixel mixed of one with a class and a void one counts with the weight of
// the first.
type segment struct {
	classes   []string
	smoothing float64
	weights   []float64 // of the classes in the loss; nil for none
}

func (s *segment) String() string             { return Segment }
func (s *segment) Outputs() (zoo.Output, int) { return zoo.PixelLogits, len(s.classes) }
func (s *segment) Primary() string            { return "mean_iou" }
func (s *segment) Pixelwise()                 {}

// Rows are all zero for void pixels, whose label is no class.
func (s *segment) Rows(labels *graph.Node, dtype dtypes.DType) *graph.Node {
	return graph.OneHot(labels, len(s.classes), dtype)
}

// leastPixels keeps the mean over the pixels of a batch without any finite.
const leastPixels = 1e-6

func (s *segment) Loss(logits, rows *graph.Node) *graph.Node {
	// Smoothing spreads what a pixel has of classes: of a void one nothing.
	smoothed := rows
	if s.smoothing > 0 {
		share := graph.MulScalar(graph.ReduceAndKeep(rows, graph.ReduceSum, -1), s.smoothing/float64(len(s.classes)))
		smoothed = graph.Add(graph.MulScalar(rows, 1-s.smoothing), share)
	}
	if s.weights != nil {
		w := graph.Reshape(graph.ConstAsDType(logits.Graph(), logits.DType(), s.weights), 1, 1, 1, len(s.weights))
		smoothed, rows = graph.Mul(smoothed, w), graph.Mul(rows, w)
	}
	return graph.Div(graph.ReduceAllSum(crossEntropy(logits, smoothed)), atLeast(graph.ReduceAllSum(rows), leastPixels))
}

func atLeast(x *graph.Node, least float64) *graph.Node {
	return graph.Max(x, graph.Scalar(x.Graph(), x.DType(), least))
}

func (s *segment) Accuracy(logits, rows *graph.Node) *graph.Node {
	predicted := graph.OneHot(graph.ArgMax(logits, -1), len(s.classes), logits.DType())
	return graph.Div(graph.ReduceAllSum(graph.Mul(predicted, rows)), atLeast(graph.ReduceAllSum(rows), leastPixels))
}

// The columns of a picture's judgement; those of the classes follow: pixels of
// the class, predicted, and both.
const (
	colPixels  = 1 // that are not void
	colWrong   = 2 // of them, whose class is not the most likely one
	colClasses = 3
)

func (s *segment) Columns() []string {
	names := words(s.classes)
	return slices.Concat([]string{"loss", "pixels", "wrong"}, each("label", names), each("predicted", names), each("both", names))
}

func (s *segment) Judge(logits, labels *graph.Node) *graph.Node {
	dtype := logits.DType()
	own := s.Rows(labels, dtype)
	known := graph.ReduceAndKeep(own, graph.ReduceSum, -1) // 1, or 0 for void
	predicted := graph.Mul(graph.OneHot(graph.ArgMax(logits, -1), len(s.classes), dtype), known)
	ofPicture := func(x *graph.Node) *graph.Node { return graph.ReduceSum(x, 1, 2) }
	label, guess, both := ofPicture(own), ofPicture(predicted), ofPicture(graph.Mul(own, predicted))
	pixels := graph.ReduceSum(label, -1)
	right := graph.ReduceSum(both, -1)
	loss := graph.Div(graph.ReduceSum(crossEntropy(logits, own), 1, 2), graph.Max(pixels, graph.OnesLike(pixels)))
	return columns(loss, pixels, graph.Sub(pixels, right), label, guess, both)
}

func (s *segment) Predict(logits *graph.Node) *graph.Node { return graph.Softmax(logits) }

func (s *segment) Measures() []Measure {
	all := []Measure{
		{Name: "loss", Title: "%s loss", Unit: "nats", Better: measure.Lower, Of: pixelLoss},
		{Name: "mean_iou", Title: "%s mean IoU", Unit: "%", About: "mean over the classes of intersection over union, of all pixels that are not void", Better: measure.Higher, Of: s.meanIoU},
		{Name: "pixel_error", Title: "%s pixel error", Unit: "%", Better: measure.Lower, Of: pixelError},
	}
	for c, word := range words(s.classes) {
		all = append(all, Measure{Name: "iou_" + word, Title: fmt.Sprintf("%%s IoU of %s", percentless(s.classes[c])), Unit: "%", Better: measure.Higher,
			On: []measure.Part{measure.Test}, Of: func(j *Judged) float64 { return s.iou(j, c) }})
	}
	return all
}

// pixelLoss is the mean loss of pixels.
func pixelLoss(j *Judged) float64 {
	sum, pixels := 0.0, 0.0
	for i := range j.N {
		row := j.Row(i)
		sum += float64(row[0]) * float64(row[colPixels])
		pixels += float64(row[colPixels])
	}
	if pixels == 0 {
		return math.NaN()
	}
	return sum / pixels
}

// pixelError is the share of pixels whose class is not the most likely one.
func pixelError(j *Judged) float64 {
	wrong, pixels := 0.0, 0.0
	for i := range j.N {
		wrong += float64(j.Row(i)[colWrong])
		pixels += float64(j.Row(i)[colPixels])
	}
	return percent(wrong, pixels)
}

// iou is the intersection over union of a class: its pixels that are found,
// over those that are of the class or taken for it, of all pictures together.
// It is NaN where there are none.
func (s *segment) iou(j *Judged, class int) float64 {
	var label, predicted, both float64
	n := len(s.classes)
	for i := range j.N {
		row := j.Row(i)
		label += float64(row[colClasses+class])
		predicted += float64(row[colClasses+n+class])
		both += float64(row[colClasses+2*n+class])
	}
	return percent(both, label+predicted-both)
}

// meanIoU is the mean over the classes that are there or predicted.
func (s *segment) meanIoU(j *Judged) float64 {
	sum, classes := 0.0, 0
	for class := range s.classes {
		if iou := s.iou(j, class); !math.IsNaN(iou) {
			sum += iou
			classes++
		}
	}
	if classes == 0 {
		return math.NaN()
	}
	return sum / float64(classes)
}

// percentless makes a name stand in a title, where % is special.
func percentless(name string) string { return strings.ReplaceAll(name, "%", "%%") }
