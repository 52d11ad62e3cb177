package report

import (
	"slices"
	"testing"

	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

func TestFactsOfSamples(t *testing.T) {
	res := &study.Results{Spec: study.DefaultSpec()}
	res.Spec.Augment, res.Spec.Classes, res.Spec.LabelNoise = "crop:4,flip", []string{"cat", "ship"}, 0.2
	got := facts(res, study.Source{})
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
	for _, f := range facts(res, study.Source{}) {
		if f.Name == "Augmentation" || f.Name == "Classes" {
			t.Errorf("%v is told of a study without", f)
		}
	}
}

func TestFactsOfVersions(t *testing.T) {
	res := &study.Results{Spec: study.DefaultSpec(), Versions: []train.Versions{
		{Program: "v1", Go: "go1", GoMLX: "v2", Compute: "v3", Backend: "b"},
		{Program: "v1", Go: "go1", GoMLX: "v2", Compute: "v3", Backend: "b", JPEG: "libturbojpeg 2.1.5"},
	}}
	var got []string
	for _, f := range facts(res, study.Source{}) {
		if f.Name == "Versions" {
			got = append(got, f.Value)
		}
	}
	want := []string{
		"vicinal v1, go1, GoMLX v2, compute v3, backend b",
		"vicinal v1, go1, GoMLX v2, compute v3, backend b, JPEG files decoded by libturbojpeg 2.1.5",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
