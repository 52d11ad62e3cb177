package cli

import (
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// dataUsage explains a flag that names a data set.
func dataUsage(what string) string {
	return what + ": " + strings.Join(data.Names(), ", ") + `; "vicinal data show NAME" says what each is, what your own files must look like and which parameters follow a name`
}

const trainSizeUsage = "training samples of each class, or in all where samples have none; 0 is 15 for digits and all for the rest, negative is all"

const augmentUsage = "change training samples at random before they are mixed: none, default (what is usual for the set) or `operations` such as crop:4,flip"

const classesUsage = "use only these `classes`, by name or number"

// data defines the flags that say which samples a run sees, and how they are fed.
func (d settingFlags) data() {
	d.text("data", func(s *train.Spec) *string { return &s.Data }, dataUsage("the data `set`"))
	d.text("data-dir", func(s *train.Spec) *string { return &s.DataDir }, "the `folder` with the data set's files")
	d.count("train-size", func(s *train.Spec) *int { return &s.TrainSize }, trainSizeUsage)
	d.count("validation", func(s *train.Spec) *int { return &s.Validation }, "validation samples; 0 is the data set's default, negative is none")
	d.number("label-noise", func(s *train.Spec) *float64 { return &s.LabelNoise }, "share of the training labels replaced by random ones, in [0, 1]")
	classes := setting(d.spec, "classes", func(s *train.Spec) *[]string { return &s.Classes })
	d.flags.StringSliceVar(classes, "classes", *classes, classesUsage)
	d.toggle("skip-broken", func(s *train.Spec) *bool { return &s.SkipBroken }, "read every file before training, and leave out those that are broken")
	d.text("augment", func(s *train.Spec) *string { return &s.Augment }, augmentUsage)
	d.count("workers", func(s *train.Spec) *int { return &s.Workers }, "goroutines that read samples ahead; 0 is one for data in memory, one a core for files")
}
