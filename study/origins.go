package study

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// origins are what runs of a study would be made from here and now.
type origins struct {
	spec  Spec      // resolved
	first *data.Set // of the spec's first seed
	by    map[uint64]train.Origin
}

// of returns the origin of runs with a seed, whatever their method: without a
// backend and without a revision. It is found once for each seed, and once for
// all where the seed draws no samples.
func (o *origins) of(ctx context.Context, seed uint64) (train.Origin, error) {
	first := o.spec.Seeds[0]
	key := seed
	if !o.first.Seeded() {
		key = first
	}
	if known, ok := o.by[key]; ok {
		return known, nil
	}
	set, spec := o.first, o.spec.Run(o.spec.Methods[0], key)
	if key != first {
		var err error
		if set, err = openSet(ctx, spec); err != nil {
			return train.Origin{}, err
		}
	}
	here, err := train.CurrentOrigin(ctx, nil, set, spec)
	if err != nil {
		return train.Origin{}, err
	}
	if o.by == nil {
		o.by = make(map[uint64]train.Origin)
	}
	o.by[key] = here
	return here, nil
}

// against says why a run cannot stand beside one that begins now, "" where it can.
func (o *origins) against(ctx context.Context, run *RunRecord) (string, error) {
	if run.Origin == nil {
		return "", nil
	}
	here, err := o.of(ctx, run.Seed)
	if err != nil {
		return "", err
	}
	spec := o.spec.Run(run.Method, run.Seed)
	here.Revision = train.Revision(spec)
	return run.Origin.Against(here, spec), nil
}

// check fails where runs of the study were made from something else than runs
// would be here and now.
func (o *origins) check(ctx context.Context, r *Results) error {
	var reasons []string
	made := map[string][]*RunRecord{}
	begun := 0
	for i := range r.Runs {
		run := &r.Runs[i]
		reason, err := o.against(ctx, run)
		if err != nil {
			return err
		}
		if run.Status != Missing {
			begun++
		}
		if reason == "" {
			continue
		}
		if made[reason] == nil {
			reasons = append(reasons, reason)
		}
		made[reason] = append(made[reason], run)
	}
	if len(reasons) == 0 {
		return nil
	}
	var parts []string
	var all []*RunRecord
	for _, reason := range reasons {
		runs := made[reason]
		all = append(all, runs...)
		parts = append(parts, fmt.Sprintf("%s there %s made %s (%s)", some(len(runs), begun), were(len(runs)), reason, listRuns(runs)))
	}
	return fmt.Errorf("%s: %w: %s; choose another folder, or remove %s to train anew", r.Dir, ErrNotComparable, strings.Join(parts, ", "), whatToRemove(r, all, begun))
}

// listRuns names runs by method and seeds.
func listRuns(runs []*RunRecord) string {
	const most = 4
	var methods []string
	seeds := map[string][]uint64{}
	for _, run := range runs {
		if seeds[run.Method] == nil {
			methods = append(methods, run.Method)
		}
		seeds[run.Method] = append(seeds[run.Method], run.Seed)
	}
	var parts []string
	for i, method := range methods {
		if i == most {
			parts = append(parts, fmt.Sprintf("and %d more methods", len(methods)-most))
			break
		}
		parts = append(parts, method+" with "+SeedsText(seeds[method]))
	}
	return strings.Join(parts, "; ")
}

// whatToRemove names the smallest folder that holds the runs and no others.
func whatToRemove(r *Results, runs []*RunRecord, begun int) string {
	method := filepath.Dir(runs[0].Dir)
	ofMethod := 0
	for i := range r.Runs {
		if r.Runs[i].Status != Missing && filepath.Dir(r.Runs[i].Dir) == method {
			ofMethod++
		}
	}
	alone := !slices.ContainsFunc(runs, func(run *RunRecord) bool { return filepath.Dir(run.Dir) != method })
	switch {
	case len(runs) == begun:
		return r.Dir
	case alone && len(runs) == ofMethod:
		return filepath.Join(r.Dir, method)
	case len(runs) == 1:
		return filepath.Join(r.Dir, runs[0].Dir)
	}
	return "their folders below " + filepath.Join(r.Dir, runsName)
}

