package data

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// walk copies an epoch's batches from step from on.
func walk(t testing.TB, l *Loader, epoch, from int) []Batch {
	t.Helper()
	var all []Batch
	for b, err := range l.Epoch(context.Background(), epoch, from) {
		if err != nil {
			t.Fatal(err)
		}
		c := *b
		c.Index, c.X, c.Pixels = slices.Clone(b.Index), slices.Clone(b.X), slices.Clone(b.Pixels)
		c.Labels, c.Targets = slices.Clone(b.Labels), slices.Clone(b.Targets)
		all = append(all, c)
	}
	return all
}

func TestEpochVisitsEachSampleOnce(t *testing.T) {
	set := mustOpen(t, "digits", Options{})
	for _, batch := range []int{1, 7, 32, 100, 1000} {
		l := &Loader{Split: set.Train, Batch: batch, Shuffle: true, Seed: 1}
		var seen []int
		batches := walk(t, l, 2, 0)
		for step, b := range batches {
			if b.Epoch != 2 || b.Step != step || b.N != len(b.Index) || len(b.X) != 64*b.N || len(b.Labels) != b.N {
				t.Fatalf("batch %d: epoch %d, step %d, N %d, %d indices, %d values, %d labels",
					step, b.Epoch, b.Step, b.N, len(b.Index), len(b.X), len(b.Labels))
			}
			x := make([]float32, 64)
			for j, i := range b.Index {
				if err := set.Train.Read(t.Context(), i, x); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(x, b.X[j*64:(j+1)*64]) || b.Labels[j] != set.Train.Labels()[i] {
					t.Fatalf("batch %d, place %d is not sample %d", step, j, i)
				}
			}
			seen = append(seen, b.Index...)
		}
		if len(batches) != l.Steps() {
			t.Errorf("batch %d: %d batches, Steps is %d", batch, len(batches), l.Steps())
		}
		slices.Sort(seen)
		for i, k := range seen {
			if i != k {
				t.Fatalf("batch %d: samples seen are not 0..99", batch)
			}
		}
	}
}

func TestEpochOrder(t *testing.T) {
	set := mustOpen(t, "digits", Options{})
	order := func(l Loader, epoch int) (order []int) {
		l.Split, l.Batch = set.Train, 32
		for _, b := range walk(t, &l, epoch, 0) {
			order = append(order, b.Index...)
		}
		return order
	}
	base := order(Loader{Shuffle: true, Seed: 1}, 0)
	if !slices.Equal(base, order(Loader{Shuffle: true, Seed: 1, Stream: "shuffle"}, 0)) {
		t.Error("the order is not a function of seed and epoch")
	}
	for what, other := range map[string][]int{
		"seed":   order(Loader{Shuffle: true, Seed: 2}, 0),
		"epoch":  order(Loader{Shuffle: true, Seed: 1}, 1),
		"stream": order(Loader{Shuffle: true, Seed: 1, Stream: "second"}, 0),
	} {
		if slices.Equal(base, other) {
			t.Errorf("another %s gives the same order", what)
		}
	}
	if plain := order(Loader{}, 3); !slices.IsSorted(plain) {
		t.Error("without Shuffle the order is not the split's")
	}
}

func TestEpochResumes(t *testing.T) {
	set := mustOpen(t, "digits", Options{LabelNoise: 0.5})
	l := &Loader{Split: set.Train, Batch: 32, Shuffle: true, Seed: 1}
	whole := walk(t, l, 1, 0)
	for from := range len(whole) + 1 {
		rest := walk(t, l, 1, from)
		if len(rest) != len(whole)-from {
			t.Fatalf("from step %d: %d batches, want %d", from, len(rest), len(whole)-from)
		}
		for i, b := range rest {
			w := whole[from+i]
			if b.Step != w.Step || !slices.Equal(b.Index, w.Index) || !slices.Equal(b.X, w.X) || !slices.Equal(b.Labels, w.Labels) {
				t.Errorf("from step %d: batch %d differs", from, i)
			}
		}
	}
}

func TestLastBatch(t *testing.T) {
	set := mustOpen(t, "digits", Options{})
	keep := walk(t, &Loader{Split: set.Train, Batch: 32}, 0, 0)
	drop := walk(t, &Loader{Split: set.Train, Batch: 32, DropLast: true}, 0, 0)
	if len(keep) != 4 || keep[3].N != 4 || len(drop) != 3 || drop[2].N != 32 {
		t.Errorf("100 samples by 32: %d batches kept, %d with DropLast", len(keep), len(drop))
	}
}

func TestLoaderRegression(t *testing.T) {
	set := mustOpen(t, "toy:swissroll", Options{TrainSize: 10})
	for _, b := range walk(t, &Loader{Split: set.Train, Batch: 4, Shuffle: true}, 0, 0) {
		if b.Labels != nil || len(b.Targets) != b.N {
			t.Fatalf("%d labels, %d targets for %d samples", len(b.Labels), len(b.Targets), b.N)
		}
		for j, i := range b.Index {
			if b.Targets[j] != Targets(set.Train)[i] {
				t.Errorf("target of sample %d is %g, want %g", i, b.Targets[j], Targets(set.Train)[i])
			}
		}
	}
}

// bare is a Split that is nothing else.
type bare struct{ fail error }

