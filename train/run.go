package train

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/zoo"
)

// run is a run under way.
type run struct {
	spec    Spec
	set     *data.Set
	method  mix.Method
	task    task.Task
	primary measure.Measure // on the validation part
	network *zoo.Network
	folder  *rundir.Dir
	hooks   Hooks
	header  header // of every checkpoint: the parts that stay

	store          *model.Store
	stepper        *stepper
	averager       *averager // nil without an average
	evaluator      *evaluator
	loader, second data.Loader
	plan           mix.Plan
	targets        []float32  // memory of draw
	worthy         float64    // operations from which on neighbours are kept
	all            *mix.Train // what the method looks at of all training samples, nil for nothing

	judged          *task.Judged // the test part after the last epoch, once it is evaluated
	mixedBefore     bool         // a batch has been mixed at the input
	state           state
	metrics, timing *rundir.Journal
	events          *events
	bestUnsaved     *checkpoint // the best epoch, until it is on the disk
	saved           time.Time   // when the last checkpoint was written
	damaged         []string    // checkpoints newer than the one the run goes on from, until the next save

	started       time.Time
	secondsBefore float64 // the run took before it was resumed
	resumedAt     int64   // steps done before it was resumed
	samples       int64   // trained on since
}

func (u *run) close() {
	if u.metrics != nil {
		u.metrics.Close()
	}
	if u.timing != nil {
		u.timing.Close()
	}
	if u.events != nil {
		u.events.close()
	}
	if u.stepper != nil {
		u.stepper.close()
	}
	if u.averager != nil {
		u.averager.exec.Finalize()
	}
	if u.evaluator != nil {
		u.evaluator.close()
	}
	u.store.Finalize()
}

// toTheEnd does the epochs that are left and writes the result.
func (u *run) toTheEnd(ctx context.Context) (*Result, error) {
	for !u.done() {
		if err := u.epoch(ctx); err != nil {
			return nil, err
		}
	}
	if err := u.keepPredictions(ctx); err != nil {
		return nil, err
	}
	result := u.result()
	text, err := result.encode()
	if err != nil {
		return nil, err
	}
	return result, u.folder.Replace(rundir.ResultFile, text)
}

// done reports whether no epoch is left.
func (u *run) done() bool { return u.state.Stopped || u.state.Epoch == u.spec.Epochs }

// stops reports whether an epoch whose validation part has been evaluated is
// the last one, by Spec.StopAfter, though others are left.
func (u *run) stops(m *Metric) bool {
	return u.spec.StopAfter > 0 && m.Epoch < u.spec.Epochs && m.Values.Has(measure.Validation) &&
		!u.state.Best.improves(m, u.primary) && u.state.Stale+1 >= u.spec.StopAfter
}

// epoch does what is left of the epoch.
func (u *run) epoch(ctx context.Context) error {
	began, before := time.Now(), u.samples
	if err := u.steps(ctx); err != nil {
		return err
	}
	trained := time.Now()
	perSecond := float64(u.samples-before) / trained.Sub(began).Seconds()
	m := u.state.Tally.metric(u.state.Epoch+1, u.state.Steps)
	if err := u.evaluate(ctx, &m); err != nil {
		return err
	}
	if err := u.metrics.Add(m); err != nil {
		return err
	}
	if err := u.timing.Add(timingOf(m.Epoch, began, trained)); err != nil {
		return err
	}
	u.events.epoch(&m, perSecond)
	better := m.evaluated() && u.state.Best.improves(&m, u.primary)
	u.state.Stopped = u.stops(&m)
	if u.spec.StopAfter > 0 && m.evaluated() {
		u.state.Stale++
	}
	if better {
		u.state.Stale = 0
		u.state.Best = &best{Epoch: m.Epoch, Values: m.Values}
	}
	u.state.endEpoch(m)
	if better {
		if err := u.holdBest(); err != nil {
			return err
		}
	}
	if u.hooks.Epoch != nil {
		u.hooks.Epoch(EpochInfo{Metric: m, Epochs: u.spec.Epochs, Seconds: time.Since(began).Seconds()})
	}
	return u.saveAfterEpoch()
}

// evaluate adds what is measured after the epoch, if it is its turn.
func (u *run) evaluate(ctx context.Context, m *Metric) error {
	always := func() bool { return true }
	last := func() bool { return m.Epoch == u.spec.Epochs || u.stops(m) } // once the validation part is measured
	if m.Epoch < u.spec.Epochs && m.Epoch%u.spec.EvalEvery != 0 {
		return nil
	}
	for _, part := range []struct {
		name  measure.Part
		split data.Split
		turn  func() bool
	}{
		{measure.Validation, u.set.Validation, always}, {measure.Test, u.set.Test, always}, {measure.Train, u.set.Train, last},
	} {
		if part.split.Len() == 0 || !part.turn() {
			continue
		}
		var bad *NotFiniteError
		judged, err := u.evaluator.judge(ctx, part.split, u.tellEvaluation(m.Epoch, string(part.name), part.split.Len()))
		switch {
		case ctx.Err() != nil:
			// All steps of the epoch are done: a resumed run evaluates again.
			return u.interrupt(ctx)
		case errors.As(err, &bad):
			return u.diverged(*m, fmt.Sprintf("the %s of sample %d (from 0) of the %s part", bad.Column, bad.Sample, part.name), bad.Value)
		case err != nil:
			return err
		}
		m.Values = append(m.Values, task.Evaluate(u.task, part.name, judged)...)
		if part.name == measure.Test && last() {
			u.judged = judged
		}
	}
	return nil
}

// tellEvaluation passes the progress of an evaluation on, if anyone asks.
func (u *run) tellEvaluation(epoch int, split string, samples int) func(int) {
	if u.hooks.Evaluation == nil {
		return nil
	}
	done := 0
	return func(n int) {
		done += n
		u.hooks.Evaluation(EvaluationInfo{Epoch: epoch, Epochs: u.spec.Epochs, Split: split, Done: done, Samples: samples})
	}
}
