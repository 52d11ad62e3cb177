package task

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
)

func TestSegmentIsPyTorchs(t *testing.T) {
	for _, r := range references(t, Segment) {
		labels := make([]int32, len(r.Given))
		for i, g := range r.Given {
			labels[i] = int32(g)
		}
		if !slices.Contains(labels, data.Void) {
			t.Fatal("the reference has no void pixels")
		}
		r.check(t, &segment{names("c", r.Width), r.Smoothing, r.Weights}, tensors.FromFlatDataAndDimensions(labels, r.N, r.Height, r.Wide))
	}
}

// Pictures without any class have no loss, no gradient and no measure: they
// leave the weights alone, and are left out of the files.
func TestSegmentAllVoid(t *testing.T) {
	s := &segment{[]string{"a", "b", "c"}, 0.1, []float64{1, 2, 3}}
	logits := tensors.FromFlatDataAndDimensions([]float32{1, 2, 3, 30, -30, 0, 0, 0, 0, -1, 2, 5}, 1, 2, 2, 3)
	void := tensors.FromFlatDataAndDimensions([]int32{-1, -1, -1, -1}, 1, 2, 2)
	backend := newBackend(t)
	got, err := graph.CallOnceN(backend, func(z, given *graph.Node) []*graph.Node {
		rows := s.Rows(given, dtypes.Float32)
		loss := s.Loss(z, rows)
		return []*graph.Node{loss, graph.Gradient(loss, z)[0], s.Accuracy(z, rows)}
	}, logits, void)
	if err != nil {
		t.Fatal(err)
	}
	if loss := got[0].Value().(float32); loss != 0 {
		t.Errorf("loss %v", loss)
	}
	for i, g := range tensors.MustCopyFlatData[float32](got[1]) {
		if g != 0 {
			t.Errorf("gradient %v at %d", g, i)
		}
	}
	if accuracy := got[2].Value().(float32); accuracy != 0 {
		t.Errorf("accuracy %v", accuracy)
	}
	judged, _ := judge(t, backend, s, logits, void)
	if slices.ContainsFunc(judged.Values, func(x float32) bool { return x != 0 }) {
		t.Errorf("judged %v", judged.Values)
	}
	if values := Evaluate(s, measure.Test, judged); len(values) != 0 {
		t.Errorf("measured %v", values)
	}
}

// What a network makes of void pixels is not finite either, if it is not.
func TestSegmentNotFinite(t *testing.T) {
	s := &segment{classes: []string{"a", "b"}}
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		for i := range 8 {
			values := make([]float32, 8)
			values[i] = bad
			judged, _ := judge(t, newBackend(t), s, tensors.FromFlatDataAndDimensions(values, 2, 1, 2, 2), tensors.FromFlatDataAndDimensions([]int32{0, -1, -1, -1}, 2, 1, 2))
			if loss := judged.Row(i / 4)[0]; loss-loss == 0 {
				t.Errorf("the loss of a picture with a logit of %v is %v", bad, loss)
			}
			if loss := judged.Row(1 - i/4)[0]; loss-loss != 0 {
				t.Errorf("the loss of the picture beside one with a logit of %v is %v", bad, loss)
			}
		}
	}
}
