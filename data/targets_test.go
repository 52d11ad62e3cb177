package data

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// targetParts are rows whose only value is their number i, with the targets i, -i/2 and 7.
func targetParts(task Task, n int) *parts {
	r := &rows{size: 1, norm: &norm{}}
	for i := range n {
		r.x = append(r.x, float64(i))
		if task == MultiLabel {
			r.targets = append(r.targets, float32(i%2), float32(i/2%2), 1)
		} else {
			r.targets = append(r.targets, float32(i), -float32(i)/2, 7)
		}
	}
	return &parts{
		info:  Info{Name: "t", Title: "targets", Source: "here", Licence: "none", Shape: []int{1}, Features: []string{"i"}, Task: task, Targets: []string{"up", "down", "flat"}},
		train: r, norm: r.norm, testShare: 1. / 5, validationShare: 1. / 5,
	}
}

func mustAssemble(t testing.TB, p *parts, opt Options) *Set {
	t.Helper()
	set, err := assemble(p, opt)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Targets stay with their rows, whatever is drawn of them, in their own unit.
func TestSeveralTargets(t *testing.T) {
	for _, task := range []Task{Regression, MultiLabel} {
		set := mustAssemble(t, targetParts(task, 60), Options{TrainSize: 20, Seed: 3})
		checkSet(t, set)
		if set.Train.Len() != 20 || set.Validation.Len() != 12 || set.Test.Len() != 12 {
			t.Fatalf("%s: %d, %d and %d samples", task, set.Train.Len(), set.Validation.Len(), set.Test.Len())
		}
		all := targetParts(task, 60).train.(*rows).targets
		x := make([]float32, 1)
		for _, s := range []Split{set.Train, set.Validation, set.Test} {
			for i := range s.Len() {
				if err := s.Read(t.Context(), i, x); err != nil {
					t.Fatal(err)
				}
				row := int(math.Round(float64(x[0])*float64(set.Std[0]) + float64(set.Mean[0])))
				if got, want := Targets(s)[3*i:3*i+3], all[3*row:3*row+3]; !slices.Equal(got, want) {
					t.Fatalf("%s: row %d has the targets %v, want %v", task, row, got, want)
				}
			}
		}
		for _, b := range walk(t, &Loader{Split: set.Train, Batch: 8, Shuffle: true}, 0, 0) {
			if b.Labels != nil || len(b.Targets) != 3*b.N {
				t.Fatalf("%s: %d labels, %d targets for %d samples", task, len(b.Labels), len(b.Targets), b.N)
			}
			for j, i := range b.Index {
				if !slices.Equal(b.Targets[3*j:3*j+3], Targets(set.Train)[3*i:3*i+3]) {
					t.Errorf("%s: sample %d has the targets %v", task, i, b.Targets[3*j:3*j+3])
				}
			}
		}
	}
}

// The moments are those of the whole training part, by the definition, and a set that is prepared
// as another has those of that.
func TestTargetMoments(t *testing.T) {
	set := mustAssemble(t, targetParts(Regression, 60), Options{})
	sub := mustAssemble(t, targetParts(Regression, 60), Options{TrainSize: 10})
	y := Targets(set.Train)
	for j := range set.Targets {
		n, sum, squares := float64(set.Train.Len()), 0., 0.
		for i := range set.Train.Len() {
			sum += float64(y[3*i+j])
			squares += math.Pow(float64(y[3*i+j]), 2)
		}
		mean := sum / n // of numbers whose sums are exact
		std := math.Sqrt(squares/n - mean*mean)
		if std == 0 {
			std = 1
		}
		if math.Abs(set.TargetMean[j]-mean) > 1e-12 || math.Abs(set.TargetStd[j]-std) > 1e-12 {
			t.Errorf("target %d: mean %v, deviation %v, want %v, %v", j, set.TargetMean[j], set.TargetStd[j], mean, std)
		}
	}
	if set.TargetStd[2] != 1 {
		t.Errorf("the deviation of a constant is %v", set.TargetStd[2])
	}
	if !slices.Equal(sub.TargetMean, set.TargetMean) || !slices.Equal(sub.TargetStd, set.TargetStd) {
		t.Error("a subset of the training part has other moments")
	}
	other := mustAssemble(t, targetParts(Regression, 100), Options{Preparation: throughJSON(t, set.Preparation)})
	if !slices.Equal(other.TargetMean, set.TargetMean) || !slices.Equal(other.TargetStd, set.TargetStd) || !slices.Equal(other.Preparation.TargetStd, set.TargetStd) {
		t.Errorf("prepared alike: %v, %v, want %v, %v", other.TargetMean, other.TargetStd, set.TargetMean, set.TargetStd)
	}
	if labels := mustAssemble(t, targetParts(MultiLabel, 60), Options{}); labels.TargetMean != nil || labels.TargetStd != nil {
		t.Error("0 and 1 have moments")
	}
}

// A preparation of before tasks were named says nothing of targets.
func TestPreparationWithoutTargets(t *testing.T) {
	set := mustAssemble(t, targetParts(Regression, 60), Options{})
	before := *throughJSON(t, set.Preparation)
	before.Task, before.Targets, before.TargetMean, before.TargetStd = Classification, nil, nil, nil
	if err := before.check(); err != nil {
		t.Fatal(err)
	}
	again := mustAssemble(t, targetParts(Regression, 60), Options{Preparation: &before})
	equalSets(t, again, set)
	if !slices.Equal(again.TargetMean, set.TargetMean) {
		t.Errorf("mean %v, want that of its own training part, %v", again.TargetMean, set.TargetMean)
	}
}

func TestPreparationOfOtherTargets(t *testing.T) {
	was := mustAssemble(t, targetParts(Regression, 60), Options{}).Preparation
	for _, test := range []struct {
		change func(p *Preparation)
		want   string
	}{
		{func(p *Preparation) { p.Task = MultiLabel }, "a regression set, the training data's is a multilabel set"},
		{func(p *Preparation) { p.Classes = []string{"a", "b"}; p.Task = Classification }, "the training data's is a classification set"},
		{func(p *Preparation) { p.Targets = []string{"up", "flat", "down"} }, "the targets up, down, flat, the training data's are up, flat, down"},
		{func(p *Preparation) { p.Targets = p.Targets[:1]; p.TargetMean = nil; p.TargetStd = nil }, "the training data's are up"},
	} {
		changed := *throughJSON(t, was)
		test.change(&changed)
		_, err := assemble(targetParts(Regression, 60), Options{Preparation: &changed})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want one line with %q", err, test.want)
		}
	}
	for _, change := range []func(p *Preparation){
		func(p *Preparation) { p.TargetMean = p.TargetMean[1:] },
		func(p *Preparation) { p.TargetStd[0] = 0 },
		func(p *Preparation) { p.TargetMean[0] = math.NaN() },
		func(p *Preparation) { p.TargetMean, p.TargetStd = p.TargetMean[1:], p.TargetStd[1:] },
	} {
		changed := *throughJSON(t, was)
		change(&changed)
		if err := changed.check(); err == nil {
			t.Errorf("the preparation %+v has no fault", changed)
		}
	}
}

