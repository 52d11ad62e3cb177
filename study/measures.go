package study

import (
	"math"

	"github.com/vicinal-ml/vicinal/train"
)

// Measures are what a finished run came to beside its test error, after the
// last epoch; nil where it was not measured. See [train.Metric].
type Measures struct {
	ValidationError     *float64 `json:"validation_error,omitempty"`      // percent
	TrainError          *float64 `json:"train_error,omitempty"`           // percent, of training samples as they are
	TestTop5Error       *float64 `json:"test_top5_error,omitempty"`       // percent
	TestLoss            *float64 `json:"test_loss,omitempty"`             // nats
	TestECE             *float64 `json:"test_ece,omitempty"`              // percent
	TrainErrorReal      *float64 `json:"train_error_real,omitempty"`      // percent, of those with their true label
	TrainErrorCorrupted *float64 `json:"train_error_corrupted,omitempty"` // percent, of those whose label was replaced
}

// Measure names one of the [Measures].
type Measure struct {
	Name  string // its column in CSV files
	Title string // for people
	Of    func(*Measures) *float64
}

// AllMeasures lists the measures in the order of tables.
func AllMeasures() []Measure {
	return []Measure{
		{"validation_error_percent", "validation error, %", func(m *Measures) *float64 { return m.ValidationError }},
		{"train_error_percent", "training error, %", func(m *Measures) *float64 { return m.TrainError }},
		{"test_top5_error_percent", "top-5 test error, %", func(m *Measures) *float64 { return m.TestTop5Error }},
		{"test_loss", "test loss, nats", func(m *Measures) *float64 { return m.TestLoss }},
		{"test_ece_percent", "calibration error, %", func(m *Measures) *float64 { return m.TestECE }},
		{"train_error_real_percent", "training error on real labels, %", func(m *Measures) *float64 { return m.TrainErrorReal }},
		{"train_error_corrupted_percent", "training error on corrupted labels, %", func(m *Measures) *float64 { return m.TrainErrorCorrupted }},
	}
}

// Summarize returns the summary of a measure over the finished runs of a
// method that have it.
func (r *Results) Summarize(method string, measure Measure) Summary {
	var values []float64
	for i := range r.Runs {
		if run := &r.Runs[i]; run.Method == method && run.Status == Finished {
			if v := measure.Of(&run.Measures); v != nil {
				values = append(values, *v)
			}
		}
	}
	return Summarize(values)
}

func measuresOf(r *train.Result) Measures {
	return Measures{
		ValidationError: measured(r.ValidationError), TrainError: measured(r.TrainError),
		TestTop5Error: measured(r.TestTop5Error), TestLoss: measured(r.TestLoss), TestECE: measured(r.TestECE),
		TrainErrorReal: measured(r.TrainErrorReal), TrainErrorCorrupted: measured(r.TrainErrorCorrupted),
	}
}

// measured returns nil for what was not measured.
func measured(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}
