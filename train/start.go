package train

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/vicinal-ml/vicinal/internal/tfevents"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train/internal/rundir"
)

// start prepares a run at its first step, or where its checkpoint left it.
func (r Runner) start(ctx context.Context, spec Spec, f *rundir.Dir) (_ *run, err error) {
	if err := checkSet(r.Set); err != nil {
		return nil, err
	}
	if err := spec.fitsSet(r.Set, r.values()); err != nil {
		return nil, err
	}
	if err := checkPrecision(r.Backend, spec.Precision); err != nil {
		return nil, err
	}
	method, err := r.values().methodOf(spec)
	if err != nil {
		return nil, err
	}
	t, network, err := r.values().learns(spec, r.Set)
	if err != nil {
		return nil, err
	}
	origin, err := r.origin(ctx, spec)
	if err != nil {
		return nil, err
	}
	text, err := spec.encode()
	if err != nil {
		return nil, err
	}
	u := &run{
		spec: spec, set: r.Set, method: method, task: t, network: network, folder: f, hooks: r.Hooks, worthy: neighborsWorthy,
		primary: measure.Measure{Name: t.Primary(), Better: betterOf(t), Part: measure.Validation},
		store:   model.NewStore(), started: time.Now(),
		header: header{
			Spec: string(text), Data: origin.Data, Init: origin.Init, Revision: origin.Revision,
			Shape: r.Set.Shape, Classes: r.Set.Classes, Versions: origin.Versions, Learns: learnsOf(&r.Set.Info),
			Preparation: r.Set.Preparation,
		},
	}
	defer func() {
		if err != nil {
			u.close()
		}
	}()
	if u.loader, u.second, err = spec.Loaders(r.Set); err != nil {
		return nil, err
	}
	u.all, err = spec.chooseBy(&u.second, method, r.Set, func(k int, sameClass bool) (*mix.Neighbors, error) { return u.neighbors(ctx, k, sameClass) })
	if err != nil {
		return nil, err
	}
	if err := network.Initialize(u.store.Scope(modelScope), spec.Seed, dtypes.Float32); err != nil {
		return nil, err
	}
	if err := spec.Optimizer.initialize(u.store, network); err != nil {
		return nil, err
	}
	if err := spec.Average.initialize(u.store, network, spec.Seed); err != nil {
		return nil, err
	}
	if err := u.resume(r.UsePrevious); err != nil {
		return nil, err
	}
	if u.mixedBefore, err = u.hasMixed(); err != nil {
		return nil, err
	}
	if u.state.Steps == 0 {
		begin := func() error { return u.prepare(ctx) }
		if spec.Init != "" {
			begin = u.initialWeights
		}
		if err := begin(); err != nil {
			return nil, err
		}
	}
	if u.stepper, err = newStepper(r.Backend, u.store, network, t, &r.Set.Info, spec, method); err != nil {
		return nil, err
	}
	if spec.Average.Decay > 0 {
		if u.averager, err = newAverager(r.Backend, u.store, spec.Average); err != nil {
			return nil, err
		}
	}
	u.evaluator, err = newEvaluator(r.Backend, u.store, spec.Average.scope(), network, t, &r.Set.Info, spec.EvalFlip, evaluationBatch(spec, sizeOf(r.Set.Shape)))
	if err != nil {
		return nil, err
	}
	u.evaluator.workers = spec.Workers
	return u, nil
}

// betterOf says which way the primary measure of a task is better.
func betterOf(t task.Task) measure.Better {
	for _, m := range t.Measures() {
		if m.Name == t.Primary() {
			return m.Better
		}
	}
	return measure.Lower
}

// prepare sets the initial values that depend on training samples, which it
// takes from all of the split, for it may be in the order of the classes.
func (u *run) prepare(ctx context.Context) error {
	samples := min(u.network.PrepareSamples, u.set.Train.Len())
	size := sizeOf(u.set.Shape)
	x := make([]float32, samples*size)
	for k := range samples {
		i := k * u.set.Train.Len() / samples
		if err := u.set.Train.Read(ctx, i, x[k*size:(k+1)*size]); err != nil {
			return fmt.Errorf("reading training sample %d: %w", i, err)
		}
	}
	if u.spec.Average.Decay > 0 {
		if err := u.network.Prepare(u.store.Scope(averageScope), x); err != nil {
			return err
		}
	}
	return u.network.Prepare(u.store.Scope(modelScope), x)
}

