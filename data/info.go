package data

import (
	"fmt"
	"slices"
	"strings"
)

// Task says what the targets of a data set are.
type Task uint8

const (
	// Classification: each sample has one label in [0, len(Classes)).
	Classification Task = iota
	// Regression: each sample has len(Targets) real targets.
	Regression
	// MultiLabel: each sample has len(Targets) targets that are 0 or 1.
	MultiLabel
	// Segmentation: each pixel has one label in [0, len(Classes)), or Void.
	Segmentation
)

// Void is the label of a pixel that belongs to no class: it counts neither in
// a loss nor in a measure.
const Void = -1

// taskNames are the names of all tasks in their order.
func taskNames() []string {
	return []string{"classification", "regression", "multilabel", "segmentation"}
}

// String returns "classification", "regression", "multilabel" or
// "segmentation".
func (t Task) String() string {
	if names := taskNames(); int(t) < len(names) {
		return names[t]
	}
	return fmt.Sprintf("Task(%d)", uint8(t))
}

// ParseTask reads what String returns.
func ParseTask(name string) (Task, error) {
	if t := slices.Index(taskNames(), name); t >= 0 {
		return Task(t), nil
	}
	return 0, fmt.Errorf("%q is no task that data is for: those are %s", name, strings.Join(taskNames(), ", "))
}

// MarshalText implements [encoding.TextMarshaler].
func (t Task) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (t *Task) UnmarshalText(text []byte) (err error) {
	*t, err = ParseTask(string(text))
	return err
}

// Info describes a data set.
type Info struct {
	Name     string   // the name that opens it, such as "digits"
	Title    string   // one line for people
	Classes  []string // names of the classes by label; nil for Regression and MultiLabel
	Targets  []string // names of the targets of Regression and MultiLabel; nil for the rest
	Features []string // names of the columns of a table; nil for the rest
	Shape    []int    // of one sample: [H W C] for images, [F] for tables
	Task     Task

	// Tasks are all that Options.Task may name, nil where Task is the only one.
	Tasks []Task

	// Mean and Std normalise: one value for each index of the last dimension
	// of Shape. For images they apply to pixels scaled to [0, 1].
	Mean, Std []float32

	// TargetMean and TargetStd are of each target of Regression over the training
	// part, before a subset of it is drawn; the deviation is the population's, 1
	// where a target is constant. nil for the rest. Targets are handed out as they
	// are.
	TargetMean, TargetStd []float64

	// Augment is the usual augmentation of training samples, as package augment
	// reads it; "" is none.
	Augment string

	// Input says what the files must look like, in one sentence each, where they
	// are the user's own; nil for the rest.
	Input []string

	Parts    string // its official parts, and which are drawn in their place
	Source   string // where it comes from
	Licence  string // the terms of use, "unknown" where the source names none
	Citation string // how to cite it, empty for generated data
}

// tasks returns the names of the tasks that Options.Task may name.
func (i *Info) tasks() []string {
	if i.Tasks == nil {
		return []string{i.Task.String()}
	}
	var names []string
	for _, t := range i.Tasks {
		names = append(names, t.String())
	}
	return names
}

// Size returns the number of values of one sample.
func (i *Info) Size() int { return volume(i.Shape) }

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
