package data

import (
	"fmt"
	"math"
	"strings"

	"github.com/vicinal-ml/vicinal/stream"
)

// parts is a data set as its source has it, before anything is drawn.
type parts struct {
	info                    Info
	train, validation, test Split // validation and test are nil where the source has none
	norm                    *norm // shared by the splits; filled in by assemble
	taken                   *Taken

	// Shares of train that become test and validation where the source has none.
	testShare, validationShare float64

	remarks []string // see Set.Remarks
	broken  []Broken // see Set.Broken

	columns []Column // of a table; nil where all features are numbers
	target  string   // the name of a table's column with the labels or the only targets

	perClass int // default of Options.TrainPerClass, 0 for all
}

// fitter is a Split that can measure its mean and deviation.
type fitter interface {
	fit(index []int32) (mean, std []float64)
}

// assemble draws the missing splits and the training subset, corrupts labels
// and fixes the normalisation.
func assemble(p *parts, opt Options) (*Set, error) {
	if err := opt.check(&p.info); err != nil {
		return nil, err
	}
	if p.info.Task == Classification && len(p.info.Classes) < 2 {
		return nil, fmt.Errorf("data set %s has one class, %q (%s): two at least are needed", p.info.Name, strings.Join(p.info.Classes, ""), p.info.Title)
	}
	keep, err := opt.classes(&p.info)
	if err != nil {
		return nil, err
	}
	d := &drawer{parts: p, opt: opt, keep: keep}
	d.pool = groups(p.train.Labels(), len(p.info.Classes), p.train.Len())
	permute(d.pool, stream.New(SplitSeed, stream.Split))
	keep.leaveOut(d.pool)
	d.whole = count(d.pool)

	set := &Set{Info: p.info, Taken: p.taken, Remarks: p.remarks, Broken: p.broken, Test: keep.part(p.test, len(p.info.Classes))}
	if set.Test == nil {
		n := int(math.Round(p.testShare * float64(d.whole)))
		set.Test = keep.relabel(pick(p.train, take(d.pool, apportion(n, sizes(d.pool), 1))))
	}
	if set.Validation, err = d.validation(); err != nil {
		return nil, err
	}
	rest := take(d.pool, sizes(d.pool))
	if set.Preparation, err = fitNorm(set, p, rest, opt.Preparation); err != nil {
		return nil, err
	}
	all, err := d.train(rest)
	if err != nil {
		return nil, err
	}
	if set.Train, set.Unlabelled, err = d.unlabel(all); err != nil {
		return nil, err
	}
	if set.Unlabelled.Len() > 0 && set.Task == Regression && (opt.Preparation == nil || opt.Preparation.TargetMean == nil) {
		set.TargetMean, set.TargetStd = fitTargets(p.train, picked(set.Train).index)
		set.Preparation.TargetMean, set.Preparation.TargetStd = set.TargetMean, set.TargetStd
	}
	if keep != nil {
		set.Classes = keep.names(p.info.Classes)
	}
	set.seeded = d.subset() || opt.LabelNoise > 0 || set.Unlabelled.Len() > 0
	if opt.LabelNoise > 0 {
		corrupt(set.Train, len(set.Classes), opt.LabelNoise, opt.Seed)
	}
	return set, nil
}

// drawer draws splits out of the parts of a set.
type drawer struct {
	*parts
	opt   Options
	keep  subset
	pool  [][]int32 // what is left of the training part, by class
	whole int       // what was there at first
}

// validation takes the validation part out of the pool, or out of the official
// one where there is one.
func (d *drawer) validation() (Split, error) {
	from, g, least := d.parts.train, d.pool, 1
	n := d.opt.Validation
	switch {
	case d.parts.validation != nil && n == 0:
		return d.keep.part(d.parts.validation, len(d.info.Classes)), nil
	case d.parts.validation != nil:
		from, least = d.parts.validation, 0
		g = groups(from.Labels(), len(d.info.Classes), from.Len())
		permute(g, stream.New(SplitSeed, stream.Split))
		d.keep.leaveOut(g)
	case n == 0:
		n = int(math.Round(d.validationShare * float64(d.whole)))
	}
	taken := take(g, apportion(max(n, 0), sizes(g), least))
	if len(taken) < d.opt.Validation {
		return nil, &OptionError{d.info.Name, "Validation",
			fmt.Sprintf("%d samples asked, at most %d can be had", d.opt.Validation, len(taken))}
	}
	return d.keep.relabel(pick(from, taken)), nil
}

