package train

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/memorytest"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// TestPredictions: from what a run leaves, and from nothing else, all that was
// measured on the test part is measured again, to the bit.
func TestPredictions(t *testing.T) {
	table := filepath.Join(t.TempDir(), "table.csv")
	var text strings.Builder
	text.WriteString("x,y,price\n")
	for i := range 120 {
		text.WriteString(strings.Join([]string{digitOf(i), digitOf(i / 3), digitOf(i * i)}, ",") + "\n")
	}
	if err := os.WriteFile(table, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	classes, numbers := quickSpec(), quickSpec()
	numbers.Data, numbers.Task, numbers.Model = "csv:"+table+"?target=price", task.Regress, "mlp:8"
	for name, spec := range map[string]Spec{"classify": classes, "regress": numbers} {
		t.Run(name, func(t *testing.T) {
			set := openSet(t, spec)
			dir := t.TempDir()
			result := mustRun(t, set, spec, dir, Hooks{})
			p, err := ReadPredictions(dir)
			if err != nil {
				t.Fatal(err)
			}
			if p.Judged.N != set.Test.Len() || p.Info.Name != set.Name || p.Task.String() != result.Task {
				t.Errorf("%d samples of %s by %s", p.Judged.N, p.Info.Name, p.Task)
			}
			values := task.Evaluate(p.Task, measure.Test, p.Judged)
			measured := 0
			for _, n := range result.Measures {
				if n.Part == measure.Test {
					measured++
					if got := values.Of(n.Key()); got != n.Value {
						t.Errorf("%s is %v from the predictions, %v in the result", n.Key(), got, n.Value)
					}
				}
			}
			if measured < 3 || len(values) != measured {
				t.Errorf("%d measures, %d of the predictions", measured, len(values))
			}
			print, err := set.Fingerprint(t.Context())
			if err != nil || !p.Data.Same(print) || p.Data.Times != "" {
				t.Errorf("made from %+v, the data is %+v, %v", p.Data, print, err)
			}
			if name == "classify" {
				labels := p.Column("label")
				for i, label := range set.Test.Labels() {
					if labels[i] != float32(label) {
						t.Fatalf("sample %d has label %v, not %d", i, labels[i], label)
					}
				}
			}
			if p.Column("nothing") != nil {
				t.Error("a column that no task has")
			}
		})
	}
}

func digitOf(i int) string { return string(rune('0' + i%10)) }

// TestPredictionsAfterKill: a run that was killed between its last checkpoint
// and its result leaves the same predictions when it is resumed.
func TestPredictionsAfterKill(t *testing.T) {
	spec := quickSpec()
	spec.EvalFlip = true
	set := smallSet(t, spec)
	dir := t.TempDir()
	mustRun(t, set, spec, dir, Hooks{})
	want := readFile(t, dir, rundir.PredictionsFile)
	for _, names := range [][]string{{rundir.ResultFile}, {rundir.ResultFile, rundir.PredictionsFile}} {
		for _, name := range names {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		if len(names) == 1 {
			overwrite(t, dir, rundir.PredictionsFile, "of something else")
		}
		mustRun(t, set, spec, dir, Hooks{Step: func(StepInfo) { t.Error("a step after the last") }})
		if readFile(t, dir, rundir.PredictionsFile) != want {
			t.Errorf("without %v the resumed run predicts otherwise", names)
		}
	}
}

// TestNoPredictions: a finished run without predictions, as runs of before it,
// stays finished.
func TestNoPredictions(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	dir := t.TempDir()
	mustRun(t, set, spec, dir, Hooks{})
	if err := os.Remove(filepath.Join(dir, rundir.PredictionsFile)); err != nil {
		t.Fatal(err)
	}
	mustRun(t, set, spec, dir, Hooks{Step: func(StepInfo) { t.Error("a step of a finished run") }})
	if _, err := ReadPredictions(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want fs.ErrNotExist", err)
	}
	set.Test = memory{}
	dir = t.TempDir()
	mustRun(t, set, spec, dir, Hooks{})
	if _, err := ReadPredictions(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a test part: %v, want fs.ErrNotExist", err)
	}
}

// predicted is a small file of predictions.
func predicted(t testing.TB, info *data.Info, change func(*tensorFile)) []byte {
	t.Helper()
	made, err := task.New("", info, task.Options{})
	if err != nil {
		t.Fatal(err)
	}
	width := len(made.Columns())
	judged := &task.Judged{N: 3, Width: width, Values: make([]float32, 3*width)}
	content, err := encodePredictions(made, info, data.Fingerprint{}, judged)
	if err != nil {
		t.Fatal(err)
	}
	if change == nil {
		return content
	}
	f, err := decodeTensorFile(content)
	if err != nil {
		t.Fatal(err)
	}
	change(f)
	if content, err = f.encode(); err != nil {
		t.Fatal(err)
	}
	return content
}

var (
	twoClasses = &data.Info{Name: "two", Classes: []string{"a", "b"}}
	oneTarget  = &data.Info{Name: "one", Task: data.Regression, Targets: []string{"y"}, TargetMean: []float64{1}, TargetStd: []float64{2}}
)

func TestPredictionsRefused(t *testing.T) {
	column := func(dtype safetensors.DType, shape []uint64, data []byte) safetensors.TensorView {
		v, err := safetensors.NewTensorView(dtype, shape, data)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, test := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":        {nil, "header"},
		"text":         {[]byte("no predictions, at all"), "header claims"},
		"cut":          {predicted(t, twoClasses, nil)[:60], ""},
		"no task":      {predicted(t, twoClasses, func(f *tensorFile) { delete(f.notes, taskNote) }), "of which task"},
		"another task": {predicted(t, twoClasses, func(f *tensorFile) { f.notes[taskNote] = "rank" }), "unknown task"},
		"a note":       {predicted(t, twoClasses, func(f *tensorFile) { f.notes[classesNote] = "[1]" }), "classes"},
		"other targets": {predicted(t, oneTarget, func(f *tensorFile) {
			f.notes[learnsNote] = `{"task":"regression","targets":["y","z"],"mean":[1],"std":[2]}`
		}), ""},
		"a column gone":  {predicted(t, twoClasses, func(f *tensorFile) { delete(f.tensors, "label") }), "4 columns"},
		"another column": {predicted(t, twoClasses, func(f *tensorFile) { f.tensors["labels"] = f.tensors["label"]; delete(f.tensors, "label") }), `"label"`},
		"short column": {predicted(t, twoClasses, func(f *tensorFile) {
			f.tensors["label"] = column(safetensors.F32, []uint64{2}, make([]byte, 8))
		}), "2 samples"},
		"no samples": {predicted(t, twoClasses, func(f *tensorFile) { f.tensors["loss"] = column(safetensors.F32, []uint64{0}, nil) }), `"loss"`},
		"integers":   {predicted(t, twoClasses, func(f *tensorFile) { f.tensors["loss"] = column(safetensors.I32, []uint64{3}, make([]byte, 12)) }), `"loss"`},
		"NaN": {predicted(t, twoClasses, func(f *tensorFile) {
			f.tensors["loss"] = column(safetensors.F32, []uint64{3}, []byte{0, 0, 0, 0, 0, 0, 0xc0, 0x7f, 0, 0, 0, 0})
		}), "NaN of sample 1"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			overwrite(t, dir, rundir.PredictionsFile, string(test.content))
			_, err := ReadPredictions(dir)
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want ErrDamaged with %q", err, test.want)
			}
		})
	}
	dir := t.TempDir()
	memorytest.Sparse(t, dir, rundir.PredictionsFile)
	if _, err := ReadPredictions(dir); err == nil {
		t.Error("a file of any size was read")
	}
}

// FuzzPredictions: whatever a file holds, reading it gives rows of finite
// numbers that fit the task, which can be measured, or an error.
func FuzzPredictions(f *testing.F) {
	f.Add(predicted(f, twoClasses, nil))
	f.Add(predicted(f, oneTarget, nil))
	f.Add(predicted(f, &data.Info{Task: data.MultiLabel, Targets: []string{"p", "q"}}, nil))
	f.Add(predicted(f, &data.Info{Task: data.Segmentation, Classes: []string{"p", "q"}}, nil))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := decodeTensorFile(content)
		if err != nil {
			return
		}
		p, err := file.predictions(nil)
		if err != nil {
			return
		}
		if p.Judged.N < 1 || len(p.Judged.Values) != p.Judged.N*len(p.Task.Columns()) || 4*len(p.Judged.Values) > len(content) {
			t.Fatalf("%d samples, %d values of %d bytes", p.Judged.N, len(p.Judged.Values), len(content))
		}
		task.Evaluate(p.Task, measure.Test, p.Judged)
	})
}
