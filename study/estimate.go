package study

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"time"

	"github.com/gomlx/compute"
	"golang.org/x/sync/errgroup"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/zoo"
)

// Forecast is what a study will take.
type Forecast struct {
	Spec Spec `json:"spec"` // resolved, with the jobs that Run would use
	Runs int  `json:"runs"` // methods by seeds; of a sequential study those at most
	Done int  `json:"done"` // of them, those that have come to their end in the folder

	Shape             []int `json:"shape"` // of one sample
	Classes           int   `json:"classes"`
	TrainSamples      int   `json:"train_samples"`
	ValidationSamples int   `json:"validation_samples"`
	TestSamples       int   `json:"test_samples"`

	Taken *data.Taken `json:"taken,omitempty"` // of a set in folders

	Workers int `json:"workers"` // that read samples ahead, in each run

	ClassWeights []float64 `json:"class_weights,omitempty"` // in the training loss

	Params       int     `json:"params"`
	StepsPerRun  int64   `json:"steps_per_run"`
	FLOPsPerStep float64 `json:"flops_per_step"` // of a whole batch, see [TrainingFLOPs]
	FLOPs        float64 `json:"flops"`          // of training in all runs that are not done

	// StepSeconds is how long a step took while as many runs went at once as
	// in the study, and Seconds what the steps and evaluations of the runs that
	// are not done then take, as if none had begun. They
	// are zero where nothing was measured, and leave out what a run takes
	// before its first step.
	StepSeconds float64 `json:"step_seconds,omitempty"`
	Seconds     float64 `json:"seconds,omitempty"`
}

// calibration is how long [Estimate] measures.
const calibration = 2 * time.Second

// Estimate returns what Run would take from the start, and leaves no file
// behind. With a backend it trains the first steps, for about two seconds, in
// a temporary folder to measure the time a step takes; without one (nil) it
// estimates no time.
func Estimate(ctx context.Context, spec Spec, backend BackendFactory) (*Forecast, error) {
	return Runner{Spec: spec, Backend: backend}.estimate(ctx, len(spec.Methods)*len(spec.Seeds), 0)
}

// Estimate returns what the rest of the plan would take, as the function of
// that name does.
func (r Runner) Estimate(ctx context.Context, p *Plan) (*Forecast, error) {
	return r.estimate(ctx, len(p.Named), len(p.Named)-len(p.Open))
}

// estimate does it for a study of so many runs, at most, of which some are done.
func (r Runner) estimate(ctx context.Context, runs, done int) (*Forecast, error) {
	backend := r.Backend
	spec, err := r.Spec.Resolve()
	if err != nil {
		return nil, err
	}
	set, network, err := open(ctx, spec, r.Set)
	if err != nil {
		return nil, err
	}
	f := &Forecast{Runs: runs, Done: done}
	spec.Jobs = jobs(spec, f.Runs-done)
	f.Spec = spec
	f.Shape, f.Classes = set.Shape, len(set.Classes)
	f.TrainSamples, f.ValidationSamples, f.TestSamples = set.Train.Len(), set.Validation.Len(), set.Test.Len()
	f.Taken = set.Taken
	f.Params = network.Params
	if f.ClassWeights, err = spec.Weights(set); err != nil {
		return nil, err
	}
	loader, _, err := spec.Run(spec.Methods[0], spec.Seeds[0]).Loaders(set)
	if err != nil {
		return nil, err
	}
	f.Workers = loader.Workers
	f.StepsPerRun = int64(loader.Steps()) * int64(spec.Epochs)
	f.FLOPsPerStep = TrainingFLOPs(network.FLOPs, int64(min(spec.Batch, f.TrainSamples)))
	f.FLOPs = float64(f.Runs-f.Done) * TrainingFLOPs(network.FLOPs, spec.EpochSize(f.TrainSamples)*int64(spec.Epochs))
	if backend == nil || f.Runs == f.Done {
		return f, nil
	}
	if f.StepSeconds, err = measureStep(ctx, spec, set, backend); err != nil {
		return nil, fmt.Errorf("measuring a step: %w", err)
	}
	f.Seconds = f.seconds()
	return f, nil
}