// trainPerClass is the number of training samples of each class, not positive
// for all.
func (d *drawer) trainPerClass() int {
	if d.opt.TrainPerClass == 0 && d.opt.TrainSize == 0 && d.info.Task == Classification {
		return d.perClass
	}
	return d.opt.TrainPerClass
}

// subset reports whether not all training samples are kept.
func (d *drawer) subset() bool { return d.trainPerClass() > 0 || d.opt.TrainSize > 0 }

// train picks the training subset out of the samples at rest. The subsets of
// one seed are nested: n a class are among n+1 a class.
func (d *drawer) train(rest []int32) (Split, error) {
	perClass := d.trainPerClass()
	all := pick(d.parts.train, rest)
	if !d.subset() {
		return d.keep.relabel(all), nil
	}
	g := groups(all.Labels(), len(d.info.Classes), all.Len())
	permute(g, stream.New(d.opt.Seed, stream.Subset))
	counts := apportion(d.opt.TrainSize, sizes(g), 0)
	for c := range counts {
		if perClass <= 0 || d.keep != nil && d.keep[c] < 0 {
			continue
		}
		if perClass > len(g[c]) {
			of := "the training part"
			if d.info.Task == Classification {
				of = fmt.Sprintf("class %q", d.info.Classes[c])
			}
			return nil, &OptionError{d.info.Name, "TrainPerClass", fmt.Sprintf("%d asked, %s has %d training samples", perClass, of, len(g[c]))}
		}
		counts[c] = perClass
	}
	chosen := take(g, counts)
	if len(chosen) < d.opt.TrainSize {
		return nil, &OptionError{d.info.Name, "TrainSize",
			fmt.Sprintf("%d asked, the training part has %d samples", d.opt.TrainSize, len(chosen))}
	}
	for i, k := range chosen {
		chosen[i] = rest[k]
	}
	return d.keep.relabel(pick(d.parts.train, chosen)), nil
}

// fitNorm fills in the normalisation: that of was, or, where it is nil, the
// published one, or that of the training samples at index; and that of targets.
// It returns how the samples are prepared.
func fitNorm(set *Set, p *parts, index []int32, was *Preparation) (*Preparation, error) {
	mean, std := toFloat64(set.Mean), toFloat64(set.Std)
	switch f, ok := p.train.(fitter); {
	case was != nil:
		mean, std = was.Mean, was.Std
	case ok && set.Mean == nil:
		mean, std = f.fit(index)
	}
	made := p.preparation(mean, std)
	if was != nil {
		if err := made.differs(was); err != nil {
			return nil, &OptionError{p.info.Name, "Preparation", err.Error()}
		}
	}
	if p.norm != nil {
		p.norm.set(mean, std)
	}
	if p.info.Task == Regression {
		made.TargetMean, made.TargetStd = fitTargets(p.train, index)
		if was != nil && was.TargetMean != nil {
			made.TargetMean, made.TargetStd = was.TargetMean, was.TargetStd
		}
		set.TargetMean, set.TargetStd = made.TargetMean, made.TargetStd
	}
	if r, ok := p.train.(*rows); ok && was != nil {
		if i, j := r.overflow(); i >= 0 {
			return nil, &OptionError{p.info.Name, "Preparation",
				fmt.Sprintf("a row has %g as %q, which is too far from the training data's mean %g to be normalised", r.x[i*r.size+j], p.info.Features[j], mean[j])}
		}
	}
	set.Mean, set.Std = toFloat32(mean), toFloat32(std)
	return made, nil
}
