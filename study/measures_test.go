package study

import (
	"testing"

	"github.com/vicinal-ml/vicinal/measure"
)

// TestSecondaries compares two methods with the base by two measures beside the
// compared one, of which the runs of one lack a seed.
func TestSecondaries(t *testing.T) {
	of := func(name string, part measure.Part) measure.Measure {
		return measure.Measure{Name: name, Title: "%s " + name, Unit: "%", Better: measure.Lower, Part: part}
	}
	r := &Results{Spec: Spec{Methods: []string{"erm", "a", "b"}, Seeds: []uint64{1, 2, 3, 4}}}
	for m, method := range r.Spec.Methods {
		for k, seed := range r.Spec.Seeds {
			x := float64(10 + k*k)
			v := measure.Values{{Key: "val_error", Value: x}, {Key: "test_error", Value: x}, {Key: "test_ece", Value: x + float64(m)*(1+0.1*float64(k))}}
			if method != "b" || k > 0 {
				v = append(v, measure.Value{Key: "test_loss", Value: x - float64(m)*(1+0.3*float64(k%2))})
			}
			r.Runs = append(r.Runs, RunRecord{Method: method, Seed: seed, Status: Finished, Values: v})
		}
	}
	r.choose([]measure.Measure{of("error", measure.Validation), of("loss", measure.Test), of("error", measure.Test), of("ece", measure.Test)}, "error")
	if r.Compared.Key() != "test_error" {
		t.Fatalf("compared by %s", r.Compared.Key())
	}
	all, err := r.Secondaries()
	if err != nil || len(all) != 2 || all[0].Measure.Key() != "test_loss" || all[1].Measure.Key() != "test_ece" {
		t.Fatalf("%+v, %v", all, err)
	}
	if rows := all[0].Rows; rows[1].Difference.N != 4 || rows[2].Difference.N != 3 || rows[1].Verdict(false) != Lower {
		t.Errorf("the loss: %+v and %+v", rows[1].Difference, rows[2].Difference)
	}
	var p []float64
	for _, s := range all {
		for _, row := range s.Rows[1:] {
			p = append(p, row.Difference.Test.P)
		}
	}
	for i, want := range Holm(p) {
		if got := all[i/2].Rows[1+i%2].Difference.Test.Holm; got != want || got < p[i] {
			t.Errorf("comparison %d: corrected p %v of %v, want %v", i, got, p[i], want)
		}
	}
}
