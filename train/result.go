package train

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
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
	TestTop5Error   float64 `json:"-"` // NaN for five classes and less
	TestECE         float64 `json:"-"` // see Metric

	// Of the training samples whose labels are the true ones and of the others;
	// NaN where label noise has replaced none. See Metric.
	TrainErrorReal      float64 `json:"-"`
	TrainErrorCorrupted float64 `json:"-"`

	// StoppedAfter is after how many epochs Spec.StopAfter ended the run; 0 where
	// it came to its end.
	StoppedAfter int `json:"stopped_after,omitempty"`

	// BestEpoch, from 1, is the one with the smallest validation error among
	// those evaluated (then the smallest validation loss, then the first), or
	// the last if there is no validation split.
	BestEpoch             int     `json:"best_epoch"`
	TestErrorAtBest       float64 `json:"-"`
	ValidationErrorAtBest float64 `json:"-"`

	Params int     `json:"params"`
	FLOPs  float64 `json:"flops"` // of the forward pass of a sample; 2 for each multiply-add
	Steps  int64   `json:"steps"`
	Seen   int64   `json:"seen,omitempty"` // training samples of all steps; 0 in results from before it was noted

	TrainSamples      int `json:"train_samples"`
	ValidationSamples int `json:"validation_samples"`
	TestSamples       int `json:"test_samples"`

	Taken  *data.Taken   `json:"taken,omitempty"`  // of a set in folders, see [data.Set]
	Broken []data.Broken `json:"broken,omitempty"` // files that were left out, see Spec.SkipBroken

	Seconds  float64          `json:"seconds"` // training and evaluation, summed over resumes
	Data     data.Fingerprint `json:"data"`
	Init     string           `json:"init_sum,omitempty"` // of the file of initial weights
	Revision int              `json:"revision,omitempty"` // of the program's arithmetic, see [Revision]
	Versions Versions         `json:"versions"`
}

func (u *run) result() *Result {
	s := &u.state
	r := &Result{
		Spec: u.spec, Hash: u.spec.Hash(),
		TestError: orNaN(s.Last.TestError), ValidationError: orNaN(s.Last.ValError), TrainError: orNaN(s.Last.TrainError), TestLoss: orNaN(s.Last.TestLoss),
		TestTop5Error: orNaN(s.Last.TestTop5Error), TestECE: orNaN(s.Last.TestECE),
		TrainErrorReal: orNaN(s.Last.TrainErrorReal), TrainErrorCorrupted: orNaN(s.Last.TrainErrorCorrupted),
		BestEpoch: s.Best.Epoch, TestErrorAtBest: orNaN(s.Best.TestError), ValidationErrorAtBest: orNaN(s.Best.ValidationError),
		Params: u.network.Params, FLOPs: u.network.FLOPs, Steps: s.Steps, Seen: s.Seen,
		TrainSamples: u.set.Train.Len(), ValidationSamples: u.set.Validation.Len(), TestSamples: u.set.Test.Len(), Taken: u.set.Taken, Broken: u.set.Broken,
		Seconds: s.Seconds, Data: u.header.Data, Init: u.header.Init, Revision: u.header.Revision, Versions: u.header.Versions,
	}
	if s.Stopped {
		r.StoppedAfter = s.Epoch
	}
	return r
}

// Epochs is how many epochs the run was trained for.
func (r *Result) Epochs() int {
	if r.StoppedAfter > 0 {
		return r.StoppedAfter
	}
	return r.Spec.Epochs
}

// resultJSON is a Result whose NaN are null, which JSON can hold.
type resultJSON struct {
	*resultFields
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

// resultFields has no methods, so that encoding it does not recurse.
type resultFields Result

// measures pairs the fields that may be NaN.
func (j *resultJSON) measures() map[*float64]**float64 {
	r := j.resultFields
	return map[*float64]**float64{
		&r.TestError: &j.TestError, &r.ValidationError: &j.ValidationError, &r.TrainError: &j.TrainError,
		&r.TestLoss: &j.TestLoss, &r.TestTop5Error: &j.TestTop5Error, &r.TestECE: &j.TestECE,
		&r.TrainErrorReal: &j.TrainErrorReal, &r.TrainErrorCorrupted: &j.TrainErrorCorrupted,
		&r.TestErrorAtBest: &j.TestErrorAtBest, &r.ValidationErrorAtBest: &j.ValidationErrorAtBest,
	}
}

// MarshalJSON writes NaN as null.
func (r Result) MarshalJSON() ([]byte, error) {
	written := resultJSON{resultFields: (*resultFields)(&r)}
	for number, pointer := range written.measures() {
		*pointer = orNil(*number)
	}
	return json.Marshal(written)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Result) UnmarshalJSON(text []byte) error {
	read := resultJSON{resultFields: (*resultFields)(r)}
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	for number, pointer := range read.measures() {
		*number = orNaN(*pointer)
	}
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
	text, err := wholefile.Read(path, maxResultBytes)
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
