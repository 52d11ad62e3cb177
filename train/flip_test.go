package train

import (
	"math"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// TestEvalFlip compares the logits with the mean of those that two plain passes
// have for images and for images mirrored here.
func TestEvalFlip(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.Epochs, spec.EvalFlip = "cnn:width=4,depth=1", 1, true
	set := smallSet(t, spec)
	dir := t.TempDir()
	result := mustRun(t, set, spec, dir, Hooks{})
	m, err := Open(backendFor(t), dir, Last)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	test := set.Test.(memory)
	h, w, c := m.Shape[0], m.Shape[1], m.Shape[2]
	mirrored := make([]float32, len(test.x))
	for i := range test.x {
		pixel, channel := i/c, i%c
		row, column := pixel/w, pixel%w
		mirrored[(row*w+w-1-column)*c+channel] = test.x[i]
	}
	n := test.Len()
	of := func(x []float32, flip bool) []float32 {
		y, err := model.CallOnce(m.backend, m.store, func(scope *model.Scope, x *graph.Node) *graph.Node {
			return infer(scope.At(modelScope), m.network, x, flip)
		}, tensors.FromFlatDataAndDimensions(x, n, h, w, c))
		if err != nil {
			t.Fatal(err)
		}
		logits, err := tensors.CopyFlatData[float32](y)
		if err != nil {
			t.Fatal(err)
		}
		return logits
	}
	plain, other, got := of(test.x, false), of(mirrored, false), of(test.x, true)
	wrong := 0
	for i, label := range test.labels {
		best, at := math.Inf(-1), 0
		for k := range 10 {
			want := (float64(plain[10*i+k]) + float64(other[10*i+k])) / 2
			if math.Abs(want-float64(got[10*i+k])) > 1e-4*(1+math.Abs(want)) {
				t.Fatalf("sample %d: logit %d is %v, want %v", i, k, got[10*i+k], want)
			}
			if want > best {
				best, at = want, k
			}
		}
		if at != int(label) {
			wrong++
		}
	}
	if want := 100 * float64(wrong) / float64(n); math.Abs(result.Measures.Of("test_error")-want) > 1e-9 {
		t.Errorf("the run measured %v %%, want %v %%", result.Measures.Of("test_error"), want)
	}
	flat := quickSpec()
	flat.Data, flat.EvalFlip = "iris", true
	if err := flat.Fits([]int{4}); err == nil || !strings.Contains(err.Error(), "eval_flip mirrors images") {
		t.Errorf("a table: %v", err)
	}
}
