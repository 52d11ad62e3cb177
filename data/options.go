package data

import (
	"fmt"
	"math"
)

// Options say which part of a data set to use.
type Options struct {
	// Dir is the folder that holds the files of a set that is not embedded,
	// "" for the set's folder in the cache.
	Dir string

	// Classes keeps only the samples of these classes in all splits, by name
	// or, where no class has that name, by number; labels become their places
	// in this list. nil keeps all.
	Classes []string

	// TrainPerClass keeps this many training samples of each class; of a set whose
	// samples have no classes, in all.
	// 0 is the set's own default (10 for digits, all for the rest), negative is all.
	TrainPerClass int

	// TrainSize keeps this many training samples in all, with the classes, where
	// samples have some, in proportion. 0 leaves the choice to TrainPerClass.
	TrainSize int

	// Labelled keeps the labels, or targets, of this many of those training samples
	// in all, with the classes in proportion, and LabelledPerClass of this many of
	// each class: the others become Set.Unlabelled. More are those of fewer and
	// others. 0 keeps all.
	Labelled, LabelledPerClass int

	// Validation is the number of validation samples. 0 is the set's own
	// default. Negative is none: what would be drawn from the training part
	// stays there, and an official validation part is not used.
	Validation int

	// Task names the task that the samples are for, as Task.String does: of a set
	// that more than one fits it says which, and it is an error where it does not
	// fit. "" is what the set's name or its targets say.
	Task string

	// Seed chooses the training subset, which of it keep their labels and the
	// corrupted labels; it never
	// moves a sample between training, validation and test.
	Seed uint64

	// Preparation, unless it is nil, is what other data was prepared by, usually
	// that which weights were trained on: it is applied in place of what would
	// be measured. The columns of a table are found by their names, its texts and
	// labels among the categories and classes that are known; what does not fit is
	// an error that names the column, and the line where it is one cell.
	Preparation *Preparation

	// LabelNoise is the share of the training labels, in [0, 1], that is
	// replaced by labels drawn uniformly from all classes.
	LabelNoise float64

	// SkipBroken reads every file of the set when it is opened, on every core,
	// and leaves out of all parts those that are broken: see Set.Broken. It is an
	// error for a set that is not one file a sample. Told, if it is not nil, is
	// called after each file, never by two goroutines at once. A set whose files
	// have not changed is read once in the life of a process.
	SkipBroken bool
	Told       func(done, files int)

	lenient bool // opens a set with broken files all the same, to find them later
}

func (o *Options) check(info *Info) error {
	bad := func(option, format string, args ...any) error {
		return &OptionError{Set: info.Name, Option: option, Reason: fmt.Sprintf(format, args...)}
	}
	switch {
	case o.Task != "" && o.Task != info.Task.String():
		return bad("Task", "%q is asked, and it is a %s set", o.Task, info.Task)
	case o.TrainSize < 0:
		return bad("TrainSize", "%d is negative", o.TrainSize)
	case o.TrainSize > 0 && o.TrainPerClass > 0:
		return bad("TrainSize", "%d in all and TrainPerClass of %d exclude each other", o.TrainSize, o.TrainPerClass)
	case o.Labelled < 0:
		return bad("Labelled", "%d is negative", o.Labelled)
	case o.LabelledPerClass < 0:
		return bad("LabelledPerClass", "%d is negative", o.LabelledPerClass)
	case o.Labelled > 0 && o.LabelledPerClass > 0:
		return bad("Labelled", "%d in all and LabelledPerClass of %d exclude each other", o.Labelled, o.LabelledPerClass)
	case info.Task != Classification && o.LabelledPerClass > 0:
		return bad("LabelledPerClass", "a %s set has no classes of samples; use Labelled", info.Task)
	case math.IsNaN(o.LabelNoise) || o.LabelNoise < 0 || o.LabelNoise > 1:
		return bad("LabelNoise", "%v is not a share in [0, 1]", o.LabelNoise)
	case info.Task != Classification && o.LabelNoise > 0:
		return bad("LabelNoise", "a %s set has no labels to replace", info.Task)
	}
	return nil
}
