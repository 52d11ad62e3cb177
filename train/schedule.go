package train

import (
	"fmt"
	"math"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/nearest"
)

// Names of the learning-rate schedules. All of them set the rate anew for every
// step, so that a run of few epochs is as smooth as one of many.
const (
	ScheduleConstant = "constant"
	ScheduleStep     = "step"      // times DropFactor after each epoch of Drops
	ScheduleCosine   = "cosine"    // half a cosine from the learning rate down to 0
	ScheduleOneCycle = "one-cycle" // up to the learning rate and down again (Smith and Topin, 2018; PyTorch's OneCycleLR)
	ScheduleLinear   = "linear"    // straight lines between Points
)

// Schedules lists the names of the learning-rate schedules.
func Schedules() []string {
	return []string{ScheduleConstant, ScheduleStep, ScheduleCosine, ScheduleOneCycle, ScheduleLinear}
}

// Names of the ways between the ends of a one-cycle schedule.
const (
	AnnealCosine = "cosine" // half a cosine
	AnnealLinear = "linear" // a straight line
)

// Point is a corner of the schedule linear: after the share At of the run's
// steps, in [0, 1], the rate is Factor times the learning rate. It is written
// as [at, factor].
type Point [2]float64

// resolveSchedule fills in the defaults of the schedule and checks it.
func (o Optimizer) resolveSchedule(epochs int) (Optimizer, error) {
	if o.Schedule == "" {
		o.Schedule = ScheduleConstant
	}
	if !slices.Contains(Schedules(), o.Schedule) {
		return o, fmt.Errorf("unknown learning-rate schedule %q%s; known are constant, step, cosine, one-cycle, linear", o.Schedule, nearest.Hint(o.Schedule, Schedules()))
	}
	ofStep := len(o.Drops) > 0 || o.DropFactor != 0
	ofCycle := o.PeakAt != 0 || o.StartFactor != 0 || o.FinalFactor != 0 || o.Anneal != ""
	switch {
	case ofStep && o.Schedule != ScheduleStep:
		return o, fmt.Errorf("drops and drop_factor are settings of schedule step, not of %s", o.Schedule)
	case ofCycle && o.Schedule != ScheduleOneCycle:
		return o, fmt.Errorf("peak_at, start_factor, final_factor and anneal are settings of schedule one-cycle, not of %s", o.Schedule)
	case len(o.Points) > 0 && o.Schedule != ScheduleLinear:
		return o, fmt.Errorf("points are a setting of schedule linear, not of %s", o.Schedule)
	case o.WarmupEpochs > 0 && (o.Schedule == ScheduleOneCycle || o.Schedule == ScheduleLinear):
		return o, fmt.Errorf("warmup_epochs = %d: schedule %s rises by itself", o.WarmupEpochs, o.Schedule)
	}
	switch o.Schedule {
	case ScheduleStep:
		return o.resolveDrops(epochs)
	case ScheduleOneCycle:
		return o.resolveCycle()
	case ScheduleLinear:
		return o, o.checkPoints()
	}
	return o, nil
}

func (o Optimizer) resolveDrops(epochs int) (Optimizer, error) {
	if o.DropFactor == 0 {
		o.DropFactor = 0.1
	}
	if !(o.DropFactor > 0 && o.DropFactor < 1) {
		return o, fmt.Errorf("drop_factor = %v is not between 0 and 1", o.DropFactor)
	}
	if len(o.Drops) == 0 {
		return o, fmt.Errorf("schedule step needs drops: the epochs after which the learning rate falls")
	}
	for i, d := range o.Drops {
		if d < 1 || d >= epochs || i > 0 && d <= o.Drops[i-1] {
			return o, fmt.Errorf("drops = %v are not rising epochs from 1 to %d", o.Drops, epochs-1)
		}
	}
	return o, nil
}

