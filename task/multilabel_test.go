package task

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/measure"
)

func TestMultiLabelIsPyTorchs(t *testing.T) {
	for _, r := range references(t, MultiLabel) {
		r.check(t, &multilabel{names("t", r.Width)}, tensors.FromFlatDataAndDimensions(singles(r.Given), r.N, r.Width))
	}
}

// multiJudged are samples of two labels: probabilities and targets in turn.
func multiJudged(rows ...[4]float32) *Judged {
	j := &Judged{N: len(rows), Width: 5}
	for _, r := range rows {
		j.Values = append(append(j.Values, 0), r[:]...)
	}
	return j
}

// Of what no sample has there is no precision, and where that is all, nothing
// is measured.
func TestMultiLabelWithoutTargets(t *testing.T) {
	m := &multilabel{[]string{"a", "b"}}
	none := multiJudged([4]float32{0.1, 0.9, 0, 0}, [4]float32{0.2, 0.3, 0, 0})
	if ap := m.meanAveragePrecision(none); !math.IsNaN(ap) {
		t.Errorf("the precision of nothing is %v", ap)
	}
	if values := Evaluate(m, measure.Test, none); values.Of("test_macro_f1") != 0 || values.Of("test_exact_error") != 50 || values.Of("test_hamming_loss") != 25 {
		t.Errorf("%v", values)
	} else if _, ok := values.Get("test_mean_average_precision"); ok {
		t.Errorf("%v", values)
	}
}

// Equal probabilities are one threshold: which of them comes first decides
// nothing.
func TestMultiLabelTies(t *testing.T) {
	m := &multilabel{[]string{"a", "b"}}
	for _, j := range []*Judged{
		multiJudged([4]float32{0.5, 0, 1, 0}, [4]float32{0.5, 0, 0, 0}, [4]float32{0.5, 0, 0, 0}, [4]float32{0.5, 0, 0, 0}),
		multiJudged([4]float32{0.5, 0, 0, 0}, [4]float32{0.5, 0, 0, 0}, [4]float32{0.5, 0, 0, 0}, [4]float32{0.5, 0, 1, 0}),
	} {
		if ap := m.meanAveragePrecision(j); ap != 25 {
			t.Errorf("average precision of four of one probability is %v, want 25", ap)
		}
	}
}
