package train

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// Result is what a finished run came to. Errors are percentages of the split,
// measured in inference mode; NaN where the split has no samples.
type Result struct {
	Spec Spec   `json:"spec"`
	Hash string `json:"hash"` // of the spec

	// After the last epoch.
	TestError       float64 `json:"-"`
	ValidationError float64 `json:"-"`
	TrainError      float64 `json:"-"`
	TestLoss        float64 `json:"-"`

	// BestEpoch, from 1, is the one with the smallest validation error among
	// those evaluated (then the smallest validation loss, then the first), or
	// the last if there is no validation split.
	BestEpoch             int     `json:"best_epoch"`
	TestErrorAtBest       float64 `json:"-"`
	ValidationErrorAtBest float64 `json:"-"`

	Params int     `json:"params"`
	FLOPs  float64 `json:"flops"` // of the forward pass of a sample; 2 for each multiply-add
	Steps  int64   `json:"steps"`

	TrainSamples      int `json:"train_samples"`
	ValidationSamples int `json:"validation_samples"`
	TestSamples       int `json:"test_samples"`

	Seconds  float64  `json:"seconds"` // training and evaluation, summed over resumes
	Data     string   `json:"data"`    // fingerprint
	Versions Versions `json:"versions"`
}

func (u *run) result() *Result {
	s := &u.state
	return &Result{
		Spec: u.spec, Hash: u.spec.Hash(),
		TestError: orNaN(s.Last.TestError), ValidationError: orNaN(s.Last.ValError), TrainError: orNaN(s.Last.TrainError), TestLoss: orNaN(s.Last.TestLoss),
		BestEpoch: s.Best.Epoch, TestErrorAtBest: orNaN(s.Best.TestError), ValidationErrorAtBest: orNaN(s.Best.ValidationError),
		Params: u.network.Params, FLOPs: u.network.FLOPs, Steps: s.Steps,
		TrainSamples: u.set.Train.Len(), ValidationSamples: u.set.Validation.Len(), TestSamples: u.set.Test.Len(),
		Seconds: s.Seconds, Data: u.header.Data, Versions: u.header.Versions,
	}
}

// resultJSON is a Result whose NaN are null, which JSON can hold.
type resultJSON struct {
	*resultFields
	TestError             *float64 `json:"test_error"`
	ValidationError       *float64 `json:"validation_error"`
	TrainError            *float64 `json:"train_error"`
	TestLoss              *float64 `json:"test_loss"`
	TestErrorAtBest       *float64 `json:"test_error_at_best"`
	ValidationErrorAtBest *float64 `json:"validation_error_at_best"`
}

// resultFields has no methods, so that encoding it does not recurse.
type resultFields Result

// MarshalJSON writes NaN as null.
func (r Result) MarshalJSON() ([]byte, error) {
	return json.Marshal(resultJSON{
		(*resultFields)(&r), orNil(r.TestError), orNil(r.ValidationError), orNil(r.TrainError), orNil(r.TestLoss),
		orNil(r.TestErrorAtBest), orNil(r.ValidationErrorAtBest),
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Result) UnmarshalJSON(text []byte) error {
	read := resultJSON{resultFields: (*resultFields)(r)}
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	r.TestError, r.ValidationError, r.TrainError, r.TestLoss = orNaN(read.TestError), orNaN(read.ValidationError), orNaN(read.TrainError), orNaN(read.TestLoss)
	r.TestErrorAtBest, r.ValidationErrorAtBest = orNaN(read.TestErrorAtBest), orNaN(read.ValidationErrorAtBest)
	return nil
}

func (r *Result) encode() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the result: %w", err)
	}
	return append(text, '\n'), nil
}

// ReadResult returns the result of the finished run in a folder. The error is
// fs.ErrNotExist if the run is not finished.
func ReadResult(dir string) (*Result, error) {
	path := filepath.Join(dir, resultFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a result: %w", err)
	}
	var r Result
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return &r, nil
}

func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}

func orNil(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}
