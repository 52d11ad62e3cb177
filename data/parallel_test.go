package data

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/mix"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func pipeline(t testing.TB, spec string) *augment.Pipeline {
	t.Helper()
	p, err := augment.Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The batches are the same whatever the number of workers, from any step.
func TestParallelIsSerial(t *testing.T) {
	photosDir := t.TempDir()
	files := map[string][]byte{}
	for i, name := range []string{"rgb.jpg", "420.jpg", "gray.png", "lossless.webp", "alpha.png"} {
		for k := range 4 {
			files[fmt.Sprintf("%d/%d.%s", k%2, 10*i+k, name)] = picture(t, name)
		}
	}
	writeAll(t, photosDir, files)
	for _, test := range []struct {
		name, augment string
		raw           bool
	}{
		{"digits", "", false},
		{"toy:swissroll", "", false},
		{"synthetic:3x8x8:10", "crop:2,flip", false},
		{"synthetic:3x8x8:10", "jitter:0.4,erase:0.5", true},
		{"synthetic:3x8x8:10", "", true},
		{"folder:" + photosDir + "?size=12", "rrc:0.08-1:12,flip", false},
	} {
		opt := Options{Validation: -1}
		if !strings.HasPrefix(test.name, "folder") {
			opt.TrainSize = 103
		}
		set := mustOpen(t, test.name, opt)
		serial := Loader{Split: set.Train, Batch: 10, Shuffle: true, Seed: 3, Raw: test.raw,
			Norm: mix.Normalization{Mean: set.Mean, Std: set.Std}}
		if test.augment != "" {
			serial.Augment = pipeline(t, test.augment)
		}
		want := walk(t, &serial, 4, 0)
		for workers := 1; workers <= 5; workers++ {
			for _, ahead := range []int{0, 1, 7} {
				l := serial
				l.Workers, l.Ahead = workers, ahead
				from := workers % len(want)
				got := walk(t, &l, 4, from)
				if len(got) != len(want)-from {
					t.Fatalf("%s, %d workers: %d batches, want %d", test.name, workers, len(got), len(want)-from)
				}
				for i := range got {
					g, w := got[i], want[from+i]
					if g.Step != w.Step || !slices.Equal(g.Index, w.Index) || !slices.Equal(g.X, w.X) || !slices.Equal(g.Pixels, w.Pixels) ||
						!slices.Equal(g.Labels, w.Labels) || !slices.Equal(g.Targets, w.Targets) {
						t.Fatalf("%s, %d workers, %d ahead: batch %d differs", test.name, workers, ahead, i)
					}
				}
			}
		}
	}
}

func TestAugmentedBatches(t *testing.T) {
	set := mustOpen(t, "synthetic:3x8x8:10", Options{TrainSize: 20})
	moments := mix.Normalization{Mean: set.Mean, Std: set.Std}
	plain := walk(t, &Loader{Split: set.Train, Batch: 20}, 0, 0)[0]
	// A pipeline that changes nothing gives what Read gives.
	if same := walk(t, &Loader{Split: set.Train, Batch: 20, Augment: pipeline(t, ""), Norm: moments}, 0, 0)[0]; !slices.Equal(same.X, plain.X) {
		t.Error("augmentation by nothing changes the values")
	}
	l := &Loader{Split: set.Train, Batch: 20, Augment: pipeline(t, "crop:2"), Norm: moments}
	a, b := walk(t, l, 0, 0)[0], walk(t, l, 1, 0)[0]
	if slices.Equal(a.X, plain.X) || slices.Equal(a.X, b.X) {
		t.Error("augmentation does not change with the epoch")
	}
	// The same samples in batches of another size are augmented alike.
	var small []float32
	l.Batch = 3
	for _, b := range walk(t, l, 0, 0) {
		small = append(small, b.X...)
	}
	if !slices.Equal(a.X, small) {
		t.Error("augmentation depends on the size of the batch")
	}
	// Pixels are what the values were made from.
	raw := walk(t, &Loader{Split: set.Train, Batch: 20, Raw: true}, 0, 0)[0]
	x := make([]float32, len(raw.Pixels))
	normalise(x, raw.Pixels, &norm{toFloat64(set.Mean), toFloat64(set.Std)})
	if raw.X != nil || !slices.Equal(x, plain.X) {
		t.Error("raw pixels are not those of the values")
	}
}

