package train

import (
	"testing"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/zoo"
)

// BenchmarkDepths times the step mixed at each depth, and reports how long its
// graph took to compile.
func BenchmarkDepths(b *testing.B) {
	const batch = 32
	network, err := zoo.New("preactresnet18:width=16", []int{32, 32, 3}, 10)
	if err != nil {
		b.Fatal(err)
	}
	store := model.NewStore()
	if err := network.Initialize(store.Scope(modelScope), 1, dtypes.Float32); err != nil {
		b.Fatal(err)
	}
	optimizer := Optimizer{Name: OptimizerSGD, Momentum: 0.9}
	if err := optimizer.initialize(store, network); err != nil {
		b.Fatal(err)
	}
	s, err := newStepper(backendFor(b), store, network, classifier(b, 10, task.Options{}), infoOf(network.Shape, 10), Spec{Optimizer: optimizer}, mix.Mixup{Alpha: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer s.close()
	samples := &data.Batch{N: batch, X: make([]float32, batch*3072), Labels: make([]int32, batch)}
	for i, v := range normals("x", len(samples.X)) {
		samples.X[i] = float32(v)
	}
	var plan mix.Plan
	if err := (mix.Mixup{Alpha: 1}).Draw(&plan, mix.At{Seed: 1, N: batch}); err != nil {
		b.Fatal(err)
	}
	for depth, name := range append([]string{"input"}, network.Blocks...) {
		plan.Depth = depth
		began := time.Now()
		if _, _, err := s.run(samples, nil, &plan, stepValues(0.001, 0), nil); err != nil {
			b.Fatal(err)
		}
		first := time.Since(began)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.run(samples, nil, &plan, stepValues(0.001, 0), nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((first - b.Elapsed()/time.Duration(b.N)).Milliseconds()), "ms-to-compile")
		})
	}
}
