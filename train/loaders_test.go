package train

import (
	"context"
	"slices"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
)

func TestResolveAugment(t *testing.T) {
	for _, test := range []struct{ set, augment, want string }{
		{"digits", "default", "none"},
		{"digits", "", "none"},
		{"digits", " crop:1 ,flip", "crop:1,flip"},
		{"iris", "default", "none"},
		{"cifar10", "default", "crop:4,flip"},
		{"cifar10", "", "none"},
		{"svhn", "default", "crop:4"},
		{"folder:somewhere", "default", "rrc:0.08-1,flip,jitter:0.4,lighting:0.1"},
		{"fsdd", "default", "shift:0.1,volume:6"},
		{"only the caller's", "default", "none"},
	} {
		spec := DefaultSpec()
		spec.Data, spec.Augment = test.set, test.augment
		if got, err := spec.Resolve(); err != nil || got.Augment != test.want {
			t.Errorf("%s, %q: %q, %v; want %q", test.set, test.augment, got.Augment, err, test.want)
		}
	}
}

// epochOf reads the samples of an epoch by their place in the split.
func epochOf(t *testing.T, loader data.Loader, epoch int) map[int][]float32 {
	t.Helper()
	all := make(map[int][]float32)
	for batch, err := range loader.Epoch(context.Background(), epoch, 0) {
		if err != nil {
			t.Fatal(err)
		}
		for j, i := range batch.Index {
			size := len(batch.X) / batch.N
			all[i] = slices.Clone(batch.X[j*size : (j+1)*size])
		}
	}
	return all
}

// TestBothAreAugmented: the samples of the first and of the second batch are
// augmented, by draws of their own, and anew in each epoch.
func TestBothAreAugmented(t *testing.T) {
	spec := quickSpec()
	set := openSet(t, spec)
	plain, _, err := spec.Loaders(set)
	if err != nil {
		t.Fatal(err)
	}
	spec.Augment = "crop:2:reflect,erase:1"
	first, second, err := spec.Loaders(set)
	if err != nil {
		t.Fatal(err)
	}
	var inputs []map[int][]float32
	for _, loader := range []data.Loader{plain, first, second} {
		inputs = append(inputs, epochOf(t, loader, 0))
	}
	inputs = append(inputs, epochOf(t, first, 1))
	names := []string{"stored", "first", "second", "first of the next epoch"}
	for a := range inputs {
		for b := range a {
			same := 0
			for i, x := range inputs[a] {
				if slices.Equal(x, inputs[b][i]) {
					same++
				}
			}
			if same > set.Train.Len()/20 {
				t.Errorf("%s and %s: %d of %d samples are equal", names[a], names[b], same, set.Train.Len())
			}
		}
	}
}

func TestLoadersRefuse(t *testing.T) {
	spec := quickSpec()
	spec.Data, spec.Augment = "iris", "flip"
	if _, _, err := spec.Loaders(openSet(t, spec)); err == nil {
		t.Error("a table is augmented")
	}
	spec.Data, spec.Augment = "digits", "jitter:0.4"
	if _, _, err := spec.Loaders(openSet(t, spec)); err == nil {
		t.Error("gray images get other colours")
	}
	spec.Augment = "shift:0.1"
	if _, _, err := spec.Loaders(openSet(t, spec)); err == nil {
		t.Error("images are shifted in time")
	}
}