func TestFingerprintOfTargets(t *testing.T) {
	open := func(change func(p *parts)) Fingerprint {
		p := targetParts(Regression, 60)
		change(p)
		return mustFingerprint(t, mustAssemble(t, p, Options{}))
	}
	same := open(func(*parts) {})
	if open(func(*parts) {}) != same {
		t.Error("the same set has another fingerprint")
	}
	if one := open(func(p *parts) { p.train.(*rows).targets[100] += 1 }); one.Samples == same.Samples || one.Source == same.Source {
		t.Error("another target is not seen")
	}
	if named := open(func(p *parts) { p.info.Targets[1] = "other" }); named.Samples == same.Samples {
		t.Error("another target's name is not seen")
	}
}

func TestParseTask(t *testing.T) {
	for task := range Segmentation + 1 {
		text, err := task.MarshalText()
		var got Task
		if err != nil || got.UnmarshalText(text) != nil || got != task {
			t.Errorf("%v is written %q and read as %v, %v", task, text, got, err)
		}
	}
	if _, err := ParseTask("cluster"); err == nil || !strings.Contains(err.Error(), "classification, regression, multilabel, segmentation") {
		t.Error(err)
	}
	if text := Task(9).String(); text != "Task(9)" {
		t.Error(text)
	}
}

