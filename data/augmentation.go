package data

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/mix"
)

// AugmentDefault is the augmentation that is usual for a data set: its
// Info.Augment.
const AugmentDefault = "default"

// Augmentation returns spec in its canonical form, with "default" replaced by
// what is usual for the set of that description.
func Augmentation(info *Info, spec string) (string, error) {
	if spec == AugmentDefault {
		spec = info.Augment
	}
	return augment.Canonical(spec)
}

// AugmentBy sets Augment and Norm, or AugmentSound, to what spec asks for:
// "default", "none", or operations of package augment. info describes the set
// of the loader's split.
func (l *Loader) AugmentBy(info *Info, spec string) error {
	spec, err := Augmentation(info, spec)
	if err != nil {
		return err
	}
	l.Augment, l.AugmentSound = nil, nil
	if spec == augment.None {
		return nil
	}
	switch l.Split.(type) {
	case Images:
		err = l.augmentImages(info, spec)
	case Sounds:
		l.AugmentSound, err = augment.ParseSound(spec)
	default:
		err = fmt.Errorf("augmentation %q: only images and sounds can be augmented", spec)
	}
	if err != nil {
		return fmt.Errorf("data set %s: %w", info.Name, err)
	}
	return nil
}

func (l *Loader) augmentImages(info *Info, spec string) error {
	p, err := augment.Parse(spec)
	if err != nil {
		return err
	}
	l.Augment, err = p.For(info.Shape[0], info.Shape[1], info.Shape[2], sizing(l.Split))
	l.Norm = mix.Normalization{Mean: info.Mean, Std: info.Std}
	return err
}

// sizing is what gives the images of a split the size of a sample, nil where
// they are stored in it.
func sizing(s Split) augment.Op {
	switch s := base(s).(type) {
	case *photos:
		return s.crop
	case *scenes:
		return s.size
	}
	return nil
}