// consistent fails where runs of the study were made from different things, so
// that they cannot be compared with each other, whatever there is here and now.
func (r *Results) consistent() error {
	for _, kind := range []struct {
		what string
		same func(a, b *RunRecord) bool
	}{
		{"data", func(a, b *RunRecord) bool {
			if !a.Origin.Data.SameSource(b.Origin.Data) {
				return false
			}
			// Another seed may draw other samples, another decoder is told as such.
			return a.Seed != b.Seed || a.Origin.Data.Same(b.Origin.Data) || otherDecoder(a, b)
		}},
		{"pixels of JPEG files, which different decoders gave,", func(a, b *RunRecord) bool {
			return a.Seed != b.Seed || a.Origin.Data.Same(b.Origin.Data)
		}},
		{"initial weights", func(a, b *RunRecord) bool { return a.Origin.Init == b.Origin.Init || unknown(a, b) }},
		{"revisions of the program's arithmetic", func(a, b *RunRecord) bool {
			return a.Method != b.Method || a.Origin.Revision == b.Origin.Revision || unknown(a, b)
		}},
	} {
		var groups [][]*RunRecord
		for i := range r.Runs {
			run := &r.Runs[i]
			if run.Origin == nil {
				continue
			}
			fits := func(group []*RunRecord) bool {
				return !slices.ContainsFunc(group, func(other *RunRecord) bool { return !kind.same(run, other) })
			}
			if at := slices.IndexFunc(groups, fits); at >= 0 {
				groups[at] = append(groups[at], run)
			} else {
				groups = append(groups, []*RunRecord{run})
			}
		}
		if len(groups) < 2 {
			continue
		}
		var parts []string
		for _, group := range groups {
			parts = append(parts, listRuns(group))
		}
		return fmt.Errorf("%s: %w: they are of different %s: %s; remove the folders of one side below %s and compare again",
			r.Dir, ErrNotComparable, kind.what, strings.Join(parts, " | "), filepath.Join(r.Dir, runsName))
	}
	return nil
}

// otherDecoder reports whether two runs had their JPEG files decoded differently.
func otherDecoder(a, b *RunRecord) bool {
	one, two := a.Origin.Versions.JPEG, b.Origin.Versions.JPEG
	return one != two && one != "" && two != ""
}

// unknown reports whether of one of the runs only the data is known.
func unknown(a, b *RunRecord) bool {
	return a.Origin.Versions == train.Versions{} || b.Origin.Versions == train.Versions{}
}

// CompareData opens the data of the study and notes in Remarks, and in
// DataChanged, where runs were made from something else than they would be here
// and now. Data that cannot be opened says nothing: results outlive it.
func (r *Results) CompareData(ctx context.Context) error {
	o := &origins{spec: r.Spec}
	spec := r.Spec.Run(r.Spec.Methods[0], r.Spec.Seeds[0])
	var err error
	if o.first, err = openSet(ctx, spec); err != nil {
		return ctx.Err()
	}
	n, first := 0, ""
	for i := range r.Runs {
		run := &r.Runs[i]
		reason, err := o.against(ctx, run)
		switch {
		case err != nil:
			return ctx.Err()
		case reason == "":
			continue
		case n == 0:
			first = reason
		}
		n++
		if here, err := o.of(ctx, run.Seed); err == nil && !run.Origin.Data.Same(here.Data) {
			r.DataChanged = true
		}
	}
	if n > 0 {
		r.Remarks = append(r.Remarks, fmt.Sprintf("%d of the runs %s made %s: here they can be neither repeated nor extended.", n, were(n), first))
	}
	return nil
}
