package data

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// chosenOf returns the samples of the source that a split has.
func chosenOf(s Split) []int32 { return slices.Clone(picked(s).index) }

// Labels that are kept and taken are of all training samples; more labels are those of fewer and others, drawn by a
// stream that moves nothing else.
func TestUnlabelled(t *testing.T) {
	whole := mustOpen(t, "digits", Options{TrainPerClass: -1, Seed: 5})
	if whole.Unlabelled.Len() != 0 {
		t.Errorf("%d samples without labels, none asked", whole.Unlabelled.Len())
	}
	for _, perClass := range []bool{true, false} {
		var fewer []int32
		for n := 1; n <= 12; n++ {
			opt := Options{TrainPerClass: -1, Seed: 5, Labelled: 7 * n}
			if perClass {
				opt.Labelled, opt.LabelledPerClass = 0, n
			}
			set := mustOpen(t, "digits", opt)
			checkSet(t, set)
			with, without := chosenOf(set.Train), chosenOf(set.Unlabelled)
			for _, k := range fewer {
				if !slices.Contains(with, k) {
					t.Fatalf("%+v: sample %d has no label, and has one where there are fewer", opt, k)
				}
			}
			fewer = with
			all := slices.Concat(with, without)
			slices.Sort(all)
			if !slices.Equal(all, chosenOf(whole.Train)) || !slices.IsSorted(with) || !slices.IsSorted(without) {
				t.Fatalf("%+v: %d and %d samples are not the training samples", opt, len(with), len(without))
			}
			counts, of := LabelCounts(set.Train, 10), LabelCounts(whole.Train, 10)
			for c, got := range counts {
				want := float64(opt.Labelled) * float64(of[c]) / float64(whole.Train.Len())
				if perClass && got != n || !perClass && (float64(got) < want-1 || float64(got) > want+1) {
					t.Errorf("%+v: %d labels of class %d, of which there are %d", opt, got, c, of[c])
				}
			}
			if set.Unlabelled.Labels() != nil || Targets(set.Unlabelled) != nil || TrueLabels(set.Unlabelled) != nil {
				t.Errorf("%+v: labels that were taken can be read", opt)
			}
			if !slices.Equal(chosenOf(set.Test), chosenOf(whole.Test)) || !slices.Equal(set.Mean, whole.Mean) || !set.Seeded() {
				t.Errorf("%+v: something else moved", opt)
			}
		}
	}
	a, b := mustOpen(t, "digits", Options{TrainPerClass: 20, Labelled: 50, Seed: 1}), mustOpen(t, "digits", Options{TrainPerClass: 20, Labelled: 50, Seed: 2})
	if slices.Equal(chosenOf(a.Train), chosenOf(b.Train)) {
		t.Error("another seed keeps the same labels")
	}
	same := mustOpen(t, "digits", Options{TrainPerClass: 20, Labelled: 50, Seed: 1, LabelNoise: 0.5})
	if !slices.Equal(chosenOf(a.Train), chosenOf(same.Train)) {
		t.Error("label noise moves the labels that are kept")
	}
	if mustFingerprint(t, a).Samples == mustFingerprint(t, mustOpen(t, "digits", Options{TrainPerClass: 20, Labelled: 51, Seed: 1})).Samples {
		t.Error("another label is not seen in the fingerprint")
	}
	some := mustOpen(t, "digits", Options{TrainPerClass: -1, LabelledPerClass: 3, Classes: []string{"7", "1"}})
	if !slices.Equal(LabelCounts(some.Train, 2), []int{3, 3}) {
		t.Errorf("of two classes: %v", some.Train.Labels())
	}
}

// Of every task and kind of sample, what lost its labels has values, whole batches and augmentation, and nothing else.
func TestUnlabelledOfTasks(t *testing.T) {
	dir := t.TempDir()
	writeAll(t, dir, sceneFilesOf(t, ".", 20))
	sets := map[string]*Set{
		"scenes":     mustOpen(t, "folder:"+dir, Options{Labelled: 4}),
		"regression": mustAssemble(t, targetParts(Regression, 60), Options{Labelled: 4}),
		"multilabel": mustAssemble(t, targetParts(MultiLabel, 60), Options{Labelled: 4}),
		"pixels":     mustAssemble(t, checkeredParts(50, 0), Options{Labelled: 4}),
		"photos":     mustOpen(t, "folder:"+dir+"?task=classification&size=4", Options{Labelled: 4}),
	}
	for name, set := range sets {
		if set.Train.Len() != 4 || set.Unlabelled.Len() < 10 {
			t.Errorf("%s: %d samples with labels, %d without", name, set.Train.Len(), set.Unlabelled.Len())
		}
		if _, ok := set.Unlabelled.(Segmented); ok {
			t.Errorf("%s: labels of pixels that were taken can be read", name)
		}
		l := Loader{Split: set.Unlabelled, Batch: 3, Shuffle: true, Workers: 2}
		if name == "scenes" || name == "photos" {
			if err := l.AugmentBy(&set.Info, "flip"); err != nil {
				t.Fatal(err)
			}
		}
		seen := 0
		for _, b := range walk(t, &l, 0, 0) {
			if seen += b.N; b.Labels != nil || b.Targets != nil || len(b.X) != b.N*set.Size() {
				t.Errorf("%s: %d values, %d labels, %d targets", name, len(b.X), len(b.Labels), len(b.Targets))
			}
		}
		if seen != set.Unlabelled.Len() {
			t.Errorf("%s: %d samples of %d", name, seen, set.Unlabelled.Len())
		}
	}
	// Targets that were taken are in no mean.
	set := sets["regression"]
	sum := float32(0)
	for i := range 4 {
		sum += Targets(set.Train)[3*i]
	}
	if set.TargetMean[0] != float64(sum)/4 || set.Preparation.TargetMean[0] != set.TargetMean[0] {
		t.Errorf("mean %g, want that of the four targets, %g", set.TargetMean[0], sum/4)
	}
}

func TestUnlabelledErrors(t *testing.T) {
	for _, test := range []struct {
		name string
		opt  Options
		want string
	}{
		{"digits", Options{Labelled: -1}, "option Labelled: -1 is negative"},
		{"digits", Options{LabelledPerClass: -1}, "option LabelledPerClass: -1 is negative"},
		{"digits", Options{Labelled: 1, LabelledPerClass: 1}, "exclude each other"},
		{"digits", Options{Labelled: 101}, "101 asked, there are 100 training samples"},
		{"digits", Options{LabelledPerClass: 11}, "11 asked, a class has 10 training samples"},
		{"toy:swissroll", Options{LabelledPerClass: 1}, "use Labelled"},
	} {
		_, err := Open(context.Background(), test.name, test.opt)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with %q", fmt.Sprint(test.opt), err, test.want)
		}
	}
}
