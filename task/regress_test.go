package task

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
)

func TestRegressIsPyTorchs(t *testing.T) {
	for _, r := range references(t, Regress) {
		r.check(t, &regress{names("t", r.Width), r.Mean, r.Std, r.Huber}, tensors.FromFlatDataAndDimensions(singles(r.Given), r.N, r.Width))
	}
}

// A target that is the same everywhere has nothing to be explained: whatever
// its digits, R² is not measured.
func TestRegressConstantTarget(t *testing.T) {
	for _, c := range []float32{0, 1, 0.1, 1e-20, 3e7, -0.3} {
		for n := 1; n <= 50; n++ {
			r := &regress{targets: []string{"y"}, mean: []float64{0}, std: []float64{1}}
			j := &Judged{N: n, Width: 3}
			for i := range n {
				j.Values = append(j.Values, 0, c+float32(i), c)
			}
			if r2 := r.determination(j); !math.IsNaN(r2) {
				t.Fatalf("R² of %d targets of %v is %v", n, c, r2)
			}
			if values := Evaluate(r, measure.Test, j); len(values) != 3 {
				t.Fatalf("%v", values)
			}
		}
	}
}

func TestRegressSpec(t *testing.T) {
	info := &data.Info{Name: "table", Task: data.Regression, Targets: []string{"y", "z"}, TargetMean: []float64{1, 2}, TargetStd: []float64{3, 4}}
	for spec, want := range map[string]string{"": "regress", "regress": "regress", "regress:huber=0.50": "regress:huber=0.5"} {
		task, err := New(spec, info, Options{})
		if err != nil || task.String() != want {
			t.Errorf("%q is %v, %v; want %s", spec, task, err, want)
			continue
		}
		if again, err := New(task.String(), info, Options{}); err != nil || again.String() != want {
			t.Errorf("%q again is %v, %v", task, again, err)
		}
	}
	for _, std := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		bad := *info
		bad.TargetStd = []float64{3, std}
		if task, err := New("", &bad, Options{}); err == nil {
			t.Errorf("with a deviation of %v: %v", std, task)
		}
	}
}
