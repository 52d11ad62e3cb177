package report

import (
	"path/filepath"
	"testing"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

func newBackend() (compute.Backend, error) { return train.Backend("") }

// tinyStudy runs a study that takes a fraction of a second.
func tinyStudy(t *testing.T) *study.Results {
	t.Helper()
	spec := study.DefaultSpec()
	spec.Model = "mlp:16"
	spec.Epochs, spec.Batch, spec.TrainSize, spec.EvalEvery = 6, 8, 2, 1
	spec.Methods = []string{"erm", "samplepairing:warmup=1,on=2,off=1,last=1", "mixup:0.2", "mixup:0.2,per=sample"}
	spec.Seeds = []uint64{1, 2, 3}
	results, err := study.Run(t.Context(), spec, filepath.Join(t.TempDir(), "study"), newBackend, study.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// tinyToy is a toy whose probability rises from left to right, for mixup more
// slowly.
func tinyToy() Toy {
	toy := Toy{X: [2]float64{-1, 2}, Y: [2]float64{-1, 1}, Note: "Two points, seed 1.", Points: []ToyPoint{{-0.5, 0, 0}, {1.5, 0.5, 1}}}
	for _, panel := range []struct {
		method string
		spread float64
	}{{"erm", 0.2}, {"mixup:1", 1}} {
		p := ToyPanel{Method: panel.method, Rows: 11, Columns: 16}
		for range p.Rows {
			for c := range p.Columns {
				x := toy.X[0] + float64(c)/float64(p.Columns-1)*(toy.X[1]-toy.X[0])
				p.Probability = append(p.Probability, float32(min(1, max(0, 0.5+(x-0.5)/(2*panel.spread)))))
			}
		}
		toy.Panels = append(toy.Panels, p)
	}
	return toy
}
