package train

import (
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
)

// TestFitsSet refuses what cannot be done with 100 training samples before a
// step is taken.
func TestFitsSet(t *testing.T) {
	set := smallSet(t, quickSpec())
	if n := set.Train.Len(); n != 100 {
		t.Fatalf("%d training samples", n)
	}
	for _, test := range []struct {
		method string
		batch  int
		drop   bool
		want   string // "" is no error
	}{
		{"samplepairing:always,partners=derangement", 99, false, "cannot mix the last batch of an epoch, which has 1 of the 100 training samples: a batch of one sample has no partner other than itself"},
		{"samplepairing:always,partners=derangement", 99, true, ""},
		{"samplepairing:always,partners=derangement,second", 99, false, "a second batch of one sample has it in the same position"},
		{"samplepairing:always,partners=derangement", 98, false, ""},
		{"samplepairing:always", 99, false, ""},
		{"erm", 99, false, ""},
		{"mixup:1,partners=derangement,p=0.5", 1, false, "cannot mix batches of 1 samples"},
		{"mixup:1,partners=derangement,p=0.5", 1, true, "cannot mix batches of 1 samples"},
		{"mixup:1", 101, true, "drop_last leaves no batch: 100 training samples are fewer than the 101 of a batch"},
		{"mixup:1", 100, true, ""},
	} {
		spec := quickSpec()
		spec.Method, spec.Batch, spec.DropLast = test.method, test.batch, test.drop
		err := spec.FitsSet(set)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s in batches of %d, the last dropped %t: %v, want %q", test.method, test.batch, test.drop, err, test.want)
		}
		if test.want == "" {
			continue
		}
		dir := t.TempDir()
		_, err = Run(t.Context(), backendFor(t), set, spec, dir, Hooks{Step: func(StepInfo) { t.Error("a step was taken") }})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("the run says %v", err)
		}
	}
}

// TestDropLast takes only whole batches.
func TestDropLast(t *testing.T) {
	spec := quickSpec()
	spec.Model, spec.Batch, spec.DropLast = "mlp:8", 40, true
	set := smallSet(t, spec)
	result := mustRun(t, set, spec, t.TempDir(), Hooks{Step: func(i StepInfo) {
		if i.Samples != 40 || i.Steps != 2 {
			t.Errorf("a step of %d samples in an epoch of %d", i.Samples, i.Steps)
		}
	}})
	if result.Steps != 4*2 || result.Seen != 4*2*40 || spec.Steps(100) != 2 {
		t.Errorf("%d steps and %d samples in 4 epochs", result.Steps, result.Seen)
	}
}

// TestFitsSetNeedsPicturesForRegions refuses to cut boxes out of the rows of a
// table before a step is taken.
func TestFitsSetNeedsPicturesForRegions(t *testing.T) {
	set, err := data.Open(t.Context(), "iris", data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	spec := quickSpec()
	for method, want := range map[string]string{"cutmix:1": "boxes out of pictures", "oneof:erm/cutmix:1": "boxes out of pictures", "cutmix:0": "", "mixup:1": ""} {
		spec.Method = method
		err := spec.FitsSet(set)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", method, err, want)
		}
	}
}
