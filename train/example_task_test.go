package train_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/zoo"
)

// poisson learns counts y: the network computes the logarithm z of their mean,
// by the loss exp(z) - z y.
type poisson struct{}

func (poisson) String() string             { return "poisson" }
func (poisson) Outputs() (zoo.Output, int) { return zoo.ClassLogits, 1 }
func (poisson) Primary() string            { return "mae" }

func (poisson) Rows(given *graph.Node, dtype dtypes.DType) *graph.Node {
	return graph.ConvertDType(given, dtype)
}

func (poisson) losses(z, y *graph.Node) *graph.Node {
	return graph.Sub(graph.Exp(z), graph.Mul(z, y))
}

func (p poisson) Loss(z, y *graph.Node) *graph.Node   { return graph.ReduceAllMean(p.losses(z, y)) }
func (poisson) Accuracy(_, _ *graph.Node) *graph.Node { return nil }
func (poisson) Predict(z *graph.Node) *graph.Node     { return graph.Exp(z) }
func (poisson) Columns() []string                     { return []string{"loss", "predicted", "count"} }

func (p poisson) Judge(z, given *graph.Node) *graph.Node {
	y := graph.ConvertDType(given, z.DType())
	return graph.Concatenate([]*graph.Node{p.losses(z, y), graph.Exp(z), y}, 1)
}

func (poisson) Measures() []task.Measure {
	mean := func(of func(row []float32) float32) func(*task.Judged) float64 {
		return func(j *task.Judged) float64 {
			sum := 0.0
			for i := range j.N {
				sum += float64(of(j.Row(i)))
			}
			return sum / float64(j.N)
		}
	}
	return []task.Measure{
		{Name: "loss", Title: "%s loss", Unit: "nats", Better: measure.Lower, Of: mean(func(row []float32) float32 { return row[0] })},
		{Name: "mae", Title: "%s MAE", Unit: "events", Better: measure.Lower, Of: mean(func(row []float32) float32 {
			return max(row[1]-row[2], row[2]-row[1])
		})},
	}
}

// counted are samples in memory, of two numbers x and a count whose mean is
// exp(x0 + x1).
type counted struct{ x, counts []float32 }

func (c counted) Len() int           { return len(c.counts) }
func (c counted) Labels() []int32    { return nil } // of classes
func (c counted) Targets() []float32 { return c.counts }

func (c counted) Read(_ context.Context, i int, dst []float32) error {
	copy(dst, c.x[2*i:])
	return nil
}

func count(n int, seed uint64) (c counted) {
	random := rand.New(rand.NewPCG(seed, 0))
	for range n {
		a, b := 2*random.Float64()-1, 2*random.Float64()-1
		events := float32(0)
		for left := math.Exp(a+b) - random.ExpFloat64(); left > 0; left -= random.ExpFloat64() {
			events++
		}
		c.x, c.counts = append(c.x, float32(a), float32(b)), append(c.counts, events)
	}
	return c
}

// A task of a program's own, on data of its own: its loss is trained, its
// measures come to the files, and the run is opened again with LoadAs.
func ExampleRunner_task() {
	backend, err := train.Backend("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer backend.Finalize()
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	set := &data.Set{
		Info:  data.Info{Name: "counts", Task: data.Regression, Shape: []int{2}, Targets: []string{"events"}},
		Train: count(300, 1), Validation: count(50, 2), Test: count(200, 3),
	}
	spec := train.DefaultSpec()
	spec.Data, spec.Model, spec.Method, spec.Epochs = "counts", "mlp:16", "mixup:0.2", 20
	runner := train.Runner{Backend: backend, Set: set, Spec: spec, Dir: dir, Task: poisson{}}
	result, err := runner.Run(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("task", result.Spec.Task, "by", result.Primary)
	for _, n := range result.Measures {
		if n.Part == measure.Test {
			fmt.Println(n.Heading())
		}
	}

	saved, err := train.LoadAs(dir, train.Last, nil, poisson{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := saved.Open(backend)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	means, err := m.Predict([]float32{1, 1, -1, -1}, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("more events where both numbers are large:", means[0] > 4*means[1])
	// Output:
	// task poisson by mae
	// test loss, nats
	// test MAE, events
	// more events where both numbers are large: true
}
