package report

import (
	"slices"
	"testing"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/study"
)

func TestFactsOfSamples(t *testing.T) {
	res := &study.Results{Spec: study.DefaultSpec()}
	res.Spec.Augment, res.Spec.Classes, res.Spec.LabelNoise = "crop:4,flip", []string{"cat", "ship"}, 0.2
	got := facts(res, &data.Info{})
	for _, want := range []fact{
		{"Augmentation", "crop:4,flip"},
		{"Classes", "only cat, ship"},
		{"Label noise", "20 % of the training labels are random"},
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%v is not among %v", want, got)
		}
	}
	res.Spec.Augment, res.Spec.Classes = "none", nil
	for _, f := range facts(res, &data.Info{}) {
		if f.Name == "Augmentation" || f.Name == "Classes" {
			t.Errorf("%v is told of a study without", f)
		}
	}
}