// resume sets the state from the newest checkpoint, if there is one, and opens
// the journals.
func (u *run) resume(usePrevious bool) error {
	var metrics, timing rundir.Mark
	var events tfevents.Mark
	c, name, err := u.readNewest(usePrevious)
	if err != nil {
		return err
	}
	if c != nil {
		if err := u.accept(c); err != nil {
			return fmt.Errorf("%s: %w", u.folder.File(name), err)
		}
		metrics, timing, events = c.Metrics, c.Timing, c.Events
		u.hooks.note(fmt.Sprintf("resuming from %s: %d of %d epochs and %d steps are done", name, u.state.Epoch, u.spec.Epochs, u.state.Step))
	}
	u.resumedAt, u.secondsBefore = u.state.Steps, u.state.Seconds
	u.saved = time.Now()
	if u.metrics, err = rundir.OpenJournal(u.folder.File(rundir.MetricsFile), metrics); err != nil {
		return err
	}
	u.timing, err = rundir.OpenJournal(u.folder.File(rundir.TimingFile), timing)
	if errors.Is(err, ErrDamaged) {
		u.hooks.note(rundir.TimingFile + " is not what it was: it begins anew")
		u.timing, err = rundir.OpenJournal(u.folder.File(rundir.TimingFile), rundir.Mark{})
	}
	if err != nil {
		return err
	}
	total := int64(u.spec.Epochs) * int64(u.loader.Steps())
	u.events = openEvents(u.folder.Path, events, u.state.Steps, total, u.hooks.note)
	// A checkpoint must not reach the disk before the files that it marks.
	return wholefile.SyncDir(u.folder.Path)
}

// readNewest reads the newest checkpoint, nil if there is none, or where that
// is damaged the newest that is whole, if that is allowed.
func (u *run) readNewest(usePrevious bool) (*checkpoint, string, error) {
	names := u.folder.Checkpoints()
	if len(names) == 0 {
		return nil, "", u.folder.Forget(rundir.AsideFile)
	}
	wanted := variablesOf(u.store)
	c, err := readCheckpointOf(u.network, u.folder.File(names[0]), wanted)
	if err == nil {
		// What was being written is not newer than what the journals will hold.
		return c, names[0], u.folder.Forget(rundir.AsideFile)
	}
	c, at := firstWhole(u.folder, u.network, names, wanted)
	switch {
	case c == nil && len(names) > 1:
		return nil, "", fmt.Errorf("%w; nor is any of the %d before it whole, the last of them %s", err, len(names)-1, names[len(names)-1])
	case c == nil:
		return nil, "", err
	case !usePrevious:
		return nil, "", fmt.Errorf("%w; the run can go on from %s if asked to, or from the start in another folder", err, nameOf(names, at))
	}
	u.hooks.note(err.Error())
	if at < 0 {
		// The save that was cut short is finished: the next one must not write over it.
		return c, rundir.LastFile, u.folder.Finish()
	}
	u.damaged = names[:at]
	return c, names[at], nil
}

// accept takes the run's state from a checkpoint.
func (u *run) accept(c *checkpoint) error {
	there, err := decodeSpec([]byte(c.Spec))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if there.Hash() != u.spec.Hash() {
		return fmt.Errorf("%w: it is of another spec (%s)", ErrOtherRun, u.spec.Difference(there))
	}
	was, is := c.origin(), u.header.origin()
	if reason := was.Against(is, u.spec); reason != "" {
		return fmt.Errorf("%w: the run was made %s; choose another folder", ErrOtherRun, reason)
	}
	u.header.Init = c.Init
	s := c.State
	if s.Epoch < 0 || s.Epoch > u.spec.Epochs || s.Step < 0 || s.Step > u.loader.Steps() || len(s.History) != s.Epoch {
		return fmt.Errorf("%w: its position, %d epochs and %d steps, is not in the run", ErrDamaged, s.Epoch, s.Step)
	}
	if there, here := was.Versions.Difference(is.Versions); there != "" {
		u.hooks.note(fmt.Sprintf("the run was computed with %s, from here on with %s: the rest may differ in its last bits", there, here))
	}
	if was.Data.Touched(is.Data) {
		u.hooks.note(touched(u.spec.Data))
	}
	u.state = s
	return restore(u.store, c)
}