// checkered is a Segmented whose sample i has the value i in each of its pixels, and the label
// i of pixel 0, Void of pixel 1, 0 of the rest.
type checkered struct{ n, changed int }

func (c checkered) Len() int      { return c.n }
func (checkered) Size() int       { return 6 }
func (checkered) Pixels() int     { return 6 }
func (checkered) Labels() []int32 { return nil }

func (c checkered) Read(ctx context.Context, i int, dst []float32) error {
	for k := range dst {
		dst[k] = float32(i)
	}
	return checkRead(ctx, c, i, len(dst))
}

func (c checkered) ReadPixels(ctx context.Context, i int, dst []int32) error {
	if len(dst) != c.Pixels() {
		return fmt.Errorf("%d labels", len(dst))
	}
	clear(dst)
	dst[0], dst[1] = int32(i), Void
	if i < c.changed {
		dst[2] = 1
	}
	return checkRead(ctx, c, i, c.Size())
}

func checkeredParts(n, changed int) *parts {
	return &parts{
		info:  Info{Name: "t", Title: "pixels", Source: "here", Licence: "none", Shape: []int{2, 3, 1}, Task: Segmentation, Classes: numbers(n), Mean: []float32{0}, Std: []float32{1}},
		train: checkered{n, changed}, norm: &norm{}, testShare: 1. / 5, validationShare: 1. / 5,
	}
}

func TestLabelledPixels(t *testing.T) {
	set := mustAssemble(t, checkeredParts(50, 0), Options{TrainSize: 20, Validation: 7})
	checkSet(t, set)
	if set.Train.Len() != 20 || set.Validation.Len() != 7 || set.Test.Len() != 10 {
		t.Fatalf("%d, %d and %d samples", set.Train.Len(), set.Validation.Len(), set.Test.Len())
	}
	for _, workers := range []int{0, 1, 3} {
		l := &Loader{Split: set.Train, Batch: 8, Shuffle: true, Workers: workers}
		for _, b := range walk(t, l, 0, 1) {
			if len(b.Labels) != 6*b.N {
				t.Fatalf("%d labels for %d samples", len(b.Labels), b.N)
			}
			for j := range b.N {
				if own := b.Labels[6*j : 6*j+6]; !slices.Equal(own, []int32{int32(b.X[6*j]), Void, 0, 0, 0, 0}) {
					t.Fatalf("%d workers: labels %v of a picture of %g", workers, own, b.X[6*j])
				}
			}
		}
	}
	perEpoch := func(batch int) float64 {
		l := &Loader{Split: set.Train, Batch: batch}
		return testing.AllocsPerRun(10, func() {
			for _, err := range l.Epoch(context.Background(), 0, 0) {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if one, many := perEpoch(20), perEpoch(1); many > one {
		t.Errorf("an epoch of 1 batch allocates %.0f times, one of 20 batches %.0f times", one, many)
	}
	if mustFingerprint(t, set).Samples == mustFingerprint(t, mustAssemble(t, checkeredParts(50, 50), Options{TrainSize: 20, Validation: 7})).Samples {
		t.Error("another label of a pixel is not seen")
	}
}

// What only whole samples of classes have is refused of other tasks.
func TestOptionsOfTasks(t *testing.T) {
	for _, p := range []*parts{targetParts(Regression, 60), targetParts(MultiLabel, 60), checkeredParts(60, 0)} {
		for want, opt := range map[string]Options{
			"LabelNoise: a " + p.info.Task.String() + " set has no labels to replace": {LabelNoise: 0.1},
			"the training part has 36":  {TrainPerClass: 37},
			"has no classes of samples": {Classes: []string{"0", "1"}},
			"has 36 samples":            {TrainSize: 37},
			"at most 47 can be had":     {Validation: 48},
		} {
			if _, err := assemble(p, opt); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: error %v, want one line with %q", p.info.Task, err, want)
			}
		}
		if set := mustAssemble(t, p, Options{TrainPerClass: 7}); set.Train.Len() != 7 {
			t.Errorf("%s: %d training samples, 7 asked in all", p.info.Task, set.Train.Len())
		}
	}
}
