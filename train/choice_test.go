package train

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// Runs whose partners follow real targets go on to the same bits.
func TestResumeSimilarTargets(t *testing.T) {
	for _, method := range []string{"mixup:2,partners=similar,bandwidth=0.3", "mixup:2,partners=similar-in-batch,bandwidth=0.3,at=hidden"} {
		spec := DefaultSpec()
		spec.Data, spec.Model, spec.Epochs, spec.Batch, spec.TrainSize, spec.Method = "toy:swissroll", "mlp:4", 2, 16, 48, method
		spec.Optimizer.LearningRate = 0.001
		set := openSet(t, spec)
		whole, dir := t.TempDir(), t.TempDir()
		mustRun(t, set, spec, whole, Hooks{})
		if err := interruptAt(t, set, spec, dir, 4); !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		mustRun(t, set, spec, dir, Hooks{})
		sameRun(t, whole, dir)
	}
}

// What a method needs and the data or the network has not is told before
// anything is trained.
func TestFitsMethods(t *testing.T) {
	for _, c := range []struct {
		change func(*Spec)
		want   string
	}{
		{func(s *Spec) { s.Method = "mixup:2,at=hidden,deepest=3" }, "cannot mix within cnn:width=4,depth=2,kernel=3: deepest=3 is more than the network's 2"},
		{func(s *Spec) { s.Method = "mixup:2,partners=similar,bandwidth=1" }, "data digits has none: it is a classification set"},
		{func(s *Spec) { s.Method = "mixup:2,partners=nearest" }, "the 200 nearest of each training sample, and each of the 100 has 99"},
		{func(s *Spec) { s.Data, s.Method = "toy:swissroll", "mixup:2,partners=same-class" }, "it is a regression set"},
		{func(s *Spec) { s.Data, s.Method = "toy:swissroll", "mixup:2,partners=nearest-same-class" }, "it is a regression set"},
		{func(s *Spec) { s.Method = "mixup:2,at=hidden,deepest=2" }, ""},
		{func(s *Spec) { s.Method = "mixup:2,partners=nearest-same-class" }, ""},
	} {
		spec := quickSpec()
		c.change(&spec)
		if spec.Data != quickSpec().Data {
			spec.Model = "mlp:4"
		}
		err := spec.FitsSet(openSet(t, spec))
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %v, want %q", spec.Method, err, c.want)
		}
	}
}

// The second batch is that of the nearest: what a run trains on.
func TestChooseByReadsTheNearest(t *testing.T) {
	spec := quickSpec()
	spec.Method = "mixup:1,partners=nearest-same-class,k=2"
	set := openSet(t, spec)
	method, err := mix.Parse(spec.Method, spec.Epochs)
	if err != nil {
		t.Fatal(err)
	}
	first, second, err := spec.Loaders(set)
	if err != nil {
		t.Fatal(err)
	}
	all, err := spec.ChooseBy(t.Context(), &second, method, set, nil)
	if err != nil {
		t.Fatal(err)
	}
	var chosen [][]int
	for b, err := range second.Epoch(t.Context(), 1, 0) {
		if err != nil {
			t.Fatal(err)
		}
		chosen = append(chosen, slices.Clone(b.Index))
	}
	for b, err := range first.Epoch(t.Context(), 1, 0) {
		if err != nil {
			t.Fatal(err)
		}
		at := spec.At(set, b)
		at.Train = all
		var plan mix.Plan
		if err := method.Draw(&plan, at); err != nil {
			t.Fatal(err)
		}
		for j, i := range b.Index {
			near := all.Neighbors.Of(i, 2)
			if got := chosen[b.Step][j]; int(plan.Chosen[j]) != got || !slices.Contains(near, int32(got)) {
				t.Fatalf("sample %d was given %d, the plan says %d, its neighbours are %v", i, got, plan.Chosen[j], near)
			}
		}
	}
}

// Neighbours that were kept are read again, and found anew where they are
// damaged or of other data.
func TestKeptNeighbors(t *testing.T) {
	spec := quickSpec()
	set := *openSet(t, spec)
	reads := 0
	set.Train = counting{set.Train, &reads}
	notes := 0
	u := &run{spec: spec, set: &set, folder: rundir.At(t.TempDir()), worthy: 1, hooks: Hooks{Note: func(string) { notes++ }}}
	find := func() *mix.Neighbors {
		t.Helper()
		near, err := u.neighbors(context.Background(), 5, false)
		if err != nil {
			t.Fatal(err)
		}
		return near
	}
	want := find()
	if notes != 1 || reads != set.Train.Len() {
		t.Fatalf("%d notes, %d reads", notes, reads)
	}
	if again := find(); notes != 1 || reads != set.Train.Len() || !slices.Equal(again.Index, want.Index) {
		t.Errorf("kept neighbours were not read: %d notes, %d reads", notes, reads)
	}
	path := filepath.Join(u.folder.Path, neighborsFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"cut short":  func(b []byte) []byte { return b[:len(b)-1] },
		"empty":      func([]byte) []byte { return nil },
		"flipped":    func(b []byte) []byte { b[sha256.Size+3] ^= 1; return b },
		"other data": func(b []byte) []byte { b[0] ^= 1; return b },
	} {
		if err := os.WriteFile(path, damage(slices.Clone(text)), 0o666); err != nil {
			t.Fatal(err)
		}
		before := notes
		if again := find(); notes != before+1 || !slices.Equal(again.Index, want.Index) {
			t.Errorf("%s: %d notes", name, notes-before)
		}
	}
	before := notes
	u.header.Data = data.Fingerprint{Samples: "others"}
	find()
	if notes != before+1 {
		t.Error("the neighbours of other data were taken")
	}
}

// counting counts what is read.
type counting struct {
	data.Split
	reads *int
}

func (c counting) Read(ctx context.Context, i int, dst []float32) error {
	*c.reads++
	return c.Split.Read(ctx, i, dst)
}