// resolveCycle has the defaults of PyTorch's OneCycleLR.
func (o Optimizer) resolveCycle() (Optimizer, error) {
	if o.PeakAt == 0 {
		o.PeakAt = 0.3
	}
	if o.StartFactor == 0 {
		o.StartFactor = 1. / 25
	}
	if o.FinalFactor == 0 {
		o.FinalFactor = o.StartFactor / 1e4
	}
	if o.Anneal == "" {
		o.Anneal = AnnealCosine
	}
	anneals := []string{AnnealCosine, AnnealLinear}
	switch {
	case !(o.PeakAt > 0 && o.PeakAt < 1):
		return o, fmt.Errorf("peak_at = %v is not between 0 and 1", o.PeakAt)
	case !(o.StartFactor > 0 && o.StartFactor <= 1):
		return o, fmt.Errorf("start_factor = %v is not above 0 and at most 1", o.StartFactor)
	case !(o.FinalFactor > 0 && o.FinalFactor <= 1):
		return o, fmt.Errorf("final_factor = %v is not above 0 and at most 1", o.FinalFactor)
	case !slices.Contains(anneals, o.Anneal):
		return o, fmt.Errorf("unknown anneal %q%s; known are cosine, linear", o.Anneal, nearest.Hint(o.Anneal, anneals))
	}
	return o, nil
}

func (o Optimizer) checkPoints() error {
	if len(o.Points) < 2 || o.Points[0][0] != 0 || o.Points[len(o.Points)-1][0] != 1 {
		return fmt.Errorf("points = %v: schedule linear needs two or more, the first at 0 and the last at 1", o.Points)
	}
	for i, p := range o.Points {
		if i > 0 && !(p[0] > o.Points[i-1][0]) {
			return fmt.Errorf("points = %v: %v does not come after the one before", o.Points, p)
		}
		if !(p[1] >= 0 && p[1] <= 1e3) {
			return fmt.Errorf("points = %v: the factor of %v is not in [0, 1000]", o.Points, p)
		}
	}
	return nil
}

// Rate returns the learning rate of a step (from 0, over the whole run) in a
// run of epochs of stepsPerEpoch steps. During the warm-up, step s of w has
// (s+1)/w of the learning rate; the cosine runs over the steps after it. A
// one-cycle schedule has its peak at step PeakAt*steps-1 and its lowest rate at
// the last step, as in PyTorch; the schedule linear takes step s of n to be at
// s/n.
func (o Optimizer) Rate(step int64, stepsPerEpoch, epochs int) float64 {
	total := int64(epochs) * int64(stepsPerEpoch)
	warmup := int64(o.WarmupEpochs) * int64(stepsPerEpoch)
	if step < warmup {
		return o.LearningRate * float64(step+1) / float64(warmup)
	}
	switch o.Schedule {
	case ScheduleStep:
		epoch := int(step / int64(stepsPerEpoch))
		rate := o.LearningRate
		for _, d := range o.Drops {
			if epoch >= d {
				rate *= o.DropFactor
			}
		}
		return rate
	case ScheduleCosine:
		return o.LearningRate * (1 + math.Cos(math.Pi*float64(step-warmup)/float64(total-warmup))) / 2
	case ScheduleOneCycle:
		return o.LearningRate * o.cycle(float64(step), float64(total))
	case ScheduleLinear:
		return o.LearningRate * o.line(float64(step)/float64(total))
	default:
		return o.LearningRate
	}
}

// cycle is the factor of the learning rate at a step of total.
func (o Optimizer) cycle(step, total float64) float64 {
	up := max(o.PeakAt*total-1, 0)
	down := max(total-1-up, 0)
	switch {
	case step < up:
		return o.between(o.StartFactor, 1, step/up)
	case down == 0:
		return 1
	default:
		return o.between(1, o.FinalFactor, (step-up)/down)
	}
}

// between is the factor at a share of the way from one to another.
func (o Optimizer) between(from, to, share float64) float64 {
	if o.Anneal == AnnealLinear {
		return from + (to-from)*share
	}
	return to + (from-to)*(1+math.Cos(math.Pi*share))/2
}

// line interpolates between the points.
func (o Optimizer) line(at float64) float64 {
	for i, p := range o.Points[1:] {
		if before := o.Points[i]; at <= p[0] {
			return before[1] + (p[1]-before[1])*(at-before[0])/(p[0]-before[0])
		}
	}
	return o.Points[len(o.Points)-1][1]
}
