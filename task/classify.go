package task

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/zoo"
)

// classify learns one class a sample, by cross-entropy.
type classify struct {
	classes   int
	smoothing float64
	weights   []float64 // of the classes in the loss; nil for none
}

func (c *classify) String() string             { return Classify }
func (c *classify) Outputs() (zoo.Output, int) { return zoo.ClassLogits, c.classes }
func (c *classify) Primary() string            { return "error" }

func (c *classify) Rows(labels *graph.Node, dtype dtypes.DType) *graph.Node {
	return graph.OneHot(labels, c.classes, dtype)
}

func (c *classify) Loss(logits, targets *graph.Node) *graph.Node {
	return weighted(logits, targets, c.smoothing, c.weights)
}

func (c *classify) Accuracy(logits, targets *graph.Node) *graph.Node {
	predicted := graph.OneHot(graph.ArgMax(logits, -1), c.classes, logits.DType())
	return graph.ReduceAllMean(graph.ReduceSum(graph.Mul(predicted, targets), -1))
}

// The columns of a judgement.
const (
	colLoss       = iota // cross-entropy, nats
	colPlace             // how many classes are more likely than the label, of equal ones those that come first
	colConfidence        // the probability of the most likely class
	colPredicted         // the most likely class
	colLabel
)

func (c *classify) Columns() []string {
	return []string{"loss", "place", "confidence", "predicted", "label"}
}

func (c *classify) Judge(logits, labels *graph.Node) *graph.Node {
	dtype, classes := logits.DType(), logits.Shape().Dimensions[1]
	target := graph.OneHot(labels, classes, dtype)
	own := graph.ReduceAndKeep(graph.Mul(logits, target), graph.ReduceSum, -1)
	class := graph.Iota(logits.Graph(), logits.Shape().Clone(), 1)
	label := graph.ConvertDType(graph.ExpandAxes(labels, -1), dtype)
	before := graph.LogicalAnd(graph.Equal(logits, own), graph.LessThan(class, label))
	ahead := graph.LogicalOr(graph.GreaterThan(logits, own), before)
	place := graph.ReduceSum(graph.ConvertDType(ahead, dtype), -1)
	return columns(crossEntropy(logits, target), place,
		graph.ReduceMax(graph.Softmax(logits), -1),
		graph.ConvertDType(graph.ArgMax(logits, -1), dtype),
		graph.ConvertDType(labels, dtype))
}

func (c *classify) Predict(logits *graph.Node) *graph.Node { return graph.Softmax(logits) }

func (c *classify) Measures() []Measure {
	evaluated := []measure.Part{measure.Validation, measure.Test}
	all := []Measure{
		lossMeasure("nats"),
		{Name: "error", Title: "%s error", Unit: "%", About: "share of the samples classified wrongly", Better: measure.Lower, Of: func(j *Judged) float64 { return missed(j, 1, nil) }},
	}
	if c.classes > 5 {
		all = append(all, Measure{Name: "top5_error", Title: "top-5 %s error", Unit: "%", Better: measure.Lower, On: evaluated,
			Of: func(j *Judged) float64 { return missed(j, 5, nil) }})
	}
	// Where label noise has replaced labels, the training error is told apart for
	// the samples whose labels are the true ones and for those whose are not: of
	// the latter, it is low where the network has learnt wrong labels by heart.
	train := []measure.Part{measure.Train}
	return append(all,
		Measure{Name: "ece", Title: "%s calibration error", Unit: "%", About: "mean distance between how sure the network is and how often it is right (Guo et al., 2017, 15 bins)", Better: measure.Lower, On: evaluated, Of: calibrationError},
		Measure{Name: "error_real", Title: "%s error on real labels", Unit: "%", Better: measure.Lower, On: train, Of: func(j *Judged) float64 { return missedWhere(j, true) }},
		Measure{Name: "error_corrupted", Title: "%s error on corrupted labels", Unit: "%", Better: measure.Higher, On: train, Of: func(j *Judged) float64 { return missedWhere(j, false) }})
}

// missed is the share, in percent, of samples whose label is not among the k
// most likely classes, of those that keep holds for (nil is all).
func missed(j *Judged, k float32, keep func(i int) bool) float64 {
	n, wrong := 0.0, 0.0
	for i := range j.N {
		if keep != nil && !keep(i) {
			continue
		}
		n++
		if j.Row(i)[colPlace] >= k {
			wrong++
		}
	}
	return percent(wrong, n)
}

// missedWhere is the error of the samples with their true label, or of the
// others, where there are others.
func missedWhere(j *Judged, clean bool) float64 {
	for _, c := range j.Clean {
		if !c {
			return missed(j, 1, func(i int) bool { return j.Clean[i] == clean })
		}
	}
	return math.NaN()
}

// bins is the number of equally wide bins of confidences, ((m-1)/15, m/15].
const bins = 15

// calibrationError is the expected calibration error in percent (Guo et al.,
// "On Calibration of Modern Neural Networks", 2017, equation 3, with 15 bins):
// the mean distance of confidence and accuracy.
func calibrationError(j *Judged) float64 {
	var hits, sum [bins]float64
	for i := range j.N {
		row := j.Row(i)
		bin := Bin(row[colConfidence])
		if row[colPlace] == 0 {
			hits[bin]++
		}
		sum[bin] += float64(row[colConfidence])
	}
	ece := 0.0
	for i := range bins {
		ece += 100 * math.Abs(hits[i]-sum[i]) / float64(j.N)
	}
	return ece
}

// Bin returns in which of the 15 bins of the calibration error a confidence is.
func Bin(confidence float32) int {
	return min(max(int(math.Ceil(bins*float64(confidence)))-1, 0), bins-1)
}
