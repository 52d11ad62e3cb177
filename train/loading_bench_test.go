package train

import (
	"github.com/vicinal-ml/vicinal/task"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/zoo"
)

// BenchmarkLoading compares steps on batches that are read and augmented ahead
// of them with steps on one batch that is there: in turns, some steps of each.
// The ratio is 1 where reading hides behind the steps.
func BenchmarkLoading(b *testing.B) {
	for _, name := range []string{"cnn", "airbench:width=16"} {
		b.Run(name, func(b *testing.B) {
			backend, err := Backend("onednn")
			if err != nil {
				b.Skip(err)
			}
			defer backend.Finalize()
			spec := DefaultSpec()
			spec.Data, spec.Augment, spec.Batch, spec.Model = "synthetic:3x32x32:10", "crop:4,flip", 128, name
			set := openSet(b, spec)
			loader, _, err := spec.Loaders(set)
			if err != nil {
				b.Fatal(err)
			}
			s := stepperOf(b, backend, set, spec)
			defer s.close()
			var plan mix.Plan
			step := func(batch *data.Batch) {
				if err := (mix.Mixup{Alpha: 1}).Draw(&plan, mix.At{Seed: 1, N: batch.N}); err != nil {
					b.Fatal(err)
				}
				if _, _, err := s.run(batch, nil, &plan, stepValues(0.01, 0), nil); err != nil {
					b.Fatal(err)
				}
			}
			const turn = 4
			var held, loaded []float64 // milliseconds of single steps
			timed := func(to *[]float64, f func()) {
				began := time.Now()
				f()
				*to = append(*to, time.Since(began).Seconds()*1000)
			}
			n := 0
			for b.Loop() {
				next, stop := iter.Pull2(loader.Epoch(b.Context(), n, 0))
				read := func() *data.Batch {
					batch, err, _ := next()
					if err != nil {
						b.Fatal(err)
					}
					return batch
				}
				batch := read()
				step(batch) // compiles
				for range 3 {
					for range turn {
						timed(&held, func() { step(batch) })
					}
					for range turn {
						timed(&loaded, func() { step(read()) })
					}
				}
				stop()
				n++
			}
			// The median is of the steps that other programs disturbed little.
			slices.Sort(held)
			slices.Sort(loaded)
			middle := len(held) / 2
			b.ReportMetric(held[middle], "held-ms/step")
			b.ReportMetric(loaded[middle], "loaded-ms/step")
			b.ReportMetric(loaded[middle]/held[middle], "ratio")
		})
	}
}

// stepperOf is the training step of a run before its first step.
func stepperOf(t testing.TB, backend compute.Backend, set *data.Set, spec Spec) *stepper {
	t.Helper()
	network, err := zoo.New(spec.Model, set.Shape, len(set.Classes))
	if err != nil {
		t.Fatal(err)
	}
	store := model.NewStore()
	t.Cleanup(store.Finalize)
	if err := network.Initialize(store.Scope(modelScope), 1, dtypes.Float32); err != nil {
		t.Fatal(err)
	}
	if spec.Optimizer, err = spec.Optimizer.resolve(spec.Epochs); err != nil {
		t.Fatal(err)
	}
	if err := spec.Optimizer.initialize(store, network); err != nil {
		t.Fatal(err)
	}
	s, err := newStepper(backend, store, network, classifier(t, network.Classes, task.Options{}), &set.Info, spec, mix.ERM{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
