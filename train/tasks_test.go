package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// taskRun is a small run of a task.
type taskRun struct {
	task   string // spec
	kind   data.Task
	model  string
	method string
}

// taskRuns has a line for every task; one that is added enters by its line.
func taskRuns() []taskRun {
	return []taskRun{
		{"classify", data.Classification, "cnn:width=2", "mixup:1,p=0.5"},
		{"multilabel", data.MultiLabel, "mlp:8", "mixup:0.5,second"},
		{"regress", data.Regression, "mlp:8", "mixup:1,per=sample,settle=1,tolerance=0.5"},
		{"regress:huber=0.5", data.Regression, "mlp:8", "samplepairing:p=0.5"},
		{"segment", data.Segmentation, "unet:width=2,depth=1", "cutmix:1,per=sample"},
	}
}

func (r taskRun) spec() Spec {
	spec := DefaultSpec()
	spec.Data, spec.Augment, spec.Task, spec.Model, spec.Method = "blobs", "none", r.task, r.model, r.method
	spec.Epochs, spec.Batch, spec.EvalEvery = 2, 10, 1
	spec.Optimizer.LearningRate = 0.05
	return spec
}

// TestTasks is the battery every task passes by name.
func TestTasks(t *testing.T) {
	for _, name := range task.Names() {
		if !slices.ContainsFunc(taskRuns(), func(r taskRun) bool { n, _, _ := strings.Cut(r.task, ":"); return n == name }) {
			t.Errorf("task %s has no line in taskRuns", name)
		}
	}
	for _, r := range taskRuns() {
		t.Run(r.task, func(t *testing.T) {
			t.Parallel()
			set, dir := taskSet(t, r.kind), t.TempDir()
			result := mustRun(t, set, r.spec(), dir, Hooks{})
			t.Run("Killed", func(t *testing.T) { testTaskKilled(t, r, set, dir) })
			t.Run("Hooks", func(t *testing.T) { testTaskHooks(t, r, set, dir) })
			t.Run("Measures", func(t *testing.T) { testTaskMeasures(t, set, dir, result) })
			t.Run("Checkpoints", func(t *testing.T) { testTaskCheckpoints(t, set, dir, result) })
			t.Run("Predictions", func(t *testing.T) { testTaskPredictions(t, set, dir, result) })
			t.Run("Diverges", func(t *testing.T) { testTaskDiverges(t, r, set) })
			t.Run("StopAfter", func(t *testing.T) { testTaskStopAfter(t, r, set) })
			t.Run("Refuses", func(t *testing.T) { testTaskRefuses(t, r, set) })
		})
	}
}

