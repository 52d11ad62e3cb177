package train

import (
	"time"

	"github.com/vicinal-ml/vicinal/mix"
)

// Hooks report progress. Any may be nil. They are called from the goroutine
// that trains, which waits for them.
type Hooks struct {
	Step       func(StepInfo)       // after each step
	Evaluation func(EvaluationInfo) // after each batch that is evaluated
	Epoch      func(EpochInfo)      // after each epoch and its evaluation
	Note       func(string)         // a line for people: what was resumed, what may differ
}

// StepInfo is what one step did.
type StepInfo struct {
	Epoch, Epochs int   // the epoch the step is in, from 1
	Step, Steps   int   // within the epoch, from 1
	Done, Total   int64 // steps of the whole run
	Samples       int   // in this batch
	Loss          float64
	LearningRate  float64
	Phase         mix.Phase
	Mixed         bool

	// Since Run began, without what was done before a resume.
	SinceStart        time.Duration
	StepsSinceStart   int64
	SamplesSinceStart int64
}

// EvaluationInfo is how far an evaluation is.
type EvaluationInfo struct {
	Epoch, Epochs int    // the epoch that it follows, from 1
	Split         string // "validation", "test" or "train"
	Done, Samples int    // of the split
}

// EpochInfo is what one epoch did.
type EpochInfo struct {
	Metric
	Epochs  int
	Seconds float64 // training and evaluation
}

func (h Hooks) note(text string) {
	if h.Note != nil {
		h.Note(text)
	}
}
