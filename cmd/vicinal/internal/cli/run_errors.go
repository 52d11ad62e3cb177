package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// trainingError gives the error of training in dir its exit code, and says how to go on.
func trainingError(err error, dir string) error {
	failed, some := errors.AsType[*study.FailedError](err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, train.ErrInterrupted):
		return &InterruptedError{fmt.Errorf("interrupted, the state is saved in %s; the same command goes on from there", dir)}
	case errors.Is(err, context.Canceled):
		return &InterruptedError{errors.New("interrupted; the same command begins again")}
	case some && errors.Is(failed.Err, train.ErrDamaged):
		return fmt.Errorf("%w; --use-previous goes on from the checkpoint before, if there is one, and removing that run's folder trains it again", err)
	case !some && errors.Is(err, train.ErrDiverged):
		return &DivergedError{err}
	case errors.Is(err, train.ErrBusy), errors.Is(err, study.ErrBusy):
		return fmt.Errorf("%w; wait for it or choose another folder", err)
	}
	if _, ok := errors.AsType[*data.BrokenError](err); ok {
		advice := `"vicinal data check" lists every broken file of a data set`
		if dir != "" {
			advice += ", and --skip-broken leaves them out"
		}
		return fmt.Errorf("%w; %s", err, advice)
	}
	return err
}

// onInterrupt tells the user, once ctx is cancelled, what happens now. stop must be called when the work is over.
func onInterrupt(ctx context.Context, p *progress) (stop func() bool) {
	return context.AfterFunc(ctx, func() {
		p.note(p.t.ErrOut, "finishing this step, then saving; interrupt again to stop at once")
	})
}