// SeedsWithin returns how many seeds of every method are likely to be trained in
// a time, and the most there can be where nothing was measured.
func (f *Forecast) SeedsWithin(budget time.Duration) int {
	if f.Seconds == 0 {
		return MostSeeds
	}
	rounds := budget.Seconds() / f.RunSeconds()
	return int(min(MostSeeds, math.Floor(rounds)*float64(f.Spec.Jobs)/float64(len(f.Spec.Methods))))
}

// seconds is the time of all runs, as many at once as the spec's jobs.
func (f *Forecast) seconds() float64 {
	rounds := (f.Runs - f.Done + f.Spec.Jobs - 1) / f.Spec.Jobs
	return f.RunSeconds() * float64(rounds)
}

// RunSeconds is the time of a run, while as many go at once as in the study.
func (f *Forecast) RunSeconds() float64 {
	perSample := f.StepSeconds / float64(min(f.Spec.Batch, f.TrainSamples))
	// An evaluated sample costs a forward pass, a third of a trained one, and its mirror image another.
	views := 1.0
	if f.Spec.EvalFlip {
		views = 2
	}
	evaluated := float64(f.Spec.Epochs/f.Spec.EvalEvery)*float64(f.ValidationSamples+f.TestSamples) + float64(f.TrainSamples)
	return f.StepSeconds*float64(f.StepsPerRun) + perSample*views*evaluated/3
}

// jobs is the number of runs to do at once.
func jobs(spec Spec, runs int) int {
	n := spec.Jobs
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return max(1, min(n, runs))
}

// open opens the data of the study's first seed, unless it is there already, and
// builds its network: what can be wrong with either shows before anything is
// written.
func open(ctx context.Context, spec Spec, set *data.Set) (*data.Set, *zoo.Network, error) {
	if set == nil {
		var err error
		if set, err = openSet(ctx, spec.Run(spec.Methods[0], spec.Seeds[0])); err != nil {
			return nil, nil, err
		}
	}
	if set.Train.Len() == 0 || set.Test.Len() == 0 {
		return nil, nil, fmt.Errorf("data set %s has %d training and %d test samples: a study needs both", spec.Data, set.Train.Len(), set.Test.Len())
	}
	for _, method := range spec.Methods {
		if err := spec.Run(method, spec.Seeds[0]).FitsSet(set); err != nil {
			return nil, nil, err
		}
	}
	t, network, err := spec.Learns(set)
	if err != nil {
		return nil, nil, err
	}
	return set, network, spec.CheckMeasure(t)
}

// measureStep returns the time of a step while as many runs go at once as in
// the study. The slowest of them counts.
func measureStep(ctx context.Context, spec Spec, set *data.Set, backend BackendFactory) (float64, error) {
	folder, err := os.MkdirTemp("", "vicinal-estimate-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	seconds := make([]float64, spec.Jobs)
	group, ctx := errgroup.WithContext(ctx)
	for i := range seconds {
		group.Go(func() error {
			one, err := backend()
			if err != nil {
				return err
			}
			defer one.Finalize()
			method := spec.Methods[len(spec.Methods)-1] // more likely to mix than the base
			seconds[i], err = timeSteps(ctx, one, set, spec.Run(method, spec.Seeds[0]), fmt.Sprintf("%s/%d", folder, i))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return 0, err
	}
	slowest := 0.0
	for _, s := range seconds {
		slowest = max(slowest, s)
	}
	return slowest, nil
}

// timeSteps trains for the time of a calibration and returns the mean time of
// a step, the first left out: it compiles.
func timeSteps(ctx context.Context, backend compute.Backend, set *data.Set, spec train.Spec, dir string) (float64, error) {
	spec.EvalEvery = spec.Epochs // steps only
	running, stop := context.WithCancel(ctx)
	defer stop()
	var began, last time.Time
	steps := 0
	hooks := train.Hooks{Step: func(train.StepInfo) {
		last = time.Now()
		if began.IsZero() {
			began = last
			return
		}
		steps++
		if last.Sub(began) > calibration {
			stop()
		}
	}}
	_, err := train.Run(running, backend, set, spec, dir, hooks)
	switch {
	case ctx.Err() != nil:
		return 0, train.ErrInterrupted
	case err != nil && !errors.Is(err, train.ErrInterrupted) && !errors.Is(err, train.ErrDiverged):
		return 0, err
	case steps == 0:
		return 0, nil // a run of one step
	}
	return last.Sub(began).Seconds() / float64(steps), nil
}
