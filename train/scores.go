package train

import (
	"math"

	"github.com/gomlx/gomlx/core/graph"
)

// Evaluation is what a network comes to on a split, in inference mode. Errors
// are percentages; nil where there are no samples of the kind.
type Evaluation struct {
	Samples        int      `json:"samples"`
	Loss           float64  `json:"loss"`                      // mean cross entropy, nats
	Error          float64  `json:"error"`                     // samples whose label is not the class with the largest logit
	Top5Error      *float64 `json:"top5_error,omitempty"`      // samples whose label is not among the five largest; nil for five classes and less
	ECE            float64  `json:"ece"`                       // expected calibration error, percent; see Metric
	RealError      *float64 `json:"error_real,omitempty"`      // the Error of samples with their true label
	CorruptedError *float64 `json:"error_corrupted,omitempty"` // and of those with another
}

// judge returns for each sample, [N], of logits [N classes] and labels [N]:
// the cross entropy; how many classes are more likely than the label, of equal
// ones those that come first; and the confidence, the probability of the most
// likely class.
func judge(logits, labels *graph.Node) (loss, place, confidence *graph.Node) {
	dtype, classes := logits.DType(), logits.Shape().Dimensions[1]
	target := graph.OneHot(labels, classes, dtype)
	own := graph.ReduceAndKeep(graph.Mul(logits, target), graph.ReduceSum, -1)
	class := graph.Iota(logits.Graph(), logits.Shape().Clone(), 1)
	label := graph.ConvertDType(graph.ExpandAxes(labels, -1), dtype)
	before := graph.LogicalAnd(graph.Equal(logits, own), graph.LessThan(class, label))
	ahead := graph.LogicalOr(graph.GreaterThan(logits, own), before)
	place = graph.ReduceSum(graph.ConvertDType(ahead, dtype), -1)
	return crossEntropy(logits, target), place, graph.ReduceMax(graph.Softmax(logits), -1)
}

// bins is the number of equally wide bins of confidences, ((m-1)/15, m/15].
const bins = 15

// scores sums what is measured over samples.
type scores struct {
	classes         int
	samples, loss   float64
	hits, top5      float64
	real, realHits  float64 // samples with their true label
	binHits, binSum [bins]float64
}

func (s *scores) add(loss, place, confidence float32, clean bool) {
	s.samples++
	s.loss += float64(loss)
	hit := 0.0
	if place == 0 {
		hit = 1
	}
	s.hits += hit
	if place < 5 {
		s.top5++
	}
	if clean {
		s.real++
		s.realHits += hit
	}
	bin := min(max(int(math.Ceil(bins*float64(confidence)))-1, 0), bins-1)
	s.binHits[bin] += hit
	s.binSum[bin] += float64(confidence)
}

// evaluation is of at least one sample.
func (s *scores) evaluation() Evaluation {
	e := Evaluation{Samples: int(s.samples), Loss: s.loss / s.samples, Error: missed(s.hits, s.samples)}
	if s.classes > 5 {
		top5 := missed(s.top5, s.samples)
		e.Top5Error = &top5
	}
	for i, hits := range s.binHits {
		e.ECE += 100 * math.Abs(hits-s.binSum[i]) / s.samples
	}
	if s.real > 0 {
		missed := missed(s.realHits, s.real)
		e.RealError = &missed
	}
	if corrupted := s.samples - s.real; corrupted > 0 {
		missed := missed(s.hits-s.realHits, corrupted)
		e.CorruptedError = &missed
	}
	return e
}

// missed is the share, in percent, of n samples that were no hits.
func missed(hits, n float64) float64 { return 100 * (n - hits) / n }
