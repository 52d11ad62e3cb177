package train

import (
	"fmt"
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

func TestRate(t *testing.T) {
	const perEpoch, epochs = 4, 10
	step := Optimizer{LearningRate: 2, Schedule: ScheduleStep, Drops: []int{3, 7}, DropFactor: 0.1, WarmupEpochs: 1}
	cosine := Optimizer{LearningRate: 2, Schedule: ScheduleCosine, WarmupEpochs: 2}
	tests := []struct {
		optimizer Optimizer
		step      int64
		want      float64
	}{
		{Optimizer{LearningRate: 2, Schedule: ScheduleConstant}, 39, 2},
		{step, 0, 0.5}, {step, 2, 1.5}, {step, 3, 2}, {step, 4, 2}, {step, 11, 2},
		{step, 12, 0.2}, {step, 27, 0.2}, {step, 28, 0.02}, {step, 39, 0.02},
		{cosine, 0, 0.25}, {cosine, 7, 2}, {cosine, 8, 2},
		{cosine, 24, 1}, // half of the 32 steps after the warm-up
		{cosine, 16, 1 + math.Sqrt2/2}, {cosine, 32, 1 - math.Sqrt2/2},
		{Optimizer{LearningRate: 2, Schedule: ScheduleCosine}, 0, 2},
		{Optimizer{LearningRate: 2, Schedule: ScheduleCosine}, 20, 1},
	}
	for _, test := range tests {
		if got := test.optimizer.Rate(test.step, perEpoch, epochs); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%+v, step %d: %v, want %v", test.optimizer, test.step, got, test.want)
		}
	}
	// The last step of a cosine still learns.
	if last := cosine.Rate(39, perEpoch, epochs); !(last > 0 && last < 0.02) {
		t.Errorf("last step of the cosine: %v", last)
	}
}

// TestUpdates compares six steps on a quadratic with the definitions, in
// float64: PyTorch's torch.optim.SGD, Adam and AdamW.
func TestUpdates(t *testing.T) {
	const steps = 6
	curvature, start := []float64{1, 3, 0.25}, []float64{1, -2, 0.5}
	tests := []struct {
		optimizer Optimizer
		step      func(s *reference, w, g, rate float64, t int) float64
	}{
		{Optimizer{Name: OptimizerSGD}, func(_ *reference, w, g, rate float64, _ int) float64 { return w - rate*g }},
		{Optimizer{Name: OptimizerSGD, WeightDecay: 0.1}, func(_ *reference, w, g, rate float64, _ int) float64 {
			return w - rate*(g+0.1*w)
		}},
		{Optimizer{Name: OptimizerSGD, Momentum: 0.9, WeightDecay: 0.1}, func(s *reference, w, g, rate float64, _ int) float64 {
			s.a = 0.9*s.a + g + 0.1*w
			return w - rate*s.a
		}},
		{Optimizer{Name: OptimizerSGD, Momentum: 0.9, Nesterov: true}, func(s *reference, w, g, rate float64, _ int) float64 {
			s.a = 0.9*s.a + g
			return w - rate*(g+0.9*s.a)
		}},
		{Optimizer{Name: OptimizerAdam, WeightDecay: 0.1}, func(s *reference, w, g, rate float64, t int) float64 {
			return w - rate*s.adam(g+0.1*w, t)
		}},
		{Optimizer{Name: OptimizerAdamW, WeightDecay: 0.1}, func(s *reference, w, g, rate float64, t int) float64 {
			return w*(1-rate*0.1) - rate*s.adam(g, t)
		}},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%+v", test.optimizer), func(t *testing.T) {
			store := model.NewStore()
			if _, err := store.CreateVariable("/model/w", tensors.FromFlatDataAndDimensions([]float64{1, -2, 0.5}, 3)); err != nil {
				t.Fatal(err)
			}
			if err := test.optimizer.initialize(store); err != nil {
				t.Fatal(err)
			}
			exec, err := model.NewExec(goBackendFor(t), store, func(scope *model.Scope, values *graph.Node) *graph.Node {
				scope.SetTraining(values.Graph(), true)
				w := store.GetVariable("/model/w")
				c := graph.Const(values.Graph(), curvature)
				loss := graph.ReduceAllSum(graph.MulScalar(graph.Mul(c, graph.Square(w.NodeValue(values))), 0.5))
				test.optimizer.update(store, w, graph.Gradient(loss, w.NodeValue(values))[0], values)
				return loss
			})
			if err != nil {
				t.Fatal(err)
			}
			defer exec.Finalize()
			want := append([]float64(nil), start...)
			states := make([]reference, len(want))
			for k := range steps {
				rate := 0.1 / float64(k+1)
				if _, err := exec.Call(tensors.FromFlatDataAndDimensions(stepValues(rate, int64(k)), stepInputs)); err != nil {
					t.Fatal(err)
				}
				for i := range want {
					want[i] = test.step(&states[i], want[i], curvature[i]*want[i], rate, k+1)
				}
			}
			got, err := tensors.CopyFlatData[float64](store.GetVariable("/model/w").MustValue())
			if err != nil {
				t.Fatal(err)
			}
			for i := range want {
				// The rate and the corrections are fed in float32.
				if math.Abs(got[i]-want[i]) > 3e-7*math.Abs(start[i]) {
					t.Errorf("weight %d after %d steps: %v, want %v", i, steps, got[i], want[i])
				}
			}
		})
	}
}

// reference is an optimiser's state of one weight.
type reference struct{ a, b float64 }

// adam returns the step of Kingma and Ba, algorithm 1, but for the rate.
func (s *reference) adam(g float64, t int) float64 {
	s.a = 0.9*s.a + 0.1*g
	s.b = 0.999*s.b + 0.001*g*g
	mean, square := s.a/(1-math.Pow(0.9, float64(t))), s.b/(1-math.Pow(0.999, float64(t)))
	return mean / (math.Sqrt(square) + 1e-8)
}
