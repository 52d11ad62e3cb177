package train

import (
	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/jsonfile"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
)

// readErrors reads a result that has its measures as fields of their own, which
// were errors of classifiers.
func (r *Result) readErrors(text []byte) error {
	var fields struct {
		TestError             *float64 `json:"test_error"`
		ValidationError       *float64 `json:"validation_error"`
		TrainError            *float64 `json:"train_error"`
		TestLoss              *float64 `json:"test_loss"`
		TestTop5Error         *float64 `json:"test_top5_error"`
		TestECE               *float64 `json:"test_ece"`
		TrainErrorReal        *float64 `json:"train_error_real"`
		TrainErrorCorrupted   *float64 `json:"train_error_corrupted"`
		TestErrorAtBest       *float64 `json:"test_error_at_best"`
		ValidationErrorAtBest *float64 `json:"validation_error_at_best"`
	}
	if err := jsonfile.Decode(text, maxObjects, &fields); err != nil {
		return err
	}
	classify, err := task.New(task.Classify, &data.Info{Task: data.Classification, Classes: make([]string, 6)}, task.Options{})
	if err != nil {
		return err
	}
	var values measure.Values
	for _, v := range []struct {
		key   string
		value *float64
	}{
		{"val_error", fields.ValidationError},
		{"test_loss", fields.TestLoss}, {"test_error", fields.TestError}, {"test_top5_error", fields.TestTop5Error}, {"test_ece", fields.TestECE},
		{"train_error", fields.TrainError}, {"train_error_real", fields.TrainErrorReal}, {"train_error_corrupted", fields.TrainErrorCorrupted},
	} {
		values.Add(v.key, orNaN(v.value))
	}
	r.Task, r.Primary, r.Measures = classify.String(), classify.Primary(), measure.Fill(task.Table(classify), values)
	r.AtBest.Add("val_error", orNaN(fields.ValidationErrorAtBest))
	r.AtBest.Add("test_error", orNaN(fields.TestErrorAtBest))
	return nil
}
