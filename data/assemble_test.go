package data

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/stream"
	"pgregory.net/rapid"
)

// indices returns which samples of the source a drawn split has.
func indices(s Split) []int32 {
	switch s := s.(type) {
	case *part:
		return s.index
	case *imagePart:
		return s.index
	case *soundPart:
		return s.index
	}
	return nil
}

func fingerprint(s Split) string {
	h := fnv.New64a()
	fmt.Fprint(h, indices(s))
	return fmt.Sprintf("%d %016x", s.Len(), h.Sum64())
}

func TestSplitsNeverOverlap(t *testing.T) {
	for _, name := range []string{"digits", "iris", "csv:testdata/mixed.csv", "csv:testdata/mixed.csv?target=price"} {
		for _, opt := range []Options{{TrainPerClass: -1}, {TrainPerClass: -1, Validation: 10}, {TrainPerClass: -1, Validation: -1}} {
			set := mustOpen(t, name, opt)
			all := slices.Concat(indices(set.Train), indices(set.Validation), indices(set.Test))
			slices.Sort(all)
			for i, k := range all {
				if int(k) != i {
					t.Fatalf("%s %+v: the splits together are not 0..%d: %d stands at %d", name, opt, len(all)-1, k, i)
				}
			}
			if want := max(opt.Validation, 0); opt.Validation != 0 && set.Validation.Len() != want {
				t.Errorf("%s %+v: %d validation samples, want %d", name, opt, set.Validation.Len(), want)
			}
		}
	}
}

// The splits are the same for every seed and every choice of training subset,
// and on every machine: the values here may change only with SplitSeed.
func TestSplitIsFixed(t *testing.T) {
	for _, test := range []struct{ name, validation, test string }{
		{"digits", "300 46d14f7d046b30e4", "899 da64700785224527"},
		{"iris", "30 df28ae1e8dbb05b5", "30 789d33c02e7d949c"},
	} {
		for _, opt := range []Options{{}, {Seed: 9, TrainPerClass: 5, LabelNoise: 0.5}, {Seed: 10, TrainSize: 20}} {
			set := mustOpen(t, test.name, opt)
			if got := fingerprint(set.Validation); got != test.validation {
				t.Errorf("%s %+v: validation part %s, want %s", test.name, opt, got, test.validation)
			}
			if got := fingerprint(set.Test); got != test.test {
				t.Errorf("%s %+v: test part %s, want %s", test.name, opt, got, test.test)
			}
		}
	}
}

func TestTestPartDoesNotDependOnValidation(t *testing.T) {
	want := fingerprint(mustOpen(t, "digits", Options{}).Test)
	if got := fingerprint(mustOpen(t, "digits", Options{Validation: 50}).Test); got != want {
		t.Errorf("test part %s with 50 validation samples, %s without", got, want)
	}
}

func TestSplitsAreStratified(t *testing.T) {
	set := mustOpen(t, "digits", Options{TrainPerClass: -1})
	for name, s := range map[string]Split{"train": set.Train, "validation": set.Validation, "test": set.Test} {
		counts := make([]float64, 10)
		for _, k := range s.Labels() {
			counts[k]++
		}
		for k, n := range counts {
			// Digits 0..9 are 174 to 183 of 1,797 each.
			if share := n / float64(s.Len()); share < 0.094 || share > 0.105 {
				t.Errorf("%s: class %d is %.3f of the samples", name, k, share)
			}
		}
	}
}

