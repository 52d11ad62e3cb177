package data

import (
	"fmt"
	"math"

	"github.com/vicinal-ml/vicinal/mix"
)

// parts is a data set as its source has it, before anything is drawn.
type parts struct {
	info                    Info
	train, validation, test Split // validation and test are nil where the source has none
	norm                    *norm // shared by the splits; filled in by assemble

	// Shares of train that become test and validation where the source has none.
	testShare, validationShare float64

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
	set := &Set{Info: p.info, Validation: p.validation, Test: p.test}
	pool := groups(p.train.Labels(), len(p.info.Classes), p.train.Len())
	permute(pool, mix.NewStream(SplitSeed, "split"))

	if set.Test == nil {
		n := int(math.Round(p.testShare * float64(p.train.Len())))
		set.Test = pick(p.train, take(pool, apportion(n, sizes(pool), 1)))
	}
	if err := drawValidation(set, p, pool, opt); err != nil {
		return nil, err
	}
	all := take(pool, sizes(pool))
	fitNorm(set, p, all)
	train, err := drawTrain(p, all, opt)
	if err != nil {
		return nil, err
	}
	set.Train = train
	return set, nil
}

// drawValidation takes the validation part out of pool, or out of the
// official one where there is one.
func drawValidation(set *Set, p *parts, pool [][]int32, opt Options) error {
	from, g, keep := p.train, pool, 1
	n := opt.Validation
	if p.validation != nil {
		if n == 0 {
			return nil
		}
		from, keep = p.validation, 0
		g = groups(from.Labels(), len(p.info.Classes), from.Len())
		permute(g, mix.NewStream(SplitSeed, "split"))
	} else if n == 0 {
		n = int(math.Round(p.validationShare * float64(p.train.Len())))
	}
	n = max(n, 0)
	counts := apportion(n, sizes(g), keep)
	taken := take(g, counts)
	if len(taken) < opt.Validation {
		return &OptionError{p.info.Name, "Validation",
			fmt.Sprintf("%d samples asked, at most %d can be had", opt.Validation, len(taken))}
	}
	set.Validation = pick(from, taken)
	return nil
}

func fitNorm(set *Set, p *parts, index []int32) {
	if p.norm == nil {
		return
	}
	if set.Mean == nil {
		if f, ok := p.train.(fitter); ok {
			mean, std := f.fit(index)
			p.norm.set(mean, std)
			set.Mean, set.Std = toFloat32(mean), toFloat32(std)
			return
		}
	}
	p.norm.set(toFloat64(set.Mean), toFloat64(set.Std))
}

// drawTrain picks the training subset out of the samples at pool. The subsets
// of one seed are nested: n a class are among n+1 a class.
func drawTrain(p *parts, pool []int32, opt Options) (Split, error) {
	perClass := opt.TrainPerClass
	if perClass == 0 && opt.TrainSize == 0 && p.info.Task == Classification {
		perClass = p.perClass
	}
	train := pick(p.train, pool)
	if perClass > 0 || opt.TrainSize > 0 {
		g := groups(train.Labels(), len(p.info.Classes), train.Len())
		permute(g, mix.NewStream(opt.Seed, mix.StreamSubset))
		counts := apportion(opt.TrainSize, sizes(g), 0)
		for c := range counts {
			if perClass > len(g[c]) {
				return nil, &OptionError{p.info.Name, "TrainPerClass",
					fmt.Sprintf("%d asked, class %q has %d training samples", perClass, p.info.Classes[c], len(g[c]))}
			}
			if perClass > 0 {
				counts[c] = perClass
			}
		}
		chosen := take(g, counts)
		if len(chosen) < opt.TrainSize {
			return nil, &OptionError{p.info.Name, "TrainSize",
				fmt.Sprintf("%d asked, the training part has %d samples", opt.TrainSize, len(chosen))}
		}
		for i, k := range chosen {
			chosen[i] = pool[k]
		}
		train = pick(p.train, chosen)
	}
	if opt.LabelNoise > 0 {
		corrupt(train, len(p.info.Classes), opt.LabelNoise, opt.Seed)
	}
	return train, nil
}
