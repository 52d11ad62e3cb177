package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

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

// broken is a split of images that cannot be read from the one given on.
type broken struct {
	data.Split
	from int
}

func (b broken) Read(ctx context.Context, i int, dst []float32) error {
	if i >= b.from {
		return fmt.Errorf("sample %d is broken", i)
	}
	return b.Split.Read(ctx, i, dst)
}

// TestNothingIsLeftBehind: the goroutines that read ahead end with a run that
// is interrupted, and with one whose samples cannot be read.
func TestNothingIsLeftBehind(t *testing.T) {
	spec := quickSpec()
	spec.Method, spec.Workers = "mixup:1,second", 3
	set := smallSet(t, spec)
	backend := backendFor(t)
	before := goleak.IgnoreCurrent()
	for step := range 6 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Run(ctx, backend, set, spec, t.TempDir(), Hooks{Step: func(i StepInfo) {
			if i.Done == int64(step+1) {
				cancel()
			}
		}})
		cancel()
		if !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		goleak.VerifyNone(t, before)
	}
	damaged := *set
	damaged.Train = broken{set.Train, set.Train.Len() - 2}
	spec.Method = "mixup:1"
	_, err := Run(t.Context(), backend, &damaged, spec, t.TempDir(), Hooks{})
	if err == nil || !strings.Contains(err.Error(), "is broken") {
		t.Errorf("samples that cannot be read: %v", err)
	}
	goleak.VerifyNone(t, before)
}
