package train

import (
	"iter"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/vicinal-ml/vicinal/mix"
)

// BenchmarkMLPStep takes training steps of two layers of 128 with batches of
// 16, whose arithmetic takes some microseconds: what is measured is what a step
// costs besides. The least and the median of single steps are those that other
// programs disturbed not at all and little. VICINAL_BACKEND names the backend.
func BenchmarkMLPStep(b *testing.B) {
	config := os.Getenv("VICINAL_BACKEND")
	if config == "" {
		config = "onednn"
	}
	backend, err := Backend(config)
	if err != nil {
		b.Skip(err)
	}
	defer backend.Finalize()
	spec := DefaultSpec()
	spec.Data, spec.Batch, spec.Model = "synthetic:1x32x1:2", 16, "mlp:128,128"
	spec.Optimizer = Optimizer{Name: OptimizerSGD, LearningRate: 0.05, Momentum: 0.9, WeightDecay: 1e-4}
	set := openSet(b, spec)
	loader, _, err := spec.Loaders(set)
	if err != nil {
		b.Fatal(err)
	}
	s := stepperOf(b, backend, set, spec)
	defer s.close()
	next, stop := iter.Pull2(loader.Epoch(b.Context(), 0, 0))
	defer stop()
	batch, err, _ := next()
	if err != nil {
		b.Fatal(err)
	}
	var plan mix.Plan
	if err := (mix.Mixup{Alpha: 1}).Draw(&plan, mix.At{Seed: 1, N: batch.N}); err != nil {
		b.Fatal(err)
	}
	values := stepValues(0.01, 0)
	var times []float64 // microseconds
	b.ReportAllocs()
	for b.Loop() {
		began := time.Now()
		if _, _, err := s.run(batch, nil, &plan, values, nil); err != nil {
			b.Fatal(err)
		}
		times = append(times, float64(time.Since(began).Nanoseconds())/1000)
	}
	slices.Sort(times)
	b.ReportMetric(times[0], "min-µs")
	b.ReportMetric(times[len(times)/2], "median-µs")
}
