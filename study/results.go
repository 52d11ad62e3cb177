package study

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train"
)

// Results are what a study has shown so far.
type Results struct {
	Dir  string `json:"-"` // the study's folder
	Spec Spec   `json:"spec"`
	Rows []Row  `json:"rows"` // the table: one a method, the base first

	// Compared is the measure of the table. Primary names the one that the task is
	// compared by where nothing else is said, and Measures are all that it has.
	Compared measure.Measure   `json:"compared"`
	Primary  string            `json:"primary,omitempty"`
	Measures []measure.Measure `json:"measures,omitempty"`

	Runs []RunRecord `json:"runs"` // methods by seeds, in the order of the spec

	// Of a sequential study, Look is the number of seeds that the table is about:
	// those of the last look, 0 before the first. Ended says that it is the last
	// one: every comparison is clear, or the seeds or the time are spent. Runs that
	// it then did without are left out of Runs.
	Look  int  `json:"look,omitempty"`
	Ended bool `json:"ended,omitempty"`

	Chosen []Chosen `json:"chosen,omitempty"` // what families of methods came to before the comparison

	// Remarks are sentences on what the runs do not share, beside the table.
	Remarks     []string `json:"remarks,omitempty"`
	DataChanged bool     `json:"data_changed,omitempty"` // see [Results.CompareData]

	Sizes    Sizes            `json:"sizes"`           // of the finished runs
	Taken    *data.Taken      `json:"taken,omitempty"` // of a set in folders, as the finished runs found it
	Machines []Machine        `json:"machines"`        // what the runs were computed on, each once
	Versions []train.Versions `json:"versions"`        // and with, each once
}

// Sizes are what every run of a study has in common; zero until a run has
// finished.
type Sizes struct {
	Params            int `json:"params"`
	TrainSamples      int `json:"train_samples"`
	ValidationSamples int `json:"validation_samples"`
	TestSamples       int `json:"test_samples"`
}

// Complete reports whether every run has finished.
func (r *Results) Complete() bool { return r.Count(Finished) == len(r.Runs) }

// Count returns the number of runs of that status.
func (r *Results) Count(status Status) int {
	n := 0
	for _, run := range r.Runs {
		if run.Status == status {
			n++
		}
	}
	return n
}

// Seconds returns the time all finished runs took, added up, as if they had
// run one after another.
func (r *Results) Seconds() float64 {
	sum := 0.0
	for _, run := range r.Runs {
		sum += run.Seconds
	}
	return sum
}

// FLOPs returns the floating-point operations that training took in all
// finished runs, counted from the networks' layers.
func (r *Results) FLOPs() float64 {
	sum := 0.0
	for _, run := range r.Runs {
		sum += run.FLOPs
	}
	return sum
}

// Err returns nil when all runs have finished or can still be finished, and an
// error that wraps [train.ErrDiverged] and names the runs that diverged.
func (r *Results) Err() error {
	all := make([]int, len(r.Runs))
	for i := range all {
		all[i] = i
	}
	return r.errOf(all)
}

// count is Count of the runs at those places.
func (r *Results) count(runs []int, status Status) int {
	n := 0
	for _, i := range runs {
		if r.Runs[i].Status == status {
			n++
		}
	}
	return n
}

// errOf is Err of the runs at those places.
func (r *Results) errOf(runs []int) error {
	var first RunRecord
	n := 0
	for _, i := range runs {
		if run := r.Runs[i]; run.Status == Diverged {
			if n == 0 {
				first = run
			}
			n++
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s with seed %d: %w (%s); a lower learning rate may help", first.Method, first.Seed, train.ErrDiverged, first.Note)
	}
	return fmt.Errorf("%d of %d runs, the first %s with seed %d: %w (%s); a lower learning rate may help", n, len(runs), first.Method, first.Seed, train.ErrDiverged, first.Note)
}

// remarks say what the runs do not share, of what no row of the table tells.
func (r *Results) remarks() []string {
	var first *RunRecord
	for i := range r.Runs {
		run := &r.Runs[i]
		switch {
		case run.Origin == nil:
		case first == nil:
			first = run
		case first.Origin.Data.Times != run.Origin.Data.Times && first.Origin.Data.Times != "" && run.Origin.Data.Times != "":
			return []string{fmt.Sprintf("The files of %s had other times of modification with some runs than with others, and the same names and sizes; of what they hold only samples were compared.", r.Spec.Data)}
		}
	}
	return nil
}