// testTaskKilled: from what lies on the disk at any moment a run goes on to the
// same bytes.
func testTaskKilled(t *testing.T, r taskRun, set *data.Set, whole string) {
	spec := r.spec()
	spec.CheckpointEvery = 1 // after every step
	dir, copies := t.TempDir(), t.TempDir()
	moments := 0
	moment := func() {
		moments++
		if err := os.CopyFS(filepath.Join(copies, fmt.Sprint(moments)), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, set, spec, dir, Hooks{
		Step:       func(StepInfo) { moment() },
		Evaluation: func(EvaluationInfo) { moment() },
		Epoch:      func(EpochInfo) { moment() },
	})
	sameRun(t, whole, dir)
	for i := range moments {
		killed := filepath.Join(copies, fmt.Sprint(i+1))
		mustRun(t, set, spec, killed, Hooks{})
		sameRun(t, whole, killed)
		if t.Failed() {
			t.Fatalf("killed at moment %d of %d", i+1, moments)
		}
	}
	// Interrupted, it saves where it is.
	for step := int64(1); step < 6; step += 3 {
		dir := t.TempDir()
		if err := interruptAt(t, set, r.spec(), dir, step); !errors.Is(err, ErrInterrupted) {
			t.Fatalf("step %d: %v", step, err)
		}
		if c := mustRead(t, dir, rundir.LastFile); c.State.Steps != step {
			t.Errorf("interrupted in step %d, saved after step %d", step, c.State.Steps)
		}
		mustRun(t, set, r.spec(), dir, Hooks{})
		sameRun(t, whole, dir)
	}
}

// testTaskHooks: every step, epoch and evaluated sample is told once, with what
// the files then say.
func testTaskHooks(t *testing.T, r taskRun, set *data.Set, whole string) {
	var steps, samples int
	var told []Metric
	done := map[string]int{}
	dir := t.TempDir()
	mustRun(t, set, r.spec(), dir, Hooks{
		Step: func(i StepInfo) {
			steps++
			samples += i.Samples
			if i.Done != int64(steps) || i.Total != 6 || !finite(i.Loss) {
				t.Errorf("step %d: %+v", steps, i)
			}
		},
		Evaluation: func(i EvaluationInfo) {
			if i.Done == i.Samples {
				done[i.Split] += i.Samples
			}
		},
		Epoch: func(i EpochInfo) { told = append(told, i.Metric) },
	})
	if steps != 6 || samples != 2*set.Train.Len() {
		t.Errorf("%d steps of %d samples", steps, samples)
	}
	if done["validation"] != 2*set.Validation.Len() || done["test"] != 2*set.Test.Len() || done["train"] != set.Train.Len() {
		t.Errorf("evaluated %v", done)
	}
	for i, m := range metricsOf(t, whole) {
		if len(told) <= i || !slices.Equal(told[i].Values, m.Values) || *told[i].Loss != *m.Loss {
			t.Fatalf("told %+v, the file has %+v", told, m)
		}
	}
}

// testTaskMeasures: all that the task measures is in the metrics, the result and
// the events, in the order of its table.
func testTaskMeasures(t *testing.T, set *data.Set, dir string, result *Result) {
	learns, _, err := result.Spec.Learns(set)
	if err != nil {
		t.Fatal(err)
	}
	if result.Task != learns.String() || result.Primary != learns.Primary() || !finite(result.Test()) {
		t.Errorf("the result is of %s, measured by %s: %v", result.Task, result.Primary, result.Test())
	}
	metrics, events := metricsOf(t, dir), eventsOf(t, dir)
	for i, m := range metrics {
		var want, got []string
		for _, n := range task.Table(learns) {
			if x := m.Of(n.Key()); x-x == 0 {
				want = append(want, n.Key())
			}
		}
		for _, v := range m.Values {
			got = append(got, v.Key)
			part, name := measure.PartOf(v.Key)
			if line := fmt.Sprintf(" %s/%s=%v", part, name, float32(v.Value)); !strings.Contains(events[4*i+3]+" ", line+" ") {
				t.Errorf("epoch %d has no event%s: %s", i+1, line, events[4*i+3])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("epoch %d has %q, want %q", i+1, got, want)
		}
		for _, part := range measure.Parts() {
			key := measure.Measure{Name: learns.Primary(), Part: part}.Key()
			if measured := i == 1 || part != measure.Train; has(m, key) != measured {
				t.Errorf("epoch %d: %s is measured: %v", i+1, key, !measured)
			}
		}
	}
	if last := metrics[len(metrics)-1]; !slices.Equal(result.Measures.Values(), last.Values) {
		t.Errorf("the result has %v, the last epoch %v", result.Measures.Values(), last.Values)
	}
	if read, err := ReadResult(dir); err != nil || !slices.Equal(read.Measures, result.Measures) || !slices.Equal(read.AtBest, result.AtBest) {
		t.Errorf("read back %+v, %v", read, err)
	}
}

// testTaskCheckpoints: what the run measured is measured again with the weights
// that it left.
func testTaskCheckpoints(t *testing.T, set *data.Set, dir string, result *Result) {
	for which, want := range map[Which]measure.Values{Last: result.Measures.Values(), Best: result.AtBest} {
		m, err := Open(backendFor(t), dir, which)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		if m.Info.Task != set.Task || !slices.Equal(m.Info.Targets, set.Targets) || !slices.Equal(m.Classes, set.Classes) {
			t.Errorf("%s is of %+v", which, m.Info)
		}
		for part, split := range map[measure.Part]data.Split{measure.Validation: set.Validation, measure.Test: set.Test} {
			e, err := m.Evaluate(context.Background(), part, split, nil)
			if err != nil {
				t.Fatal(err)
			}
			if e.Samples != split.Len() || e.Primary != result.Primary || len(e.Measures) == 0 {
				t.Errorf("%+v", e)
			}
			for _, v := range e.Measures.Values() {
				if v.Value != want.Of(v.Key) {
					t.Errorf("%s: %s is %v, the run says %v", which, v.Key, v.Value, want.Of(v.Key))
				}
			}
		}
	}
}

// testTaskPredictions: the primary measure of what the opened run predicts is
// the run's own, and a sample is predicted alike alone and among others.
func testTaskPredictions(t *testing.T, set *data.Set, dir string, result *Result) {
	m, err := Open(backendFor(t), dir, Last)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	n, size := set.Test.Len(), set.Size()
	x := make([]float32, n*size)
	for i := range n {
		if err := set.Test.Read(context.Background(), i, x[i*size:][:size]); err != nil {
			t.Fatal(err)
		}
	}
	predicted, err := m.Predict(x, n)
	if err != nil {
		t.Fatal(err)
	}
	if got := primaryOf(t, set, set.Test, predicted); math.Abs(got-result.Test()) > 1e-4*max(1, math.Abs(got)) {
		t.Errorf("%s of what is predicted is %v, the run says %v", result.Primary, got, result.Test())
	}
	width := len(predicted) / n
	alone, err := m.Predict(x[3*size:4*size], 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range alone {
		if q := predicted[3*width+i]; math.Abs(float64(p-q)) > 1e-4*max(1, math.Abs(float64(q))) {
			t.Errorf("sample 3 is predicted %v alone, %v among others", p, q)
		}
	}
}

// testTaskDiverges: a learning rate that is far too large ends the run, and its
// metrics say where.
func testTaskDiverges(t *testing.T, r taskRun, set *data.Set) {
	spec := r.spec()
	spec.Epochs, spec.Optimizer.LearningRate, spec.Optimizer.WeightDecay = 20, 1e3, 1
	dir := t.TempDir()
	_, err := Run(context.Background(), backendFor(t), set, spec, dir, Hooks{})
	if !errors.Is(err, ErrDiverged) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("%v", err)
	}
	metrics := metricsOf(t, dir)
	if len(metrics) == 0 || !metrics[len(metrics)-1].Diverged {
		t.Errorf("%+v", metrics)
	}
	if _, err := ReadResult(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a run that diverged has a result: %v", err)
	}
}

// testTaskStopAfter: the best epoch and the end of a run that stops early follow
// the primary measure, whichever way it is better.
func testTaskStopAfter(t *testing.T, r taskRun, set *data.Set) {
	spec := r.spec()
	spec.Epochs, spec.Optimizer.LearningRate, spec.Optimizer.Schedule = 20, 0.5, ScheduleConstant
	dir := t.TempDir()
	result := mustRun(t, set, spec, dir, Hooks{})
	primary := result.Of(measure.Validation)
	metrics := metricsOf(t, dir)
	best, worst := 0, 0
	for i, m := range metrics {
		is, was := m.Of(primary.Key()), metrics[best].Of(primary.Key())
		if primary.Improves(is, was) || is == was && m.Of("val_loss") < metrics[best].Of("val_loss") {
			best = i
		}
		if primary.Improves(metrics[worst].Of(primary.Key()), is) {
			worst = i
		}
	}
	if result.BestEpoch != best+1 || !slices.Equal(result.AtBest, metrics[best].Values) {
		t.Errorf("best epoch %d, want %d", result.BestEpoch, best+1)
	}
	if best == worst {
		t.Error("all epochs are alike: the test shows nothing")
	}
	spec.StopAfter = 1
	stopped := mustRun(t, set, spec, t.TempDir(), Hooks{})
	stop := 0
	for i := 1; i < len(metrics)-1 && stop == 0; i++ {
		is, was := metrics[i].Of(primary.Key()), metrics[i-1].Of(primary.Key())
		if !primary.Improves(is, was) && !(is == was && metrics[i].Of("val_loss") < metrics[i-1].Of("val_loss")) {
			stop = i + 1
		}
	}
	if stopped.StoppedAfter != stop || stop == 0 {
		t.Errorf("stopped after %d epochs, want %d (and not 0: the test shows nothing then)", stopped.StoppedAfter, stop)
	}
}

// testTaskRefuses: data of another kind, and a network that computes something
// else, are refused before anything is trained, in one line that names the task.
func testTaskRefuses(t *testing.T, r taskRun, set *data.Set) {
	name, _, _ := strings.Cut(r.task, ":")
	for _, kind := range []data.Task{data.Classification, data.Regression, data.MultiLabel, data.Segmentation} {
		if kind == r.kind {
			continue
		}
		_, err := Run(context.Background(), backendFor(t), taskSet(t, kind), r.spec(), t.TempDir(), Hooks{Step: func(StepInfo) { t.Error("a step was taken") }})
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s data: %v", kind, err)
		}
	}
	spec := r.spec()
	spec.Model = "unet:width=2,depth=1"
	if r.kind == data.Segmentation {
		spec.Model = "mlp:8"
	}
	_, err := Run(context.Background(), backendFor(t), set, spec, t.TempDir(), Hooks{Step: func(StepInfo) { t.Error("a step was taken") }})
	if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n") {
		t.Errorf("model %s: %v", spec.Model, err)
	}
}

