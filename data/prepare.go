package data

import (
	"fmt"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// was returns the preparation that is asked for, an empty one where none is.
func (r *request) was() Preparation {
	if r.opt.Preparation == nil {
		return Preparation{}
	}
	return *r.opt.Preparation
}

// preparation says how the samples of p came to be; mean and deviation are
// those of norm.
func (p *parts) preparation(mean, std []float64) *Preparation {
	made := &Preparation{
		Shape: p.info.Shape, Classes: p.info.Classes, Mean: mean, Std: std, Columns: p.columns,
		Task: p.info.Task, Targets: p.info.Targets, Target: p.target,
	}
	switch source := p.train.(type) {
	case *photos:
		made.Resize = source.crop.Resize
	case *recordings:
		made.Rate, made.Seconds = source.form.rate, source.form.seconds
	}
	if made.Columns == nil {
		for _, name := range p.info.Features {
			made.Columns = append(made.Columns, Column{Name: name})
		}
	}
	return made
}

// differs says why samples of p, prepared as made, cannot be prepared as was;
// nil where they can.
func (p *Preparation) differs(was *Preparation) error {
	switch {
	case !slices.Equal(p.Shape, was.Shape):
		return fmt.Errorf("samples of shape %v, the training data's are %v", p.Shape, was.Shape)
	case p.task() != was.task():
		return fmt.Errorf("a %s set, the training data's is a %s set", p.task(), was.task())
	case was.Targets != nil && !slices.Equal(p.Targets, was.Targets) && len(p.Targets)*len(was.Targets) != 1:
		return fmt.Errorf("the targets %s, the training data's are %s", humanize.Few(p.Targets, 8), humanize.Few(was.Targets, 8))
	case p.Rate != was.Rate || p.Seconds != was.Seconds:
		return fmt.Errorf("%s, the training data's are %s", p.sounds(), was.sounds())
	case p.Resize != was.Resize && p.Resize > 0 && was.Resize > 0:
		return fmt.Errorf("images resized to %d pixels before their centre is cut out, the training data's to %d", p.Resize, was.Resize)
	case p.Columns == nil || was.Columns == nil:
		return nil
	}
	have := featureNames(p.Columns)
	for i, name := range featureNames(was.Columns) {
		if have[i] != name {
			return fmt.Errorf("column %d is %q, the training data's is %q", i+1, have[i], name)
		}
	}
	return nil
}

func (p *Preparation) sounds() string {
	if p.Rate == 0 {
		return "samples that are no sounds"
	}
	return fmt.Sprintf("sounds of %g s at %d samples a second", p.Seconds, p.Rate)
}

// fit returns the numbers of the columns that the training data had, in its
// order, for a table of these targets. out are the columns to leave out.
func (t *table) fit(was *Preparation, targets []int, out map[int]bool) (keep []int, err error) {
	if was.Columns == nil {
		return nil, fmt.Errorf("%s: the training data was no table with named columns", t.file)
	}
	used := make(map[int]bool)
	for _, j := range targets {
		used[j] = true
	}
	free := slices.DeleteFunc(slices.Clone(t.header), func(name string) bool {
		return slices.ContainsFunc(was.Columns, func(c Column) bool { return c.Name == name })
	})
	for _, c := range was.Columns {
		j := slices.Index(t.header, c.Name)
		switch {
		case j < 0:
			return nil, fmt.Errorf("%s has no column %q, which the training data has%s", t.file, c.Name, nearest.Hint(c.Name, free))
		case slices.Contains(targets, j):
			return nil, fmt.Errorf("%s: column %q is the target here, and a feature of the training data: say target=", t.file, c.Name)
		case out[j]:
			return nil, fmt.Errorf("%s: column %q is left out by drop, and a feature of the training data", t.file, c.Name)
		}
		keep, used[j] = append(keep, j), true
	}
	var others []string
	for j, name := range t.header {
		if !used[j] && !out[j] && !t.empty(j) {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		t.remarkf("left out as no column of the training data: %s", humanize.Few(others, 8))
	}
	return keep, nil
}
