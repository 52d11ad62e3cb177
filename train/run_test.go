package train

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"go.uber.org/goleak"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(child())
	}
	goleak.VerifyTestMain(m)
}

func backendFor(t testing.TB) compute.Backend {
	t.Helper()
	backend, err := Backend("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Finalize)
	return backend
}

// quickSpec is a run of 16 steps, the last of each epoch of 4 samples.
func quickSpec() Spec {
	spec := DefaultSpec()
	spec.Model, spec.Epochs, spec.Batch, spec.EvalEvery = "cnn:width=4", 4, 32, 2
	spec.Method = "mixup:1"
	return spec
}

// memory is a split in memory.
type memory struct {
	x      []float32 // one sample after another
	labels []int32
}

func (m memory) Len() int        { return len(m.labels) }
func (m memory) Labels() []int32 { return m.labels }
func (m memory) Read(_ context.Context, i int, dst []float32) error {
	copy(dst, m.x[i*len(dst):])
	return nil
}

// first returns the first n samples.
func (m memory) first(n int) memory { return memory{m.x[:n*len(m.x)/len(m.labels)], m.labels[:n]} }

func openSet(t testing.TB, spec Spec) *data.Set {
	t.Helper()
	set, err := data.Open(context.Background(), spec.Data, spec.DataOptions())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// smallSet is the digits with a test and validation part of 40, so that
// evaluating them is quick.
func smallSet(t testing.TB, spec Spec) *data.Set {
	t.Helper()
	set := openSet(t, spec)
	set.Validation = load(t, set, set.Validation).first(40)
	set.Test = load(t, set, set.Test).first(40)
	return set
}

func load(t testing.TB, set *data.Set, split data.Split) memory {
	t.Helper()
	size := set.Size()
	m := memory{x: make([]float32, size*split.Len()), labels: slices.Clone(split.Labels())}
	for i := range split.Len() {
		if err := split.Read(context.Background(), i, m.x[i*size:(i+1)*size]); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func mustRun(t testing.TB, set *data.Set, spec Spec, dir string, hooks Hooks) *Result {
	t.Helper()
	result, err := Run(context.Background(), backendFor(t), set, spec, dir, hooks)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func readFile(t testing.TB, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func mustRead(t testing.TB, path ...string) *checkpoint {
	t.Helper()
	c, err := readCheckpoint(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func metricsOf(t testing.TB, dir string) []Metric {
	t.Helper()
	all, err := ReadMetrics(dir)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sameRun fails unless two folders hold the same metrics, to the byte, and the
// same last and best variables, to the bit.
func sameRun(t testing.TB, want, got string) {
	t.Helper()
	if a, b := readFile(t, want, rundir.MetricsFile), readFile(t, got, rundir.MetricsFile); a != b {
		t.Errorf("metrics differ:\n%s\nwant\n%s", b, a)
	}
	if readFile(t, want, rundir.PredictionsFile) != readFile(t, got, rundir.PredictionsFile) {
		t.Error("predictions differ")
	}
	if kept, _ := os.ReadFile(filepath.Join(want, rundir.MixedFile)); len(kept) > 0 && string(kept) != readFile(t, got, rundir.MixedFile) {
		t.Error("the first mixed samples differ")
	}
	for _, name := range []string{rundir.LastFile, rundir.BestFile} {
		a, b := mustRead(t, want, name), mustRead(t, got, name)
		if !slices.EqualFunc(a.Tensors, b.Tensors, func(x, y entry) bool { return x.Path == y.Path }) || !slices.EqualFunc(a.values, b.values, sameBits) {
			t.Errorf("variables of %s differ", name)
		}
		if a.State.Steps != b.State.Steps {
			t.Errorf("%s: %d steps, want %d", name, b.State.Steps, a.State.Steps)
		}
	}
}

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}

func TestRun(t *testing.T) {
	spec := quickSpec()
	set := openSet(t, spec)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	var steps []StepInfo
	var epochs []EpochInfo
	var evaluated []EvaluationInfo // at their ends
	result := mustRun(t, set, spec, dir, Hooks{
		Step:  func(i StepInfo) { steps = append(steps, i) },
		Epoch: func(i EpochInfo) { epochs = append(epochs, i) },
		Evaluation: func(i EvaluationInfo) {
			if i.Done == i.Samples {
				evaluated = append(evaluated, i)
			}
		},
	})
	validation, test := set.Validation.Len(), set.Test.Len()
	if want := []EvaluationInfo{
		{2, 4, "validation", validation, validation}, {2, 4, "test", test, test},
		{4, 4, "validation", validation, validation}, {4, 4, "test", test, test}, {4, 4, "train", 100, 100},
	}; !slices.Equal(evaluated, want) {
		t.Errorf("evaluated %+v, want %+v", evaluated, want)
	}
	metrics := metricsOf(t, dir)
	if len(steps) != 16 || len(epochs) != 4 || len(metrics) != 4 {
		t.Fatalf("%d steps, %d epochs, %d metrics; want 16, 4, 4", len(steps), len(epochs), len(metrics))
	}
	for i, m := range metrics {
		if m.Epoch != i+1 || m.Step != int64(4*(i+1)) || m.Phase != mix.PhaseOn || m.Mixed != 1 || m.Diverged {
			t.Errorf("epoch %d: %+v", i+1, m)
		}
		// Every batch is mixed: there is no accuracy of clean ones.
		if m.AccClean != nil || m.LossClean != nil || m.AccMixed == nil || *m.LossMixed != *m.Loss {
			t.Errorf("epoch %d: clean and mixed are not told apart: %+v", i+1, m)
		}
		// The last batch has 4 samples and counts for 4.
		want := 0.0
		for _, s := range steps[4*i : 4*i+4] {
			want += s.Loss * float64(s.Samples) / 100
		}
		if math.Abs(*m.Loss-want) > 1e-12 {
			t.Errorf("epoch %d: loss %v, the mean over samples is %v", i+1, *m.Loss, want)
		}
		if evaluated := has(m, "val_error"); evaluated != (m.Epoch%2 == 0) || evaluated != has(m, "test_loss") {
			t.Errorf("epoch %d: evaluated at the wrong time", i+1)
		}
		if has(m, "train_error") != (m.Epoch == 4) {
			t.Errorf("epoch %d: training error measured at the wrong time", i+1)
		}
	}
	if steps[3].Samples != 4 || steps[15].Done != 16 || steps[15].Total != 16 {
		t.Errorf("last steps: %+v, %+v", steps[3], steps[15])
	}
	last := metrics[3]
	if result.Measures.Of("test_error") != last.Of("test_error") || result.Measures.Of("val_error") != last.Of("val_error") || result.Measures.Of("train_error") != last.Of("train_error") {
		t.Errorf("result %+v is not of the last epoch %+v", result, last)
	}
	read, err := ReadResult(dir)
	if err != nil || read.Measures.Of("test_error") != result.Measures.Of("test_error") || read.Spec.Hash() != spec.Hash() {
		t.Errorf("result read back: %+v, %v", read, err)
	}

	// A finished run is not trained again.
	again := mustRun(t, set, spec, dir, Hooks{Step: func(StepInfo) { t.Error("a finished run took a step") }})
	if again.Measures.Of("test_error") != result.Measures.Of("test_error") || again.Steps != 16 {
		t.Errorf("the finished run gave %+v", again)
	}
}

// TestBestIsChosenOnValidation relabels the validation split so that its
// errors rank the epochs backwards.
func TestBestIsChosenOnValidation(t *testing.T) {
	spec := quickSpec()
	spec.Epochs, spec.EvalEvery, spec.Method = 12, 1, "erm"
	set := smallSet(t, spec)
	validation := set.Test.(memory)
	wrong := memory{x: validation.x, labels: slices.Clone(validation.labels)}
	for i := range wrong.labels {
		wrong.labels[i] = (wrong.labels[i] + 5) % 10
	}
	set.Validation = wrong
	dir := t.TempDir()
	result := mustRun(t, set, spec, dir, Hooks{})
	metrics := metricsOf(t, dir)
	want := 0
	for i, m := range metrics {
		if m.Of("val_error") < metrics[want].Of("val_error") || m.Of("val_error") == metrics[want].Of("val_error") && m.Of("val_loss") < metrics[want].Of("val_loss") {
			want = i
		}
	}
	if result.BestEpoch != want+1 || result.AtBest.Of("test_error") != metrics[want].Of("test_error") || result.AtBest.Of("val_error") != metrics[want].Of("val_error") {
		t.Errorf("best epoch %d (test error %v), want %d (%v)", result.BestEpoch, result.AtBest.Of("test_error"), want+1, metrics[want].Of("test_error"))
	}
	if want+1 == len(metrics) {
		t.Error("the validation split does not rank the epochs backwards: the test shows nothing")
	}
	if best := mustRead(t, dir, rundir.BestFile); best.State.Epoch != want+1 {
		t.Errorf("checkpoint-best is of epoch %d, want %d", best.State.Epoch, want+1)
	}
}

func TestOverfits(t *testing.T) {
	spec := DefaultSpec()
	spec.Model, spec.Epochs, spec.Batch, spec.EvalEvery = "cnn:width=8", 80, 8, 80
	set := smallSet(t, spec)
	set.Train = load(t, set, set.Train).first(32)
	for _, optimizer := range []Optimizer{
		{Name: OptimizerSGD, Momentum: 0.9, Schedule: ScheduleCosine},
		{Name: OptimizerAdam, LearningRate: 0.01, Schedule: ScheduleCosine},
	} {
		spec.Optimizer = optimizer
		dir := t.TempDir()
		result := mustRun(t, set, spec, dir, Hooks{})
		last := metricsOf(t, dir)[79]
		if result.Measures.Of("train_error") != 0 || *last.AccClean != 1 || last.Of("train_loss") > 0.05 {
			t.Errorf("%s: training error %v %%, accuracy %v, loss %v after 80 epochs of 32 digits", optimizer.Name, result.Measures.Of("train_error"), *last.AccClean, last.Of("train_loss"))
		}
	}
}

// TestWeightOneIsERM compares mixing with weight 1, which gathers partners and
// multiplies, with no mixing at all.
func TestWeightOneIsERM(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	folders := map[string]string{}
	losses := map[string][]float64{}
	for _, method := range []string{"erm", "mixup:0", "mixup:0,second"} {
		folders[method] = t.TempDir()
		spec.Method = method
		mustRun(t, set, spec, folders[method], Hooks{Step: func(i StepInfo) {
			losses[method] = append(losses[method], i.Loss)
			if i.Mixed {
				t.Errorf("%s: step %d is mixed", method, i.Done)
			}
		}})
		if !slices.Equal(losses[method], losses["erm"]) {
			t.Errorf("%s: losses %v, want those of ERM %v", method, losses[method], losses["erm"])
		}
		if !slices.EqualFunc(mustRead(t, folders[method], rundir.LastFile).values, mustRead(t, folders["erm"], rundir.LastFile).values, sameBits) {
			t.Errorf("%s: variables differ from ERM's", method)
		}
	}
}

func TestMethodsDiffer(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	seen := map[float64]string{}
	for _, method := range []string{"erm", "samplepairing", "mixup:1", "mixup:1,second", "mixup:1,per=sample"} {
		spec.Method = method
		dir := t.TempDir()
		mustRun(t, set, spec, dir, Hooks{})
		loss := *metricsOf(t, dir)[3].Loss
		if other, ok := seen[loss]; ok {
			t.Errorf("%s and %s trained alike", method, other)
		}
		seen[loss] = method
	}
}

// TestPhases has clean and mixed batches in one epoch.
func TestPhases(t *testing.T) {
	spec := quickSpec()
	spec.Method = "mixup:1,p=0.5"
	dir := t.TempDir()
	mixed := map[int]int{}
	mustRun(t, smallSet(t, spec), spec, dir, Hooks{Step: func(i StepInfo) {
		if i.Mixed {
			mixed[i.Epoch] += i.Samples
		}
	}})
	both := false
	for _, m := range metricsOf(t, dir) {
		if want := float64(mixed[m.Epoch]) / 100; m.Mixed != want {
			t.Errorf("epoch %d: share of mixed samples %v, want %v", m.Epoch, m.Mixed, want)
		}
		if (m.AccMixed != nil) != (m.Mixed > 0) || (m.AccClean != nil) != (m.Mixed < 1) {
			t.Errorf("epoch %d: %+v", m.Epoch, m)
		}
		if m.AccMixed != nil && m.AccClean != nil {
			both = true
			if mean := m.Mixed**m.LossMixed + (1-m.Mixed)**m.LossClean; math.Abs(mean-*m.Loss) > 1e-12 {
				t.Errorf("epoch %d: loss %v is not the mean of its parts, %v", m.Epoch, *m.Loss, mean)
			}
		}
	}
	if !both {
		t.Error("no epoch had both: the test shows nothing")
	}
}

func TestSmallest(t *testing.T) {
	spec := quickSpec()
	full := openSet(t, spec)
	digits := load(t, full, full.Train)
	none := memory{}
	oneClass := memory{x: digits.x[:5*64], labels: []int32{0, 0, 0, 0, 0}}
	tests := []struct {
		name    string
		batch   int
		classes int
		set     data.Set
	}{
		{"batches of one", 1, 10, data.Set{Train: digits.first(3), Validation: digits.first(2), Test: digits.first(1)}},
		{"one sample", 32, 10, data.Set{Train: digits.first(1), Validation: none, Test: digits.first(1)}},
		{"last batch of one", 2, 10, data.Set{Train: digits.first(5), Validation: digits.first(3), Test: digits.first(3)}},
		{"one class", 2, 1, data.Set{Train: oneClass, Validation: oneClass, Test: oneClass}},
		{"only training samples", 2, 10, data.Set{Train: digits.first(5), Validation: none, Test: none}},
	}
	for _, test := range tests {
		for _, model := range []string{"cnn:width=4", "mlp:8"} {
			t.Run(test.name+"/"+model, func(t *testing.T) {
				spec := spec
				spec.Batch, spec.Epochs, spec.Model = test.batch, 2, model
				set := test.set
				set.Info = full.Info
				set.Classes = full.Classes[:test.classes]
				dir := t.TempDir()
				result := mustRun(t, &set, spec, dir, Hooks{})
				want := int64(2 * ((set.Train.Len() + test.batch - 1) / test.batch))
				if result.Steps != want || math.IsNaN(result.Measures.Of("train_error")) {
					t.Errorf("%d steps, training error %v; want %d steps", result.Steps, result.Measures.Of("train_error"), want)
				}
				if math.IsNaN(result.Measures.Of("test_error")) != (set.Test.Len() == 0) || math.IsNaN(result.Measures.Of("val_error")) != (set.Validation.Len() == 0) {
					t.Errorf("errors of splits that are empty, or none of splits that are not: %+v", result)
				}
				if test.classes == 1 && (result.Measures.Of("test_error") != 0 || *metricsOf(t, dir)[1].Loss != 0) {
					t.Errorf("one class: test error %v, loss %v", result.Measures.Of("test_error"), *metricsOf(t, dir)[1].Loss)
				}
				if read, err := ReadResult(dir); err != nil || math.IsNaN(read.Measures.Of("test_error")) != math.IsNaN(result.Measures.Of("test_error")) {
					t.Errorf("result read back: %+v, %v", read, err)
				}
			})
		}
	}
}

func TestDiverges(t *testing.T) {
	spec := quickSpec()
	spec.Epochs, spec.EvalEvery, spec.Model = 50, 1, "mlp:32,32"
	spec.Optimizer = Optimizer{Name: OptimizerSGD, LearningRate: 1000, WeightDecay: 1, Schedule: ScheduleConstant}
	spec.CheckpointEvery = 1 // after every step
	set := smallSet(t, spec)
	dir := t.TempDir()
	var done int64
	_, err := Run(context.Background(), backendFor(t), set, spec, dir, Hooks{Step: func(i StepInfo) { done = i.Done }})
	if !errors.Is(err, ErrDiverged) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "learning rate") {
		t.Fatalf("a learning rate of 1000: %v", err)
	}
	metrics := metricsOf(t, dir)
	last := metrics[len(metrics)-1]
	if !last.Diverged || last.Loss != nil || last.Step < done {
		t.Errorf("last metric %+v after %d steps", last, done)
	}
	// That its values are finite, reading it says.
	if c := mustRead(t, dir, rundir.LastFile); c.State.Steps == 0 || c.State.Steps > done {
		t.Errorf("the checkpoint is of step %d", c.State.Steps)
	}
	if _, err := ReadResult(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a diverged run has a result: %v", err)
	}
	// Trying again says the same, and leaves the same metrics.
	before := readFile(t, dir, rundir.MetricsFile)
	if _, err := Run(context.Background(), backendFor(t), set, spec, dir, Hooks{}); !errors.Is(err, ErrDiverged) {
		t.Errorf("again: %v", err)
	}
	if after := readFile(t, dir, rundir.MetricsFile); after != before {
		t.Errorf("metrics changed:\n%s\nwant\n%s", after, before)
	}
}
