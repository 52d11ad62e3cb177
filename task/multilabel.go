package task

import (
	"math"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/zoo"
)

// multilabel learns a yes or no for each of T labels, by the sigmoid
// cross-entropy: with z the logit and t the target in [0, 1],
//
//	max(z, 0) - z t + log(1 + exp(-|z|)),
//
// the mean over labels and samples.
type multilabel struct{ labels []string }

func (m *multilabel) String() string             { return MultiLabel }
func (m *multilabel) Outputs() (zoo.Output, int) { return zoo.ClassLogits, len(m.labels) }
func (m *multilabel) Primary() string            { return "exact_error" }

func (m *multilabel) Rows(values *graph.Node, dtype dtypes.DType) *graph.Node {
	return graph.ConvertDType(values, dtype)
}

func (m *multilabel) Loss(logits, targets *graph.Node) *graph.Node {
	return graph.ReduceAllMean(sigmoidCrossEntropy(logits, targets))
}

func (m *multilabel) Accuracy(_, _ *graph.Node) *graph.Node { return nil }

// sigmoidCrossEntropy is that of each logit.
func sigmoidCrossEntropy(logits, targets *graph.Node) *graph.Node {
	zero := graph.ZerosLike(logits)
	return graph.Add(graph.Sub(graph.Max(logits, zero), graph.Mul(logits, targets)), graph.Log1P(graph.Exp(graph.Neg(graph.Abs(logits)))))
}

func (m *multilabel) Columns() []string {
	names := words(m.labels)
	return slices.Concat([]string{"loss"}, each("probability", names), each("label", names))
}

func (m *multilabel) Judge(logits, values *graph.Node) *graph.Node {
	targets := graph.ConvertDType(values, logits.DType())
	return columns(graph.ReduceMean(sigmoidCrossEntropy(logits, targets), -1), graph.Sigmoid(logits), targets)
}

func (m *multilabel) Predict(logits *graph.Node) *graph.Node { return graph.Sigmoid(logits) }

func (m *multilabel) Measures() []Measure {
	return []Measure{
		lossMeasure("nats"),
		{Name: "exact_error", Title: "%s exact-match error", Unit: "%", About: "share of the samples that are not right in every label", Better: measure.Lower, Of: m.exactError},
		{Name: "hamming_loss", Title: "%s Hamming loss", Unit: "%", About: "share of the labels that are wrong", Better: measure.Lower, Of: m.hammingLoss},
		{Name: "mean_average_precision", Title: "%s mean average precision", Unit: "%", Better: measure.Higher, Of: m.meanAveragePrecision},
		{Name: "macro_f1", Title: "%s macro F1", Unit: "%", Better: measure.Higher, Of: m.macroF1},
	}
}

// at returns the probability of a label of sample i, and whether it is there.
func (m *multilabel) at(j *Judged, i, label int) (probability float32, is bool) {
	row := j.Row(i)
	return row[1+label], row[1+len(m.labels)+label] > 0.5
}

// says reports whether a label is predicted.
func says(probability float32) bool { return probability > 0.5 }

// exactError is the share of samples that are not right in every label.
func (m *multilabel) exactError(j *Judged) float64 {
	wrong := 0
	for i := range j.N {
		for label := range m.labels {
			if p, is := m.at(j, i, label); says(p) != is {
				wrong++
				break
			}
		}
	}
	return percent(float64(wrong), float64(j.N))
}

// hammingLoss is the share of labels that are wrong.
func (m *multilabel) hammingLoss(j *Judged) float64 {
	wrong := 0
	for i := range j.N {
		for label := range m.labels {
			if p, is := m.at(j, i, label); says(p) != is {
				wrong++
			}
		}
	}
	return percent(float64(wrong), float64(j.N*len(m.labels)))
}

// macroF1 is the mean over labels of 2 TP / (2 TP + FP + FN), 0 for a label
// that is neither there nor predicted.
func (m *multilabel) macroF1(j *Judged) float64 {
	sum := 0.0
	for label := range m.labels {
		var both, one float64
		for i := range j.N {
			p, is := m.at(j, i, label)
			switch {
			case says(p) && is:
				both++
			case says(p) || is:
				one++
			}
		}
		if both > 0 {
			sum += 2 * both / (2*both + one)
		}
	}
	return 100 * sum / float64(len(m.labels))
}

// meanAveragePrecision is the mean over labels that any sample has of
// sum_n (R_n - R_(n-1)) P_n, with precision and recall at each threshold from
// the highest probability down; equal probabilities are one threshold.
func (m *multilabel) meanAveragePrecision(j *Judged) float64 {
	sum, labels := 0.0, 0
	type scored struct {
		p  float32
		is bool
	}
	order := make([]scored, j.N)
	for label := range m.labels {
		there := 0
		for i := range j.N {
			p, is := m.at(j, i, label)
			order[i] = scored{p, is}
			if is {
				there++
			}
		}
		if there == 0 {
			continue
		}
		slices.SortFunc(order, func(a, b scored) int {
			switch {
			case a.p > b.p:
				return -1
			case a.p < b.p:
				return 1
			}
			return 0
		})
		hits, before, average := 0, 0, 0.0
		for i, s := range order {
			if s.is {
				hits++
			}
			if i+1 == len(order) || order[i+1].p != s.p {
				average += float64(hits-before) / float64(there) * float64(hits) / float64(i+1)
				before = hits
			}
		}
		sum += average
		labels++
	}
	if labels == 0 {
		return math.NaN()
	}
	return 100 * sum / float64(labels)
}