func TestTrainSubsets(t *testing.T) {
	ten := mustOpen(t, "digits", Options{TrainPerClass: 10, Seed: 3})
	again := mustOpen(t, "digits", Options{TrainPerClass: 10, Seed: 3})
	other := mustOpen(t, "digits", Options{TrainPerClass: 10, Seed: 4})
	twenty := mustOpen(t, "digits", Options{TrainPerClass: 20, Seed: 3})
	if !slices.Equal(indices(ten.Train), indices(again.Train)) {
		t.Error("one seed gives two subsets")
	}
	if slices.Equal(indices(ten.Train), indices(other.Train)) {
		t.Error("two seeds give one subset")
	}
	for _, i := range indices(ten.Train) {
		if !slices.Contains(indices(twenty.Train), i) {
			t.Errorf("sample %d is among 10 a class, not among 20", i)
		}
	}
	counts := make([]int, 10)
	for _, k := range twenty.Train.Labels() {
		counts[k]++
	}
	for k, n := range counts {
		if n != 20 {
			t.Errorf("class %d has %d samples, want 20", k, n)
		}
	}
	if n := mustOpen(t, "digits", Options{}).Train.Len(); n != 100 {
		t.Errorf("digits has %d training samples by default, want 100", n)
	}
	if n := mustOpen(t, "digits", Options{TrainSize: 123}).Train.Len(); n != 123 {
		t.Errorf("TrainSize 123 gives %d samples", n)
	}
	if n := mustOpen(t, "toy:swissroll", Options{TrainSize: 17}).Train.Len(); n != 17 {
		t.Errorf("TrainSize 17 gives %d samples", n)
	}
}

func TestLabelNoise(t *testing.T) {
	const share = 0.4
	clean := mustOpen(t, "synthetic:1x1x1:4", Options{})
	set := mustOpen(t, "synthetic:1x1x1:4", Options{LabelNoise: share, Seed: 5})
	n := set.Train.Len()
	changed := 0
	counts := make([]int, 4)
	for i, k := range set.Train.Labels() {
		truth := clean.Train.Labels()[i]
		if TrueLabels(set.Train)[i] != truth {
			t.Fatalf("true label of sample %d is %d, want %d", i, TrueLabels(set.Train)[i], truth)
		}
		if Clean(set.Train, i) != (k == truth) {
			t.Fatalf("sample %d: label %d, true label %d, clean %v", i, k, truth, Clean(set.Train, i))
		}
		if k != truth {
			changed++
			counts[k]++
		}
	}
	// Three of four uniform labels differ from the true one. Six deviations
	// of a binomial: a seed is fixed, so this cannot fail by chance later.
	mean := share * 0.75 * float64(n)
	if d := math.Abs(float64(changed) - mean); d > 6*math.Sqrt(share*float64(n)*0.75*0.25) {
		t.Errorf("%d of %d labels changed, want about %.0f", changed, n, mean)
	}
	for k, c := range counts {
		if d := math.Abs(float64(c) - mean/4); d > 6*math.Sqrt(mean*0.25*0.75) {
			t.Errorf("class %d was put %d times, want about %.0f", k, c, mean/4)
		}
	}
	if !slices.Equal(set.Validation.Labels(), clean.Validation.Labels()) || !slices.Equal(set.Test.Labels(), clean.Test.Labels()) {
		t.Error("label noise changed labels outside the training part")
	}
	if !Clean(clean.Train, 0) || !slices.Equal(TrueLabels(clean.Train), clean.Train.Labels()) {
		t.Error("a set without noise is not clean")
	}
}

func TestNormalisationIsOfTheTrainingPart(t *testing.T) {
	set := mustOpen(t, "digits", Options{TrainPerClass: -1})
	var n, sum, squares float64
	x := make([]float32, set.Size())
	for i := range set.Train.Len() {
		if err := set.Train.Read(t.Context(), i, x); err != nil {
			t.Fatal(err)
		}
		for _, v := range x {
			n++
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
	}
	if mean := sum / n; math.Abs(mean) > 1e-6 {
		t.Errorf("mean of the training part is %g", mean)
	}
	if variance := squares / n; math.Abs(variance-1) > 1e-6 {
		t.Errorf("variance of the training part is %g", variance)
	}
}

func TestApportion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 50), 1, 12).Draw(t, "sizes")
		keep := rapid.IntRange(0, 2).Draw(t, "keep")
		sum, room := 0, 0
		for _, s := range sizes {
			sum += s
			room += max(s-keep, 0)
		}
		total := rapid.IntRange(0, sum+5).Draw(t, "total")
		got := 0
		for c, n := range apportion(total, sizes, keep) {
			if n < 0 || n > max(sizes[c]-keep, 0) {
				t.Fatalf("group of %d gives %d, keeping %d", sizes[c], n, keep)
			}
			if exact := float64(total*sizes[c]) / float64(max(sum, 1)); keep == 0 && total <= sum && math.Abs(float64(n)-exact) > 1 {
				t.Fatalf("group of %d of %d gives %d of %d: not in proportion", sizes[c], sum, n, total)
			}
			got += n
		}
		if got != min(total, room) {
			t.Fatalf("apportion(%d, %v, %d) gives %d in all, want %d", total, sizes, keep, got, min(total, room))
		}
	})
}