func (bare) Len() int        { return 3 }
func (bare) Labels() []int32 { return nil }
func (b bare) Read(_ context.Context, i int, dst []float32) error {
	if i == 1 && b.fail != nil {
		return b.fail
	}
	dst[0] = float32(i)
	return nil
}

func TestLoaderErrors(t *testing.T) {
	set := mustOpen(t, "digits", Options{})
	broken := errors.New("broken")
	for _, test := range []struct {
		l           Loader
		epoch, from int
		want        string
	}{
		{Loader{Split: set.Train}, 0, 0, "batch of 0"},
		{Loader{Split: set.Train, Batch: -1}, 0, 0, "batch of -1"},
		{Loader{Batch: 1}, 0, 0, "no split"},
		{Loader{Split: set.Train, Batch: 32}, 0, 5, "has 4 steps"},
		{Loader{Split: set.Train, Batch: 32}, 0, -1, "has 4 steps"},
		{Loader{Split: set.Train, Batch: 32}, -1, 0, "epoch -1"},
		{Loader{Split: bare{}, Batch: 1}, 0, 0, "set Values"},
		{Loader{Split: bare{broken}, Batch: 1, Values: 1}, 0, 0, "broken"},
	} {
		var last error
		for b, err := range test.l.Epoch(context.Background(), test.epoch, test.from) {
			if last != nil {
				t.Error("the iteration goes on after an error")
			}
			if last = err; err != nil && b != nil {
				t.Error("a batch comes with an error")
			}
		}
		if last == nil || !strings.Contains(last.Error(), test.want) {
			t.Errorf("%+v: error %v, want %q", test.l, last, test.want)
		}
	}
	if n := len(walk(t, &Loader{Split: bare{}, Batch: 2, Values: 1}, 0, 0)); n != 2 {
		t.Errorf("3 samples by 2: %d batches", n)
	}
}

func TestEpochStops(t *testing.T) {
	set := mustOpen(t, "digits", Options{})
	l := &Loader{Split: set.Train, Batch: 10}
	for b, err := range l.Epoch(context.Background(), 0, 0) {
		if err != nil || b.Step == 2 {
			break
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	steps := 0
	var last error
	for _, err := range l.Epoch(ctx, 0, 0) {
		if last = err; err == nil {
			steps++
		}
		cancel()
	}
	if steps != 1 || !errors.Is(last, context.Canceled) {
		t.Errorf("cancelled after one batch: %d batches, then %v", steps, last)
	}
}

func TestEpochDoesNotAllocatePerBatch(t *testing.T) {
	set := mustOpen(t, "digits", Options{TrainPerClass: -1})
	perEpoch := func(batch int) float64 {
		l := &Loader{Split: set.Train, Batch: batch, Shuffle: true}
		return testing.AllocsPerRun(10, func() {
			for _, err := range l.Epoch(context.Background(), 0, 0) {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if one, many := perEpoch(1000), perEpoch(2); many > one {
		t.Errorf("an epoch of 1 batch allocates %.0f times, one of 299 batches %.0f times", one, many)
	}
}

func BenchmarkLoader(b *testing.B) {
	for _, name := range []string{"digits", "synthetic:3x32x32:10"} {
		b.Run(name, func(b *testing.B) {
			set := mustOpen(b, name, Options{TrainSize: 512})
			l := &Loader{Split: set.Train, Batch: 128, Shuffle: true}
			b.SetBytes(int64(4 * set.Size() * set.Train.Len()))
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range l.Epoch(context.Background(), 0, 0) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// A loader that chooses reads the chosen samples, with their labels, whatever
// the workers, and augments them in its own way.
func TestLoaderChooses(t *testing.T) {
	set := mustOpen(t, "digits", Options{})
	next := func(epoch, step int, index []int) error {
		for j := range index {
			index[j] = (index[j] + epoch + step) % set.Train.Len()
		}
		return nil
	}
	plain := Loader{Split: set.Train, Batch: 30, Shuffle: true, Seed: 1}
	for _, workers := range []int{0, 3} {
		l := plain
		l.Choose, l.Workers = next, workers
		order := walk(t, &plain, 2, 1)
		for s, b := range walk(t, &l, 2, 1) {
			want := slices.Clone(order[s].Index)
			_ = next(2, s+1, want)
			if !slices.Equal(b.Index, want) {
				t.Fatalf("step %d reads %v, want %v", s+1, b.Index, want)
			}
			x := make([]float32, 64)
			for j, i := range b.Index {
				if err := set.Train.Read(t.Context(), i, x); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(x, b.X[j*64:][:64]) || b.Labels[j] != set.Train.Labels()[i] {
					t.Fatalf("place %d of step %d is not sample %d", j, s+1, i)
				}
			}
		}
		for want, choose := range map[string]func(int, int, []int) error{
			"no choice":               func(int, int, []int) error { return errors.New("no choice") },
			"sample 100 was chosen":   func(_, _ int, index []int) error { index[3] = 100; return nil },
			"sample -1 was chosen of": func(_, _ int, index []int) error { index[0] = -1; return nil },
		} {
			l.Choose = choose
			var failed error
			for _, err := range l.Epoch(t.Context(), 0, 0) {
				failed = err
			}
			if failed == nil || !strings.Contains(failed.Error(), want) {
				t.Errorf("%d workers: %v, want %q", workers, failed, want)
			}
		}
	}
	l := plain
	l.Choose = next
	if plain.branch() == l.branch() {
		t.Error("chosen samples are augmented as those of the order")
	}
}