// TestTargetsRefused: targets that do not fit their kind end a run in one line
// that says where they are.
func TestTargetsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		run    int // of taskRuns
		change func(set *data.Set)
		want   string
	}{
		{"a label of 2", 1, func(s *data.Set) { s.Test.(targeted).targets[5] = 2 }, "label upper of test sample 2 is 2, neither 0 nor 1"},
		{"a label that is no number", 1, func(s *data.Set) { s.Train.(targeted).targets[4] = float32(math.NaN()) }, "target left of training sample 2 is NaN"},
		{"an infinite target", 2, func(s *data.Set) { s.Validation.(targeted).targets[3] = float32(math.Inf(1)) }, "target column of validation sample 1 is +Inf"},
		{"one target for two", 2, func(s *data.Set) { s.Targets = s.Targets[:1] }, "the training split has 24 samples of 1 targets but 48 values"},
		{"no deviation", 2, func(s *data.Set) { s.TargetStd = []float64{1, 0} }, "a deviation of 0 of target column"},
		{"classes of samples for pixels", 4, func(s *data.Set) { s.Test = s.Test.(segmented).memory }, "the test split has no label for each of the 6 x 6 pixels"},
		{"no pictures", 4, func(s *data.Set) { s.Shape = []int{36} }, "are no pictures"},
		{"a pixel beyond the classes", 4, func(s *data.Set) { s.Train.(segmented).pixels[3*36+7] = 3 }, "pixel 7 of sample 3 has label 3, which is none of the 3 classes"},
		{"a pixel below void", 4, func(s *data.Set) { s.Test.(segmented).pixels[2*36] = -2 }, "pixel 0 of sample 2 has label -2"},
	} {
		r := taskRuns()[c.run]
		set := taskSet(t, r.kind)
		c.change(set)
		_, err := Run(context.Background(), backendFor(t), set, r.spec(), t.TempDir(), Hooks{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestUnmeasuredIsNotBest: an epoch without the primary measure is no better
// than one with it.
func TestUnmeasuredIsNotBest(t *testing.T) {
	primary := measure.Measure{Name: "mean_iou", Better: measure.Higher, Part: measure.Validation}
	with := func(x float64) measure.Values {
		return measure.Values{{Key: "val_loss", Value: 1}, {Key: "val_mean_iou", Value: x}}
	}
	without := measure.Values{{Key: "val_loss", Value: 0}}
	for _, c := range []struct {
		was, is measure.Values
		want    bool
	}{{with(1), with(2), true}, {with(2), with(1), false}, {with(1), without, false}, {without, with(1), true}, {without, without, true}} {
		if got := (&best{Values: c.was}).improves(&Metric{Values: c.is}, primary); got != c.want {
			t.Errorf("%v after %v improves: %v", c.is, c.was, got)
		}
	}
}