func TestAugmentErrors(t *testing.T) {
	set := mustOpen(t, "synthetic:3x8x8:10", Options{TrainSize: 20})
	toy := mustOpen(t, "toy:moons", Options{})
	gray := mustOpen(t, "digits", Options{})
	norm := mix.Normalization{Mean: set.Mean, Std: set.Std}
	for _, test := range []struct {
		l    Loader
		want string
	}{
		{Loader{Split: toy.Train, Batch: 1, Raw: true}, "only images"},
		{Loader{Split: toy.Train, Batch: 1, Augment: pipeline(t, "flip")}, "only images"},
		{Loader{Split: set.Train, Batch: 1, Augment: pipeline(t, "flip")}, "normalising augmented images"},
		{Loader{Split: set.Train, Batch: 1, Augment: pipeline(t, "resize:9"), Norm: norm}, "9 rows, 9 columns, 3 channels"},
		{Loader{Split: set.Train, Batch: 1, Augment: pipeline(t, "random-crop:9"), Norm: norm}, "sample 0: augment: random-crop:9"},
		{Loader{Split: gray.Train, Batch: 1, Augment: pipeline(t, "flip"), Norm: norm}, "1 channels, normalisation has 3"},
		{Loader{Split: set.Train, Batch: 1, Workers: -1}, "neither may be negative"},
	} {
		for _, workers := range []int{0, 2} {
			if test.l.Workers == 0 {
				test.l.Workers = workers
			}
			var last error
			for _, err := range test.l.Epoch(context.Background(), 0, 0) {
				last = err
			}
			if last == nil || !strings.Contains(last.Error(), test.want) {
				t.Errorf("error %v, want %q", last, test.want)
			}
		}
	}
}

// slow is a split whose samples take a while, and fail from one on.
type slow struct {
	n, failFrom int
	wait        time.Duration
}

func (s slow) Len() int      { return s.n }
func (slow) Size() int       { return 1 }
func (slow) Labels() []int32 { return nil }
func (s slow) Read(ctx context.Context, i int, dst []float32) error {
	select {
	case <-time.After(s.wait):
	case <-ctx.Done():
		return ctx.Err()
	}
	if i >= s.failFrom {
		return fmt.Errorf("sample %d is broken", i)
	}
	dst[0] = float32(i)
	return nil
}

func TestParallelFirstError(t *testing.T) {
	for range 20 {
		l := &Loader{Split: slow{n: 100, failFrom: 37, wait: 10 * time.Microsecond}, Batch: 10, Workers: 4}
		steps := 0
		for b, err := range l.Epoch(t.Context(), 0, 0) {
			if err != nil {
				if b != nil || err.Error() != "sample 37 is broken" {
					t.Fatalf("error %v", err)
				}
				break
			}
			steps++
		}
		if steps != 3 {
			t.Fatalf("%d batches before the broken one, want 3", steps)
		}
	}
}

func TestParallelStops(t *testing.T) {
	// The goroutines end with the iteration, also when it is left early or
	// cancelled; goleak checks after each case and TestMain at the end.
	for _, stop := range []int{0, 1, 5} {
		l := &Loader{Split: slow{n: 1000, failFrom: 1000, wait: 100 * time.Microsecond}, Batch: 10, Workers: 3, Ahead: 4}
		n := 0
		for _, err := range l.Epoch(t.Context(), 0, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > stop {
				break
			}
		}
		goleak.VerifyNone(t)

		ctx, cancel := context.WithCancel(t.Context())
		n = 0
		var last error
		for _, err := range l.Epoch(ctx, 0, 0) {
			if last = err; err == nil {
				n++
			}
			if n > stop {
				cancel()
			}
		}
		cancel()
		if !errors.Is(last, context.Canceled) || n > stop+1+5+1 {
			t.Errorf("cancelled after %d batches: %d batches, then %v", stop+1, n, last)
		}
		goleak.VerifyNone(t)
	}
	// Stuck samples do not hold back the end.
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	l := &Loader{Split: slow{n: 10, failFrom: 10, wait: time.Hour}, Batch: 10, Workers: 3}
	for _, err := range l.Epoch(ctx, 0, 0) {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	}
	goleak.VerifyNone(t)
}

// counting counts how far reading is ahead of the batches asked for.
type counting struct {
	slow
	started chan int
}

func (c counting) Read(ctx context.Context, i int, dst []float32) error {
	c.started <- i
	return nil
}

func TestParallelIsBounded(t *testing.T) {
	const batch, ahead = 10, 3
	c := counting{slow{n: 1000}, make(chan int, 1000)}
	l := &Loader{Split: c, Batch: batch, Workers: 4, Ahead: ahead}
	for b, err := range l.Epoch(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond)
		if n := len(c.started); n > (b.Step+1+ahead)*batch {
			t.Fatalf("at batch %d %d samples are read: more than %d batches ahead", b.Step, n, ahead)
		}
		if b.Step == 20 {
			break
		}
	}
}

func BenchmarkCIFARLoader(b *testing.B) {
	set := mustOpen(b, "synthetic:3x32x32:10", Options{Validation: -1})
	stored := &images{h: 32, w: 32, channels: 3, labels: set.Train.Labels()[:10000], norm: identity(3)}
	stored.pix = make([]uint8, 10000*3072)
	for _, workers := range []int{0, 1, 2} {
		for _, raw := range []bool{false, true} {
			b.Run(fmt.Sprintf("workers=%d/raw=%v", workers, raw), func(b *testing.B) {
				l := &Loader{Split: stored, Batch: 128, Shuffle: true, Augment: pipeline(b, "crop:4,flip"), Raw: raw,
					Norm: mix.Normalization{Mean: set.Mean, Std: set.Std}, Workers: workers}
				n := 0
				for b.Loop() {
					for batch, err := range l.Epoch(b.Context(), 0, 0) {
						if err != nil {
							b.Fatal(err)
						}
						n += batch.N
					}
				}
				b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "images/s")
			})
		}
	}
}
