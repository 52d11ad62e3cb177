package train

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/memorytest"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// What is shown is what training mixes.
func TestFirstMixed(t *testing.T) {
	spec := DefaultSpec()
	spec.Epochs, spec.Batch, spec.TrainSize, spec.Seed = 6, 8, 2, 3
	set, err := data.Open(t.Context(), spec.Data, spec.DataOptions())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method string
		epoch  int
		target func(input float64) float64
	}{
		{"mixup:1", 0, func(w float64) float64 { return w }},
		{"mixup:1,second,per=sample", 0, func(w float64) float64 { return w }},
		{"samplepairing:warmup=2,on=2,off=1", 2, func(float64) float64 { return 1 }},
	} {
		spec.Method = c.method
		batch, err := FirstMixed(t.Context(), set, spec, 5)
		if err != nil {
			t.Fatal(err)
		}
		if batch == nil || batch.Epoch != c.epoch || len(batch.Samples) != 5 {
			t.Fatalf("%s: %+v", c.method, batch)
		}
		method, err := mix.Parse(c.method, spec.Epochs)
		if err != nil {
			t.Fatal(err)
		}
		var plan mix.Plan
		if err := method.Draw(&plan, mix.At{Seed: 3, Epoch: batch.Epoch, Step: batch.Step, Epochs: 6, N: 8}); err != nil {
			t.Fatal(err)
		}
		for i, s := range batch.Samples {
			if s.Input != float64(plan.Input[i]) || s.Target != c.target(s.Input) || s.OwnLabel == "" || s.PartnerLabel == "" {
				t.Errorf("%s: sample %d is %+v, the plan's weight is %g", c.method, i, s, plan.Input[i])
			}
			for k := range s.Mixed {
				if want := s.Input*float64(s.Own[k]) + (1-s.Input)*float64(s.Partner[k]); math.Abs(float64(s.Mixed[k])-want) > 1e-5 {
					t.Fatalf("%s: value %d of sample %d is %g, want %g", c.method, k, i, s.Mixed[k], want)
				}
				if s.Own[k] < -1e-5 || s.Own[k] > 1+1e-5 {
					t.Fatalf("%s: value %d of sample %d is %g, not in [0, 1]", c.method, k, i, s.Own[k])
				}
			}
		}
	}
	// What is no image is spread over the range of what is shown.
	spec.Data, spec.Method, spec.Batch = "iris", "mixup:1", 40
	iris, err := data.Open(t.Context(), spec.Data, spec.DataOptions())
	if err != nil {
		t.Fatal(err)
	}
	batch, err := FirstMixed(t.Context(), iris, spec, 40)
	if err != nil {
		t.Fatal(err)
	}
	low, high := float32(1), float32(0)
	for _, s := range batch.Samples {
		low, high = min(low, slices.Min(s.Own)), max(high, slices.Max(s.Own))
	}
	if low < -1e-5 || low > 1e-5 || high > 1+1e-5 || high < 1-1e-5 || !slices.Equal(batch.Shape, []int{4}) {
		t.Errorf("iris is drawn from %g to %g in shape %v", low, high, batch.Shape)
	}
	for _, method := range []string{"erm", "mixup:0"} {
		spec.Data, spec.Method = "digits", method
		if batch, err := FirstMixed(t.Context(), set, spec, 5); batch != nil || err != nil {
			t.Errorf("%s: %+v, %v", method, batch, err)
		}
	}
}

