package train

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/vicinal-ml/vicinal/data"
)

// steps takes the steps that are left of the epoch.
func (u *run) steps(ctx context.Context) error {
	// A step that has begun is finished: the loaders do not see the cancelling.
	whole := context.WithoutCancel(ctx)
	other := func() (*data.Batch, error) { return nil, nil }
	if u.stepper.second {
		next, stop := iter.Pull2(u.second.Epoch(whole, u.state.Epoch, u.state.Step))
		defer stop()
		other = func() (*data.Batch, error) {
			batch, err, ok := next()
			if !ok {
				return nil, fmt.Errorf("the second batch of step %d does not exist", u.state.Step)
			}
			return batch, err
		}
	}
	if ctx.Err() != nil {
		return u.interrupt(ctx)
	}
	for batch, err := range u.loader.Epoch(whole, u.state.Epoch, u.state.Step) {
		if err != nil {
			return fmt.Errorf("reading training samples: %w", err)
		}
		second, err := other()
		if err != nil {
			return fmt.Errorf("reading training samples: %w", err)
		}
		if err := u.step(batch, second); err != nil {
			return err
		}
		switch {
		case ctx.Err() != nil:
			return u.interrupt(ctx)
		case time.Since(u.saved) >= time.Duration(u.spec.CheckpointEvery):
			if err := u.save(); err != nil {
				return err
			}
		}
	}
	return nil
}

// step takes one step.
func (u *run) step(batch, second *data.Batch) error {
	if err := u.draw(batch, second); err != nil {
		return fmt.Errorf("planning step %d of epoch %d: %w", u.state.Step+1, u.state.Epoch+1, err)
	}
	if err := u.keepMixed(batch, second); err != nil {
		return err
	}
	u.plan.Noise.Add(batch.X, batch.N)
	rate := u.spec.Optimizer.Rate(u.state.Steps, u.loader.Steps(), u.spec.Epochs)
	states := u.network.DropoutStates(u.spec.Seed, uint64(u.state.Epoch), uint64(u.state.Step))
	values := append(stepValues(rate, u.state.Steps), u.stepper.freeze.values(u.state.Epoch)...)
	loss, accuracy, err := u.stepper.run(batch, second, &u.plan, values, states)
	if err != nil {
		return err
	}
	if !finite(loss) {
		at := Metric{Epoch: u.state.Epoch + 1, Step: u.state.Steps + 1, Phase: u.plan.Phase, LearningRate: rate, Mixed: u.state.Tally.mixed()}
		return u.diverged(at, "the training loss", loss)
	}
	total := int64(u.spec.Epochs) * int64(u.loader.Steps())
	if decay, now := u.spec.Average.DecayAt(u.state.Steps+1, total); now {
		if err := u.averager.update(decay); err != nil {
			return err
		}
	}
	mixed := u.plan.Mixed()
	u.state.Tally.add(&u.plan, mixed, rate, loss, accuracy)
	u.state.Step++
	u.state.Steps++
	u.state.Seen += int64(batch.N)
	u.samples += int64(batch.N)
	u.events.step(u.state.Steps, loss, rate)
	if u.hooks.Step != nil {
		u.hooks.Step(StepInfo{
			Epoch: u.state.Epoch + 1, Epochs: u.spec.Epochs, Step: u.state.Step, Steps: u.loader.Steps(),
			Done: u.state.Steps, Total: total,
			Samples: batch.N, Loss: loss, LearningRate: rate, Phase: u.plan.Phase, Mixed: mixed,
			SinceStart: time.Since(u.started), StepsSinceStart: u.state.Steps - u.resumedAt, SamplesSinceStart: u.samples,
		})
	}
	return nil
}

// interrupt saves the state and returns the error of an interrupted run.
func (u *run) interrupt(ctx context.Context) error {
	if err := u.save(); err != nil {
		return err
	}
	return fmt.Errorf("%w after %d epochs and %d steps, saved in %s: %w", ErrInterrupted, u.state.Epoch, u.state.Step, u.folder.Path, context.Cause(ctx))
}

// position is where the run is: in the epoch under way, or at the end of the
// last one where none has begun.
func (u *run) position() Metric {
	s := &u.state
	if s.Step == 0 && s.Last != nil {
		return Metric{Epoch: s.Epoch, Step: s.Steps, Phase: s.Last.Phase, LearningRate: s.Last.LearningRate, Mixed: s.Last.Mixed}
	}
	return Metric{Epoch: s.Epoch + 1, Step: s.Steps, Phase: s.Tally.Phase, LearningRate: s.Tally.Rate, Mixed: s.Tally.mixed()}
}

// diverged notes in the metrics where it was and returns the error.
func (u *run) diverged(at Metric, what string, value float64) error {
	from := u.header.Data
	from.Times = "" // equal runs write equal metrics, also from a copy of the data
	m := Metric{Epoch: at.Epoch, Step: at.Step, Phase: at.Phase, LearningRate: at.LearningRate, Mixed: at.Mixed, Diverged: true, Data: &from}
	if err := u.metrics.Add(m); err != nil {
		return err
	}
	if _, err := u.metrics.Mark(); err != nil {
		return err
	}
	kept := "no checkpoint was written before"
	if names := u.folder.Checkpoints(); len(names) > 0 {
		kept = u.folder.File(names[0]) + " keeps the state of the last checkpoint before"
	}
	return fmt.Errorf("%w: %s is %v in epoch %d at step %d, learning rate %.3g; %s; try a smaller learning rate", ErrDiverged, what, value, m.Epoch, m.Step, m.LearningRate, kept)
}

// finite reports whether x is neither NaN nor infinite.
func finite(x float64) bool { return x-x == 0 }
