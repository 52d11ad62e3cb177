package task

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/measure"
)

// reference is what PyTorch and scikit-learn give for a task, see
// testdata/reference.py.
type reference struct {
	N, Width     int
	Height, Wide int // of pictures

	Huber     float64
	Mean, Std []float64
	Smoothing float64
	Weights   []float64

	Outputs   []float64
	Given     []float64
	Soft      []float64          // mixed rows
	Learn     learnt             // from the rows of Given
	LearnSoft learnt             `json:"learn_soft"` // from Soft
	Predicted []float64          // in evaluation
	Values    map[string]float64 // of all measures
}

// learnt is a loss and its gradient by the outputs.
type learnt struct {
	Loss     float64
	Gradient []float64
}

func references(t *testing.T, name string) []reference {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string][]reference
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if len(all[name]) == 0 {
		t.Fatalf("there is no reference of %s", name)
	}
	return all[name]
}

// check holds a task against the reference. given is what the samples are
// labelled with.
func (r *reference) check(t *testing.T, task Task, given *tensors.Tensor) {
	t.Helper()
	backend := newBackend(t)
	dims := []int{r.N, r.Width}
	if r.Height > 0 {
		dims = []int{r.N, r.Height, r.Wide, r.Width}
	}
	outputs := tensors.FromFlatDataAndDimensions(r.Outputs, dims...)

	learn := func(what string, want learnt, rows func(z, given *graph.Node) *graph.Node) {
		got, err := graph.CallOnceN(backend, func(z, given *graph.Node) []*graph.Node {
			loss := task.Loss(z, rows(z, given))
			return []*graph.Node{loss, graph.Gradient(loss, z)[0]}
		}, outputs, given)
		if err != nil {
			t.Fatal(err)
		}
		if loss := got[0].Value().(float64); !near(loss, want.Loss, 1e-6) {
			t.Errorf("loss of %s %v, want %v", what, loss, want.Loss)
		}
		gradient, err := tensors.CopyFlatData[float64](got[1])
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range gradient {
			if !near(g, want.Gradient[i], 1e-6) {
				t.Errorf("gradient of the loss of %s by output %d, %v: %v, want %v", what, i, r.Outputs[i], g, want.Gradient[i])
			}
		}
	}
	learn("targets", r.Learn, func(_, given *graph.Node) *graph.Node { return task.Rows(given, dtypes.Float64) })
	if r.Soft != nil {
		learn("mixed targets", r.LearnSoft, func(z, _ *graph.Node) *graph.Node {
			return graph.ConstTensor(z.Graph(), tensors.FromFlatDataAndDimensions(r.Soft, dims...))
		})
	}

	judged, predicted := judge(t, backend, task, narrow(outputs), given)
	for i, p := range predicted {
		if !near(float64(p), r.Predicted[i], 1e-5) {
			t.Errorf("predicted %v at %d, want %v", p, i, r.Predicted[i])
		}
	}
	values := Evaluate(task, measure.Test, judged)
	if len(values) != len(r.Values) {
		t.Errorf("measured %v, want %v", values, r.Values)
	}
	for name, want := range r.Values {
		if got := values.Of("test_" + name); !near(got, want, 1e-5) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	// A measure is of samples in any order.
	back := slices.Collect(func(yield func(int) bool) {
		for i := range judged.N {
			yield(judged.N - 1 - i)
		}
	})
	for name, want := range r.Values {
		if got := Evaluate(task, measure.Test, judged.Sample(back)).Of("test_" + name); !near(got, want, 1e-5) {
			t.Errorf("%s is %v of the samples from the last to the first, want %v", name, got, want)
		}
	}
}

// judge judges outputs in float32.
func judge(t *testing.T, backend compute.Backend, task Task, outputs, given *tensors.Tensor) (*Judged, []float32) {
	t.Helper()
	got, err := graph.CallOnceN(backend, func(z, given *graph.Node) []*graph.Node {
		return []*graph.Node{task.Judge(z, given), task.Predict(z)}
	}, outputs, given)
	if err != nil {
		t.Fatal(err)
	}
	n, width := outputs.Shape().Dimensions[0], len(task.Columns())
	if dims := got[0].Shape().Dimensions; !slices.Equal(dims, []int{n, width}) {
		t.Fatalf("judged %v, want a row of %d columns for each of %d samples", dims, width, n)
	}
	rows, err := tensors.CopyFlatData[float32](got[0])
	if err != nil {
		t.Fatal(err)
	}
	predicted, err := tensors.CopyFlatData[float32](got[1])
	if err != nil {
		t.Fatal(err)
	}
	return &Judged{N: n, Width: width, Values: rows}, predicted
}

// narrow makes float32 of float64.
func narrow(x *tensors.Tensor) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(singles(tensors.MustCopyFlatData[float64](x)), x.Shape().Dimensions...)
}

func singles(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// near compares by the larger of 1 and the size.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*max(1, math.Abs(want))
}

// names are prefix0, prefix1, ...
func names(prefix string, n int) []string {
	var all []string
	for i := range n {
		all = append(all, prefix+string(rune('0'+i)))
	}
	return all
}