// TestKeepsMixed: what a run keeps is the batch that it mixes first, as it is
// drawn without training, in 256 levels.
func TestKeepsMixed(t *testing.T) {
	for _, method := range []string{"mixup:1", "mixup:1,second,per=sample", "mixup:1,p=0.3", "cutmix:1", "samplepairing:warmup=2,on=1,off=1"} {
		spec := quickSpec()
		spec.Method, spec.Augment = method, "crop:1,flip"
		set := smallSet(t, spec)
		dir := t.TempDir()
		mustRun(t, set, spec, dir, Hooks{})
		got, err := ReadMixed(dir)
		if err != nil {
			t.Fatal(err)
		}
		want, err := FirstMixed(t.Context(), set, spec, mixedSamples)
		if err != nil || len(want.Samples) != mixedSamples {
			t.Fatal(want, err)
		}
		for i := range want.Samples {
			s := &want.Samples[i]
			for _, values := range [][]float32{s.Mixed, s.Own, s.Partner} {
				for k, x := range values {
					values[k] = float32(math.Round(255*float64(min(max(x, 0), 1)))) / 255
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the run keeps another batch, of epoch %d and step %d, than is mixed first, of %d and %d", method, got.Epoch, got.Step, want.Epoch, want.Step)
		}
	}
	spec := quickSpec()
	spec.Method = "erm"
	dir := t.TempDir()
	mustRun(t, smallSet(t, spec), spec, dir, Hooks{})
	if _, err := ReadMixed(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("erm: %v, want fs.ErrNotExist", err)
	}
}

// TestKeepsMixedOnce: a resumed run keeps no later batch in place of the first,
// whether that was kept or, as by runs of before, was not.
func TestKeepsMixedOnce(t *testing.T) {
	spec := quickSpec()
	set := smallSet(t, spec)
	for _, step := range []int64{2, 5} { // within the first epoch, and after it
		for _, gone := range []bool{false, true} {
			dir := t.TempDir()
			if err := interruptAt(t, set, spec, dir, step); !errors.Is(err, ErrInterrupted) {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join(dir, rundir.MixedFile))
			if err != nil {
				t.Fatal(err)
			}
			if gone {
				want = nil
				if err := os.Remove(filepath.Join(dir, rundir.MixedFile)); err != nil {
					t.Fatal(err)
				}
			}
			mustRun(t, set, spec, dir, Hooks{})
			if got, _ := os.ReadFile(filepath.Join(dir, rundir.MixedFile)); !slices.Equal(got, want) {
				t.Errorf("resumed after step %d, removed %t: another batch is kept", step, gone)
			}
		}
	}
}

// TestLabelsOfMixed: the targets of a mixed sample are told for every kind of data.
func TestLabelsOfMixed(t *testing.T) {
	for _, c := range []struct {
		info  data.Info
		batch data.Batch
		want  string
	}{
		{data.Info{Classes: []string{"cat", "dog"}}, data.Batch{Labels: []int32{0, 1}}, "dog"},
		{data.Info{Task: data.Regression, Targets: []string{"y"}}, data.Batch{Targets: []float32{1, 2.3456}}, "2.35"},
		{data.Info{Task: data.Regression, Targets: []string{"y", "z"}}, data.Batch{Targets: []float32{1, 2, 3, 4}}, "3, 4"},
		{data.Info{Task: data.MultiLabel, Targets: []string{"sea", "sun"}}, data.Batch{Targets: []float32{0, 0, 1, 1}}, "sea, sun"},
		{data.Info{Task: data.MultiLabel, Targets: []string{"sea", "sun"}}, data.Batch{Targets: []float32{0, 1, 0, 0}}, "none"},
		{data.Info{Task: data.Segmentation, Classes: []string{"sky"}}, data.Batch{Labels: make([]int32, 8)}, ""},
	} {
		if got := labelOf(&c.info, &c.batch, 1); got != c.want {
			t.Errorf("%v: %q, want %q", c.info.Task, got, c.want)
		}
	}
}

// mixedContent is a small file of mixed samples.
func mixedContent(t testing.TB, change func(*tensorFile)) []byte {
	t.Helper()
	m := &MixedBatch{Shape: []int{2, 1}, Samples: make([]MixedSample, 2)}
	for i := range m.Samples {
		m.Samples[i] = MixedSample{Mixed: []float32{0, 1}, Own: []float32{0.5, 1}, Partner: []float32{0.2, 2}, OwnLabel: "a", Input: 0.5, Target: 1}
	}
	content, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	f, err := decodeTensorFile(content)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(f)
	}
	if content, err = f.encode(); err != nil {
		t.Fatal(err)
	}
	return content
}

func TestMixedRefused(t *testing.T) {
	for name, content := range map[string][]byte{
		"text":          []byte("no mixed samples"),
		"predictions":   predicted(t, twoClasses, nil),
		"no notes":      mixedContent(t, func(f *tensorFile) { delete(f.notes, samplesNote) }),
		"fewer notes":   mixedContent(t, func(f *tensorFile) { f.notes[samplesNote] = "[{}]" }),
		"none":          mixedContent(t, func(f *tensorFile) { f.notes[samplesNote] = "[]" }),
		"a step before": mixedContent(t, func(f *tensorFile) { f.notes[stepNote] = "-1" }),
		"no partners":   mixedContent(t, func(f *tensorFile) { delete(f.tensors, "partner") }),
	} {
		dir := t.TempDir()
		overwrite(t, dir, rundir.MixedFile, string(content))
		if _, err := ReadMixed(dir); !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want ErrDamaged in a line", name, err)
		}
	}
	dir := t.TempDir()
	memorytest.Sparse(t, dir, rundir.MixedFile)
	if _, err := ReadMixed(dir); err == nil {
		t.Error("a file of any size was read")
	}
}

// FuzzMixed: whatever a file holds, reading it gives samples of one shape or an error.
func FuzzMixed(f *testing.F) {
	f.Add(mixedContent(f, nil))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := decodeTensorFile(content)
		if err != nil {
			return
		}
		m, err := file.mixed()
		if err != nil {
			return
		}
		for _, s := range m.Samples {
			for _, values := range [][]float32{s.Mixed, s.Own, s.Partner} {
				if len(values) != sizeOf(m.Shape) || len(values) > len(content) {
					t.Fatalf("%d values of shape %v", len(values), m.Shape)
				}
			}
		}
	})
}