func TestPermuteKeepsGroupsApart(t *testing.T) {
	s := stream.New(1, "test")
	one, two := [][]int32{{1, 2, 3, 4}, {5, 6, 7, 8}}, [][]int32{{1, 2, 3, 4, 9, 10}, {5, 6, 7, 8}}
	permute(one, s)
	permute(two, s)
	if !slices.Equal(one[1], two[1]) {
		t.Errorf("a larger first class moved the second: %v, %v", one[1], two[1])
	}
}

func TestClassSubset(t *testing.T) {
	whole := mustOpen(t, "digits", Options{TrainPerClass: -1})
	for _, opt := range []Options{{}, {TrainPerClass: 7, LabelNoise: 0.5}, {TrainSize: 30, Validation: 9}, {TrainPerClass: -1}} {
		opt.Classes = []string{"8", "3", "5"}
		set := mustOpen(t, "digits", opt)
		if !slices.Equal(set.Classes, opt.Classes) {
			t.Errorf("classes %q", set.Classes)
		}
		base := set.Train.(*imagePart).base.Labels()
		for part, s := range map[string]Split{"train": set.Train, "validation": set.Validation, "test": set.Test} {
			if s.Len() == 0 {
				t.Errorf("%+v: %s is empty", opt, part)
			}
			for i, k := range indices(s) {
				if got, want := TrueLabels(s)[i], []int32{-1, -1, -1, 1, -1, 2, -1, -1, 0, -1}[base[k]]; got != want {
					t.Fatalf("%+v: %s: label %d of a %d", opt, part, got, base[k])
				}
				if k := s.Labels()[i]; k < 0 || k > 2 {
					t.Fatalf("%+v: %s: label %d", opt, part, k)
				}
			}
		}
		if opt.TrainPerClass == -1 && set.Train.Len()+set.Validation.Len()+set.Test.Len() != 174+183+182 {
			t.Errorf("%d samples in all, want those of the digits 8, 3 and 5",
				set.Train.Len()+set.Validation.Len()+set.Test.Len())
		}
	}
	// A class is also known by its number, unless another has that name.
	byNumber, byName := mustOpen(t, "iris", Options{Classes: []string{"2", "0"}}), mustOpen(t, "iris", Options{Classes: []string{"virginica", "setosa"}})
	if !slices.Equal(byNumber.Classes, []string{"virginica", "setosa"}) || !slices.Equal(byNumber.Train.Labels(), byName.Train.Labels()) {
		t.Errorf("classes 2 and 0 are %q", byNumber.Classes)
	}
	if _, err := Open(t.Context(), "iris", Options{Classes: []string{"2", "virginica"}}); err == nil {
		t.Error("a class by number and by name is taken for two")
	}
	for _, number := range []string{"3", "-1", "1.0"} {
		if _, err := Open(t.Context(), "iris", Options{Classes: []string{number}}); err == nil {
			t.Errorf("class %s of three is known", number)
		}
	}
	if _, err := Open(t.Context(), "iris", Options{Classes: []string{"setosa"}}); err == nil || !strings.Contains(err.Error(), "two at least are needed") {
		t.Errorf("one class: %v", err)
	}
	// Official parts are cut down as well.
	toy := mustOpen(t, "toy:blobs", Options{Classes: []string{"2", "1"}})
	all := mustOpen(t, "toy:blobs", Options{})
	for part, s := range map[string][2]Split{"train": {toy.Train, all.Train}, "validation": {toy.Validation, all.Validation}, "test": {toy.Test, all.Test}} {
		want := 0
		for _, k := range s[1].Labels() {
			if k != 0 {
				want++
			}
		}
		if s[0].Len() != want || slices.Max(s[0].Labels()) != 1 {
			t.Errorf("%s: %d samples, want %d of labels 0 and 1", part, s[0].Len(), want)
		}
	}
	if !slices.Equal(whole.Classes, numbers(10)) {
		t.Errorf("a subset changed the classes of the set: %q", whole.Classes)
	}
}
