package study

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train"
)

// Plan is what [Runner.Run] does in a folder.
type Plan struct {
	// Results are those of the whole study as it is before: the methods and
	// seeds that the folder has and those that the call names.
	Results *Results

	Named []int // of Results.Runs, those of the methods and seeds that the call names, in the order of training
	Open  []int // of Named, those that are not at their end

	// Remarks say in one line each what else decided the runs that are there
	// than decides those to come.
	Remarks []string
}

// Beside is the number of runs in the folder that the call does not name.
func (p *Plan) Beside() int {
	n := 0
	for i := range p.Results.Runs {
		if p.Results.Runs[i].Status != Missing && !slices.Contains(p.Named, i) {
			n++
		}
	}
	return n
}

// Plan returns what Run would do, and fails where it would before it trains
// anything. It changes nothing.
func (r Runner) Plan(ctx context.Context) (*Plan, error) {
	spec, err := r.Spec.Resolve()
	if err != nil {
		return nil, err
	}
	set, _, err := open(ctx, spec, r.Set)
	if err != nil {
		return nil, err
	}
	if err := refuseStrangers(r.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return r.plan(ctx, spec, &origins{spec: spec, first: set})
}

// plan compares the folder with a resolved spec.
func (r Runner) plan(ctx context.Context, spec Spec, here *origins) (*Plan, error) {
	whole, err := joined(r.Dir, spec)
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	if p.Results, err = load(r.Dir, whole); err != nil {
		return nil, err
	}
	t, _, err := spec.Learns(here.first)
	if err != nil {
		return nil, err
	}
	p.Results.choose(task.Table(t), t.Primary())
	if whole.Stop.On() {
		spec.Methods = whole.Methods // a look needs all of them
		spec.Seeds = whole.Seeds[:whole.Stop.last()]
		if p.Results.Ended {
			spec.Seeds = p.Results.Seeds()
		}
	}
	for _, i := range bySeed(len(whole.Methods), len(whole.Seeds)) {
		record := &p.Results.Runs[i]
		if !slices.Contains(spec.Methods, record.Method) || !slices.Contains(spec.Seeds, record.Seed) {
			continue
		}
		p.Named = append(p.Named, i)
		if record.Status != Finished && record.Status != Diverged {
			p.Open = append(p.Open, i)
		}
	}
	if err := here.check(ctx, p.Results); err != nil {
		return nil, err
	}
	p.Remarks, err = r.remarks(ctx, p, here)
	return p, err
}

// remarks tell what computes otherwise, or may have changed, since runs of the
// folder were made. Where nothing is left to train nothing is told: the table
// says it of its pairs.
func (r Runner) remarks(ctx context.Context, p *Plan, here *origins) ([]string, error) {
	if len(p.Open) == 0 || !slices.ContainsFunc(p.Results.Runs, func(run RunRecord) bool { return run.Origin != nil }) {
		return nil, nil
	}
	backend, err := r.Backend()
	if err != nil {
		return nil, fmt.Errorf("starting a backend: %w", err)
	}
	defer backend.Finalize()
	versions, err := train.CurrentVersions(backend, here.first)
	if err != nil {
		return nil, err
	}
	type difference struct{ there, here string }
	var differences []difference
	count := map[difference]int{}
	touched, runs := 0, 0
	for i := range p.Results.Runs {
		run := &p.Results.Runs[i]
		if run.Origin == nil {
			continue
		}
		runs++
		var d difference
		if d.there, d.here = run.Origin.Versions.Difference(versions); d.there != "" {
			if count[d]++; count[d] == 1 {
				differences = append(differences, d)
			}
		}
		now, err := here.of(ctx, run.Seed)
		if err != nil {
			return nil, err
		}
		if run.Origin.Data.Touched(now.Data) {
			touched++
		}
	}
	var lines []string
	for _, d := range differences {
		lines = append(lines, fmt.Sprintf("%s in %s %s computed with %s, those to come with %s: differences between the two hold that of the rounding too",
			some(count[d], runs), r.Dir, were(count[d]), d.there, d.here))
	}
	if touched > 0 {
		lines = append(lines, fmt.Sprintf("the files of %s have other times of modification than when %s in %s began, and the same names and sizes; of what they hold only samples were compared",
			p.Results.Spec.Data, some(touched, runs), r.Dir))
	}
	return lines, nil
}

// joined returns the study in dir with the methods and seeds of spec that it
// lacks, or spec where there is none.
func joined(dir string, spec Spec) (Spec, error) {
	there, err := ReadSpec(filepath.Join(dir, specName))
	if errors.Is(err, fs.ErrNotExist) {
		return spec, nil
	}
	if err != nil {
		return Spec{}, fmt.Errorf("%w: %w", ErrOtherStudy, err)
	}
	whole, err := extend(there, spec)
	if err != nil {
		return Spec{}, fmt.Errorf("%w: %s holds another study (%w); choose another folder", ErrOtherStudy, dir, err)
	}
	return whole, nil
}

// some counts runs out of all.
func some(n, all int) string {
	if n == all {
		return "the " + humanize.Count(n, "run")
	}
	return fmt.Sprintf("%d of the %s", n, humanize.Count(all, "run"))
}

// were is the verb of so many runs.
func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
