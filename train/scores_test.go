package train

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// scoresOf judges samples on the backend of the tests.
func scoresOf(t *testing.T, logits [][]float32, labels []int32, clean func(i int) bool) Evaluation {
	t.Helper()
	outputs, err := graph.CallOnceN(backendFor(t), func(z, y *graph.Node) []*graph.Node {
		loss, place, confidence := judge(z, y)
		return []*graph.Node{loss, place, confidence}
	}, tensors.FromValue(logits), tensors.FromValue(labels))
	if err != nil {
		t.Fatal(err)
	}
	s := scores{classes: len(logits[0])}
	loss, place, confidence := outputs[0].Value().([]float32), outputs[1].Value().([]float32), outputs[2].Value().([]float32)
	for i := range loss {
		s.add(loss[i], place[i], confidence[i], clean(i))
	}
	return s.evaluation()
}

func TestScores(t *testing.T) {
	want := readPyTorch(t).Evaluation
	logits := make([][]float32, len(want.Logits))
	for i, row := range want.Logits {
		for _, v := range row {
			logits[i] = append(logits[i], float32(v))
		}
	}
	got := scoresOf(t, logits, want.Labels, func(int) bool { return true })
	if got.Top5Error == nil || got.RealError == nil || got.CorruptedError != nil {
		t.Fatalf("%+v", got)
	}
	for name, pair := range map[string][2]float64{
		"loss": {got.Loss, want.Loss}, "error": {got.Error, want.Error}, "top-5 error": {*got.Top5Error, want.Top5Error},
		"ECE": {got.ECE, want.ECE}, "error of clean samples": {*got.RealError, want.Error},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-4 {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	if want.Top5Error == 0 || want.Top5Error >= want.Error || want.ECE < 1 {
		t.Error("the samples do not tell the measures apart: the test shows nothing")
	}
}

func TestScoresOfTies(t *testing.T) {
	// The network predicts the first of equal classes, so the label 1 is a
	// miss; of five, none is left out.
	tied := [][]float32{{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}}
	got := scoresOf(t, tied, []int32{0, 4, 5}, func(i int) bool { return i > 0 })
	if math.Abs(got.Error-200./3) > 1e-9 || math.Abs(*got.Top5Error-100./3) > 1e-9 || *got.RealError != 100 || *got.CorruptedError != 0 {
		t.Errorf("%+v: top 5 %v, real %v, corrupted %v", got, *got.Top5Error, *got.RealError, *got.CorruptedError)
	}
	// A confidence of 1/6 and an accuracy of 1/3.
	if math.Abs(got.ECE-100./6) > 1e-4 {
		t.Errorf("ECE %v", got.ECE)
	}
	if few := scoresOf(t, [][]float32{{0, 9, 0}}, []int32{1}, func(int) bool { return true }); few.Top5Error != nil || few.Error != 0 {
		t.Errorf("three classes: %+v", few)
	}
}

// TestLabelNoise trains on labels of which half are wrong.
func TestLabelNoise(t *testing.T) {
	spec := quickSpec()
	spec.LabelNoise, spec.Method, spec.Epochs, spec.EvalEvery = 0.5, "erm", 20, 20
	set := openSet(t, spec)
	dir := t.TempDir()
	result := mustRun(t, set, spec, dir, Hooks{})
	read, err := ReadResult(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Result{result, read} {
		// Half of the 100 labels are drawn anew, a tenth of those to what they were.
		if !(r.TrainErrorReal < r.TrainErrorCorrupted) {
			t.Errorf("training error on real labels %v, on corrupted ones %v", r.TrainErrorReal, r.TrainErrorCorrupted)
		}
		corrupted := (r.TrainError - r.TrainErrorReal) / (r.TrainErrorCorrupted - r.TrainErrorReal)
		if corrupted < 0.4 || corrupted > 0.5 {
			t.Errorf("errors %v, %v and %v are not of half of the samples each", r.TrainError, r.TrainErrorReal, r.TrainErrorCorrupted)
		}
		if math.IsNaN(r.TestECE) || r.TestECE < 0 || r.TestECE > 100 || !(r.TestTop5Error < r.TestError) {
			t.Errorf("test: %v %% wrong, %v %% not in the first five, ECE %v", r.TestError, r.TestTop5Error, r.TestECE)
		}
	}
	spec.LabelNoise = 0
	if clean := mustRun(t, openSet(t, spec), spec, t.TempDir(), Hooks{}); !math.IsNaN(clean.TrainErrorReal) || !math.IsNaN(clean.TrainErrorCorrupted) {
		t.Errorf("without noise: %+v", clean)
	}
}
