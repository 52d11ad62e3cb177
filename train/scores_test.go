package train

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
)

// classifier is the task of that many classes.
func classifier(t testing.TB, classes int, o task.Options) task.Task {
	t.Helper()
	c, err := task.New(task.Classify, infoOf([]int{1}, classes), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// infoOf describes samples of that shape and number of classes.
func infoOf(shape []int, classes int) *data.Info {
	return &data.Info{Name: "test", Task: data.Classification, Shape: shape, Classes: make([]string, classes)}
}

// scoresOf judges samples on the backend of the tests, as those of the test
// part and of the training part.
func scoresOf(t *testing.T, logits [][]float32, labels []int32, clean func(i int) bool) measure.Values {
	t.Helper()
	c := classifier(t, len(logits[0]), task.Options{})
	outputs, err := graph.CallOnceN(backendFor(t), func(z, y *graph.Node) []*graph.Node { return []*graph.Node{c.Judge(z, y)} },
		tensors.FromValue(logits), tensors.FromValue(labels))
	if err != nil {
		t.Fatal(err)
	}
	judged := &task.Judged{Width: len(c.Columns())}
	for i, row := range outputs[0].Value().([][]float32) {
		judged.Values = append(judged.Values, row...)
		judged.N++
		judged.Label(clean(i))
		if got := int32(row[len(row)-1]); got != labels[i] {
			t.Errorf("sample %d is said to have label %d, it has %d", i, got, labels[i])
		}
	}
	return append(task.Evaluate(c, measure.Test, judged), task.Evaluate(c, measure.Train, judged)...)
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
	if !math.IsNaN(got.Of("train_error_real")) || !math.IsNaN(got.Of("train_error_corrupted")) {
		t.Fatalf("of labels that are all true: %+v", got)
	}
	for name, pair := range map[string][2]float64{
		"loss": {got.Of("test_loss"), want.Loss}, "error": {got.Of("test_error"), want.Error}, "top-5 error": {got.Of("test_top5_error"), want.Top5Error},
		"ECE": {got.Of("test_ece"), want.ECE}, "training error": {got.Of("train_error"), want.Error},
	} {
		if !(math.Abs(pair[0]-pair[1]) <= 1e-4) {
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
	if math.Abs(got.Of("test_error")-200./3) > 1e-9 || math.Abs(got.Of("test_top5_error")-100./3) > 1e-9 || got.Of("train_error_real") != 100 || got.Of("train_error_corrupted") != 0 {
		t.Errorf("%+v", got)
	}
	// A confidence of 1/6 and an accuracy of 1/3.
	if math.Abs(got.Of("test_ece")-100./6) > 1e-4 {
		t.Errorf("ECE %v", got.Of("test_ece"))
	}
	if few := scoresOf(t, [][]float32{{0, 9, 0}}, []int32{1}, func(int) bool { return true }); !math.IsNaN(few.Of("test_top5_error")) || few.Of("test_error") != 0 {
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
		if !(r.Measures.Of("train_error_real") < r.Measures.Of("train_error_corrupted")) {
			t.Errorf("training error on real labels %v, on corrupted ones %v", r.Measures.Of("train_error_real"), r.Measures.Of("train_error_corrupted"))
		}
		corrupted := (r.Measures.Of("train_error") - r.Measures.Of("train_error_real")) / (r.Measures.Of("train_error_corrupted") - r.Measures.Of("train_error_real"))
		if corrupted < 0.4 || corrupted > 0.5 {
			t.Errorf("errors %v, %v and %v are not of half of the samples each", r.Measures.Of("train_error"), r.Measures.Of("train_error_real"), r.Measures.Of("train_error_corrupted"))
		}
		if math.IsNaN(r.Measures.Of("test_ece")) || r.Measures.Of("test_ece") < 0 || r.Measures.Of("test_ece") > 100 || !(r.Measures.Of("test_top5_error") < r.Measures.Of("test_error")) {
			t.Errorf("test: %v %% wrong, %v %% not in the first five, ECE %v", r.Measures.Of("test_error"), r.Measures.Of("test_top5_error"), r.Measures.Of("test_ece"))
		}
	}
	spec.LabelNoise = 0
	if clean := mustRun(t, openSet(t, spec), spec, t.TempDir(), Hooks{}); !math.IsNaN(clean.Measures.Of("train_error_real")) || !math.IsNaN(clean.Measures.Of("train_error_corrupted")) {
		t.Errorf("without noise: %+v", clean)
	}
}
