package train

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/jsonfile"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// Result is what a finished run came to.
type Result struct {
	Spec Spec   `json:"spec"`
	Hash string `json:"hash"` // of the spec

	// Task is what was learned, and Primary the name of the measure that its
	// methods are compared by.
	Task    string `json:"task"`
	Primary string `json:"primary"`

	// Measures are what was measured after the last epoch, in inference mode.
	Measures measure.Table `json:"measures"`

	// StoppedAfter is after how many epochs Spec.StopAfter ended the run; 0 where
	// it came to its end.
	StoppedAfter int `json:"stopped_after,omitempty"`

	// BestEpoch, from 1, is the one with the best primary measure on the
	// validation part among those evaluated (then the smallest validation loss,
	// then the first), or the last if there is no validation part. AtBest is what
	// was measured after it.
	BestEpoch int            `json:"best_epoch"`
	AtBest    measure.Values `json:"at_best"`

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
		Task: u.task.String(), Primary: u.task.Primary(), Measures: measure.Fill(task.Table(u.task), s.Last.Values),
		BestEpoch: s.Best.Epoch, AtBest: s.Best.Values,
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

// Key names the primary measure on a part of the data.
func (r *Result) Key(part measure.Part) string {
	return measure.Measure{Name: r.Primary, Part: part}.Key()
}

// Of is the primary measure on a part of the data.
func (r *Result) Of(part measure.Part) measure.Measure {
	for _, n := range r.Measures {
		if n.Part == part && n.Name == r.Primary {
			return n.Measure
		}
	}
	for _, n := range r.Measures {
		if n.Name == r.Primary {
			n.Measure.Part = part
			return n.Measure
		}
	}
	return measure.Measure{Name: r.Primary, Title: "%s " + r.Primary, Part: part}
}

// Test is the primary measure on the test part, NaN where that has no samples.
func (r *Result) Test() float64 { return r.Measures.Of(r.Key(measure.Test)) }

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
	path := filepath.Join(dir, rundir.ResultFile)
	text, err := wholefile.Read(path, maxResultBytes)
	if err != nil {
		return nil, fmt.Errorf("reading a result: %w", err)
	}
	var r Result
	if err := jsonfile.Decode(text, maxObjects, &r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if r.Task == "" {
		if err := r.readErrors(text); err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
	return &r, nil
}

func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
