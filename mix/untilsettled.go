package mix

import (
	"fmt"
	"math"
	"strconv"
)

// Defaults of UntilSettled.
const (
	DefaultPatience  = 10
	DefaultTolerance = 0.01
)

// UntilSettled turns mixing off for good once training loss and accuracy have
// settled, to fine-tune without it.
//
// The rule looks at the finished epochs of At.History whose phase was "on",
// oldest first, and remembers a best loss and a best accuracy. An epoch
// improves when its loss is below the best loss by more than Tolerance times
// that best, or its accuracy above the best accuracy by more than Tolerance;
// only an improvement moves the best. Training has settled when Patience "on"
// epochs in a row have not improved. Accuracies that are NaN (regression) are
// left out. Epochs of other phases do not count, so the rule stays true once
// it is.
type UntilSettled struct {
	Method    Method
	Patience  int     // epochs, 1 or more
	Tolerance float64 // in [0, 1): relative for the loss, in fractions of 1 for the accuracy
}

// Draw draws from the method inside until training has settled. It fails where
// At.History lacks a finished epoch.
func (s UntilSettled) Draw(p *Plan, at At) error {
	if len(at.History) < at.Epoch {
		return fmt.Errorf("epoch %d: settle looks at the loss of every finished epoch, and the batch's position has that of %d: set At.History", at.Epoch, len(at.History))
	}
	return drawScheduled(s, p, at)
}

// Unwrap returns the method inside.
func (s UntilSettled) Unwrap() Method { return s.Method }

// Plain is true once training has settled.
func (s UntilSettled) Plain(at At) (Phase, bool) { return PhaseFineTune, s.settled(at.History) }

func (s UntilSettled) settled(history []EpochStats) bool {
	bestLoss, bestAccuracy := math.Inf(1), math.Inf(-1)
	stale := 0
	for _, e := range history {
		if e.Phase != PhaseOn {
			continue
		}
		improved := false
		if e.Loss < bestLoss-s.margin(bestLoss) {
			bestLoss, improved = e.Loss, true
		}
		if e.Accuracy > bestAccuracy+s.Tolerance {
			bestAccuracy, improved = e.Accuracy, true
		}
		stale++
		if improved {
			stale = 0
		}
		if stale >= s.Patience {
			return true
		}
	}
	return false
}

// margin is by how much a loss must be below best to improve on it.
func (s UntilSettled) margin(best float64) float64 {
	if math.IsInf(best, 1) {
		return 0
	}
	return s.Tolerance * math.Abs(best)
}

// Validate reports a patience or tolerance outside its domain.
func (s UntilSettled) Validate() error {
	if s.Patience < 1 {
		return fmt.Errorf("settle is %d epochs of patience, it must be 1 or more", s.Patience)
	}
	if !(s.Tolerance >= 0 && s.Tolerance < 1) {
		return fmt.Errorf("tolerance is %v, it must be in [0, 1)", s.Tolerance)
	}
	return nil
}

// String returns the spec of the whole nest.
func (s UntilSettled) String() string { return specOf(s) }

func (s UntilSettled) option() []option {
	opts := []option{{key: "settle"}}
	if s.Patience != DefaultPatience {
		opts[0].value = strconv.Itoa(s.Patience)
	}
	if s.Tolerance != DefaultTolerance {
		opts = append(opts, option{"tolerance", formatFloat(s.Tolerance)})
	}
	return opts
}
