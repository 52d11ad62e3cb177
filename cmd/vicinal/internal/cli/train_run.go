package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/zoo"
)

// checkNetwork refuses a network or an augmentation that does not fit the data.
func checkNetwork(spec train.Spec, set *data.Set) error {
	if set.Task != data.Classification {
		hint := ""
		if strings.HasPrefix(set.Name, "csv:") {
			hint = "; to take each value of the target as a class, write " + set.Name + "?task=classification"
		}
		return usagef("data set %s is a %s set, and only classification can be trained%s", set.Name, set.Task, hint)
	}
	if _, _, err := spec.Loaders(set); err != nil {
		return asUsage(err)
	}
	if err := spec.FitsSet(set); err != nil {
		return asUsage(err)
	}
	_, err := zoo.New(spec.Model, set.Shape, len(set.Classes))
	return asUsage(err)
}

// trainRun does the run with its progress on the terminal.
func trainRun(ctx context.Context, f *Factory, o *TrainOptions, set *data.Set, backend compute.Backend) (*train.Result, error) {
	p := newProgress(f.IO, int64(o.Spec.Steps(set.Train.Len()))*int64(o.Spec.Epochs))
	defer p.close()
	defer onInterrupt(ctx, p)()
	pictured := false
	hooks := train.Hooks{
		Step: func(s train.StepInfo) {
			if !pictured {
				pictured = true
				p.skip(s.Done - s.StepsSinceStart)
				if err := drawPicture(ctx, set, o.Spec, o.Out); err != nil {
					p.note(f.IO.ErrOut, "%v", err)
				}
			}
			p.step(s.Samples, fmt.Sprintf("epoch %d/%d  loss %.3f  %s", s.Epoch, s.Epochs, s.Loss, s.Phase))
		},
		Evaluation: func(e train.EvaluationInfo) {
			p.tell(fmt.Sprintf("epoch %d/%d  %s", e.Epoch, e.Epochs, evaluating(e)))
		},
		Note: func(line string) { p.note(f.IO.ErrOut, "%s", clean(line)) },
	}
	return train.Runner{Backend: backend, Set: set, Spec: o.Spec, Dir: o.Out, Hooks: hooks, UsePrevious: o.UsePrevious}.Run(ctx)
}

// printResult says what a run came to.
func printResult(t *IO, dir string, r *train.Result) error {
	t.Printf("%s\n", t.Bold(fmt.Sprintf("%s on %s, seed %d", r.Spec.Method, r.Spec.Data, r.Spec.Seed)))
	for _, line := range []struct {
		name    string
		error   float64
		samples int
	}{
		{"test error", r.TestError, r.TestSamples},
		{"validation error", r.ValidationError, r.ValidationSamples},
		{"training error", r.TrainError, r.TrainSamples},
	} {
		if !math.IsNaN(line.error) {
			t.Printf("  %-17s %6.2f %%  of %s samples\n", line.name, line.error, humanize.Thousands(int64(line.samples)))
		}
	}
	if !math.IsNaN(r.TrainErrorCorrupted) {
		t.Printf("  of training samples with their true label %.2f %%, of those with another %.2f %%\n", r.TrainErrorReal, r.TrainErrorCorrupted)
	}
	if !math.IsNaN(r.TestECE) {
		top5 := ""
		if !math.IsNaN(r.TestTop5Error) {
			top5 = fmt.Sprintf("top-5 error %.2f %%, ", r.TestTop5Error)
		}
		t.Printf("  on the test split also: %sloss %.4f, calibration error %.2f %%\n", top5, r.TestLoss, r.TestECE)
	}
	if !math.IsNaN(r.TestErrorAtBest) && r.BestEpoch != r.Epochs() {
		t.Printf("  lowest validation error after epoch %d, with a test error of %.2f %%\n", r.BestEpoch, r.TestErrorAtBest)
	}
	if r.StoppedAfter > 0 {
		t.Printf("  stopped after epoch %d of %d: %d evaluations brought no better validation error\n", r.StoppedAfter, r.Spec.Epochs, r.Spec.StopAfter)
	}
	t.Printf("%s steps in %s, %s\n", humanize.Thousands(r.Steps), humanize.Seconds(r.Seconds), dir)
	return nil
}

// checkOut refuses a folder for results that cannot be written, before any work is done.
func checkOut(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("--out %s: it is a file, not a folder; choose another", dir)
	}
	if err := wholefile.MkdirAll(dir); err != nil {
		return fmt.Errorf("--out %s: %w; choose a folder that can be written", dir, bareError(err))
	}
	return nil
}

// bareError strips the operation and the path off a file error, for lines that name the path themselves.
func bareError(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}
