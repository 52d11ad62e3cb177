package data

import "fmt"

// Task says what the targets of a data set are.
type Task uint8

const (
	// Classification: each sample has one label in [0, len(Classes)).
	Classification Task = iota
	// Regression: each sample has one real target.
	Regression
)

// String returns "classification" or "regression".
func (t Task) String() string {
	switch t {
	case Classification:
		return "classification"
	case Regression:
		return "regression"
	}
	return fmt.Sprintf("Task(%d)", uint8(t))
}

// Info describes a data set.
type Info struct {
	Name     string   // the name that opens it, such as "digits"
	Title    string   // one line for people
	Classes  []string // names of the classes by label; nil for regression
	Features []string // names of the columns of a table; nil for the rest
	Shape    []int    // of one sample: [H W C] for images, [F] for tables
	Task     Task

	// Mean and Std normalise: one value for each index of the last dimension
	// of Shape. For images they apply to pixels scaled to [0, 1].
	Mean, Std []float32

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

// Size returns the number of values of one sample.
func (i *Info) Size() int { return volume(i.Shape) }

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
