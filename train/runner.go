package train

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
	"github.com/vicinal-ml/vicinal/zoo"
)

// Runner does one run. Backend, Set, Spec and Dir are needed.
type Runner struct {
	Backend compute.Backend
	Set     *data.Set // what Spec.Data names, opened with Spec.DataOptions
	Spec    Spec
	Dir     string // created if it is not there
	Hooks   Hooks

	// Task, Network (see [zoo.Own]) and Method, where they are not nil, are what the
	// run trains in place of what Spec names. Their names go into the spec as it is kept: equal
	// names must give equal runs, and another program needs the values again to
	// open the run.
	Task    task.Task
	Network *zoo.Network
	Method  mix.Method

	// Data is the fingerprint of Set where the caller has taken it already.
	Data data.Fingerprint

	// UsePrevious goes on from checkpoint-previous where checkpoint-last is
	// damaged, which otherwise is an error.
	UsePrevious bool
}

// Run does the run, or what is left of it. If the folder holds a finished run
// of the spec, it only reads the result. What is there must be made from the
// same as what Run would make, see [Origin]; else the error is ErrOtherRun.
//
// Cancelling ctx ends the run after the step it is in, with the state saved
// and ErrInterrupted. The other errors that can be told apart are ErrDiverged,
// ErrOtherRun, ErrBusy and ErrDamaged.
func (r Runner) Run(ctx context.Context) (*Result, error) {
	spec, err := r.Spec.resolve(r.values())
	if err != nil {
		return nil, err
	}
	f, err := openFolder(r.Dir, spec)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.Exists(rundir.ResultFile) {
		return r.finished(ctx, spec)
	}
	var result *Result
	err = guard("training "+spec.Model, func() error {
		run, err := r.start(ctx, spec, f)
		if err != nil {
			return err
		}
		defer run.close()
		result, err = run.toTheEnd(ctx)
		return err
	})
	return result, err
}

// Check says how far the run in the folder has come, and fails where Run would
// because it is another one. It changes nothing, and needs no backend.
func (r Runner) Check(ctx context.Context) (finished, begun bool, err error) {
	spec, err := r.Spec.resolve(r.values())
	if err != nil {
		return false, false, err
	}
	f := rundir.At(r.Dir)
	if !f.Exists(rundir.SpecFile) {
		return false, false, nil
	}
	if err := claimFolder(f, spec); err != nil {
		return false, false, err
	}
	there, err := ReadOrigin(r.Dir)
	if err != nil || there == nil {
		return false, false, err
	}
	here, err := r.origin(ctx, spec)
	if err != nil {
		return false, false, err
	}
	if reason := there.Against(here, spec); reason != "" {
		return false, false, fmt.Errorf("%w: the run in %s was made %s; choose another folder, or remove that one to train anew", ErrOtherRun, r.Dir, reason)
	}
	finished = f.Exists(rundir.ResultFile)
	return finished, !finished, nil
}

// finished returns the result that is there, if it is the one that Run would make.
func (r Runner) finished(ctx context.Context, spec Spec) (*Result, error) {
	result, err := ReadResult(r.Dir)
	if err != nil {
		return nil, err
	}
	here, err := r.origin(ctx, spec)
	if err != nil {
		return nil, err
	}
	there := result.Origin()
	if reason := there.Against(here, spec); reason != "" {
		return nil, fmt.Errorf("%w: the finished run in %s was made %s; choose another folder, or remove that one to train anew", ErrOtherRun, r.Dir, reason)
	}
	r.Hooks.note(r.Dir + " holds the finished run")
	if was, is := there.Versions.Difference(here.Versions); was != "" {
		r.Hooks.note(fmt.Sprintf("it was computed with %s, here is %s: another run may differ from it in its last bits", was, is))
	}
	if there.Data.Touched(here.Data) {
		r.Hooks.note(touched(spec.Data))
	}
	return result, nil
}

// values are what the run trains in place of what its spec names.
func (r Runner) values() values { return values{r.Task, r.Network, r.Method} }

// origin is that of the run, should it begin now.
func (r Runner) origin(ctx context.Context, spec Spec) (Origin, error) {
	return originOf(context.WithoutCancel(ctx), r.Backend, r.Set, spec, r.Data)
}

// touched is the remark on files whose times alone have changed.
func touched(name string) string {
	return fmt.Sprintf("the files of %s have other times of modification than when the run began, and the same names and sizes: of what they hold, %d samples of each part were compared, not all", name, data.FingerprintSamples)
}

// Run is Runner.Run.
func Run(ctx context.Context, backend compute.Backend, set *data.Set, spec Spec, dir string, hooks Hooks) (*Result, error) {
	return Runner{Backend: backend, Set: set, Spec: spec, Dir: dir, Hooks: hooks}.Run(ctx)
}
