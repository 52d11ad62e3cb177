package study

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train"
)

// Load returns what the study in dir has shown so far, read from its runs. A
// study that is not complete gives the results there are. It changes nothing,
// and may be called while the study runs. The error wraps [ErrNoStudy] where
// there is no study, and [ErrNotComparable] where its runs were made from
// different data, initial weights or arithmetic.
func Load(dir string) (*Results, error) {
	spec, err := ReadSpec(filepath.Join(dir, specName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s: it has no %s", ErrNoStudy, dir, specName)
	}
	if err != nil {
		return nil, err
	}
	if spec, err = spec.Resolve(); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, specName), err)
	}
	r, err := load(dir, spec)
	if err != nil {
		return nil, err
	}
	if err := r.consistent(); err != nil {
		return nil, err
	}
	r.leaveOut()
	r.compareOnSamples()
	return r, nil
}

// load reads the state of every run of spec.
func load(dir string, spec Spec) (*Results, error) {
	before, err := stored(dir)
	if err != nil {
		return nil, err
	}
	r := &Results{Dir: dir, Spec: spec}
	r.choose(nil, usualMeasure.Name)
	if before != nil {
		r.Machines = before.Machines
	}
	for _, method := range spec.Methods {
		for _, seed := range spec.Seeds {
			record, result, err := readRun(dir, spec.Run(method, seed))
			if err != nil {
				return nil, err
			}
			record.failedIn(before)
			r.Runs = append(r.Runs, record)
			r.credit(result)
		}
	}
	if err := r.chosen(); err != nil {
		return nil, err
	}
	return r, r.tabulate()
}

// readRun returns the state of one run, and its result when it has finished.
func readRun(dir string, spec train.Spec) (RunRecord, *train.Result, error) {
	record := RunRecord{
		Method: spec.Method, Seed: spec.Seed, Status: Missing,
		Dir: filepath.Join(runsName, Slug(spec.Method), fmt.Sprintf("seed-%d", spec.Seed)),
	}
	path := filepath.Join(dir, record.Dir)
	result, err := train.ReadResult(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(path); err == nil {
			record.Status = Unfinished
			if record.Origin, err = train.ReadOrigin(path); err != nil {
				return record, nil, err
			}
			return record, nil, record.howFar(path)
		}
		return record, nil, nil
	case err != nil:
		return record, nil, err
	case result.Spec.Hash() != spec.Hash():
		return record, nil, fmt.Errorf("%w: %s holds a run of another spec; remove it to train it again", ErrOtherStudy, path)
	}
	record.finish(result)
	return record, result, nil
}

// howFar tells an unfinished run from one that diverged, which its last metric
// says.
func (r *RunRecord) howFar(path string) error {
	metrics, err := train.ReadMetrics(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	if n := len(metrics); n > 0 && metrics[n-1].Diverged {
		r.diverge(metrics[n-1])
	}
	return nil
}

// failedIn notes of a run that is not at its end that it failed, where the
// results say so: its folder does not.
func (r *RunRecord) failedIn(results *Results) {
	if results == nil || r.Status != Unfinished && r.Status != Missing {
		return
	}
	for i := range results.Runs {
		if was := &results.Runs[i]; was.Status == Failed && was.Method == r.Method && was.Seed == r.Seed {
			r.Status, r.Note = Failed, was.Note
		}
	}
}

// diverge records where a run diverged.
func (r *RunRecord) diverge(last train.Metric) {
	r.Status = Diverged
	r.Note = fmt.Sprintf("in epoch %d at step %d", last.Epoch, last.Step)
}

// credit notes the sizes of a finished run and what it was computed with.
func (r *Results) credit(result *train.Result) {
	if result == nil {
		return
	}
	r.Sizes = Sizes{
		Params: result.Params, TrainSamples: result.TrainSamples,
		ValidationSamples: result.ValidationSamples, TestSamples: result.TestSamples,
	}
	r.Taken = result.Taken
	r.measured(result)
	if !slices.Contains(r.Versions, result.Versions) {
		r.Versions = append(r.Versions, result.Versions)
		slices.SortFunc(r.Versions, func(a, b train.Versions) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
}

// measured adds what a run measured to what is known.
func (r *Results) measured(result *train.Result) {
	table := r.Measures
	for _, n := range result.Measures {
		if slices.Contains(table, n.Measure) {
			continue
		}
		// After those of its part that come before it in this run.
		at := len(table)
		for i, m := range table {
			if partOrder(m.Part) > partOrder(n.Part) {
				at = i
				break
			}
		}
		table = slices.Insert(slices.Clone(table), at, n.Measure)
	}
	r.choose(table, result.Primary)
}

func partOrder(p measure.Part) int { return slices.Index(measure.Parts(), p) }

// tabulate makes the table from the runs.
func (r *Results) tabulate() (err error) {
	r.Remarks = r.remarks()
	if r.Spec.Stop.On() {
		return r.look()
	}
	r.Rows, err = r.table(r.Compared.Key())
	return err
}

// table compares the methods by what has the key, on the seeds of [Results.Seeds].
func (r *Results) table(key string) ([]Row, error) {
	if !r.Spec.Stop.On() {
		return tabulate(r.Spec.Methods, r.Seeds(), r.Runs, key, compareAll)
	}
	looks := r.Spec.Stop.Reached(r.Look)
	return tabulate(r.Spec.Methods, r.Seeds(), r.Runs, key, func(places []int, base, other []float64) (Paired, error) {
		return r.Spec.Stop.Compare(places, base, other, looks)
	})
}
