package cli

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/gomlx/compute"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/internal/patherr"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/train"
)

// checkNetwork refuses a network or an augmentation that does not fit the data.
func checkNetwork(spec train.Spec, set *data.Set) error {
	if _, _, err := spec.Loaders(set); err != nil {
		return asUsage(err)
	}
	if err := spec.FitsSet(set); err != nil {
		return asUsage(err)
	}
	_, _, err := spec.Learns(set)
	return asUsage(err)
}

// trainRun does the run with its progress on the terminal.
func trainRun(ctx context.Context, f *Factory, o *TrainOptions, set *data.Set, backend compute.Backend) (*train.Result, error) {
	p := newProgress(f.IO, int64(o.Spec.Steps(set.Train.Len()))*int64(o.Spec.Epochs))
	defer p.close()
	defer onInterrupt(ctx, p)()
	stepped, pictured := false, false
	hooks := train.Hooks{
		Step: func(s train.StepInfo) {
			if !stepped {
				stepped = true
				p.skip(s.Done - s.StepsSinceStart)
			}
			if s.Mixed && !pictured {
				pictured = true
				if err := drawPicture(o.Spec, o.Out); err != nil {
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
	samples := map[measure.Part]int{measure.Test: r.TestSamples, measure.Validation: r.ValidationSamples, measure.Train: r.TrainSamples}
	width := 0
	for _, n := range r.Measures {
		if n.Name == r.Primary {
			width = max(width, len([]rune(n.Words())))
		}
	}
	var beside []string
	for _, part := range []measure.Part{measure.Test, measure.Validation, measure.Train} {
		for _, n := range r.Measures {
			switch {
			case n.Part != part:
			case n.Name == r.Primary:
				t.Printf("  %-*s  %s of %s samples\n", width, n.Words(), amount(n.Measure, n.Value), humanize.Thousands(int64(samples[part])))
			case part == measure.Test || !onTest(r, n.Name):
				beside = append(beside, n.Words()+" "+strings.TrimSpace(amount(n.Measure, n.Value)))
			}
		}
	}
	if len(beside) > 0 {
		t.Printf("  %s\n", wrap(strings.Join(beside, ", "), 2, 2, t.proseWidth()))
	}
	if at := r.AtBest.Of(r.Key(measure.Test)); !math.IsNaN(at) && r.BestEpoch != r.Epochs() {
		validation, test := r.Of(measure.Validation), r.Of(measure.Test)
		t.Printf("  best %s after epoch %d, with a %s of %s\n", validation.Words(), r.BestEpoch, test.Words(), strings.TrimSpace(amount(test, at)))
	}
	if r.StoppedAfter > 0 {
		t.Printf("  stopped after epoch %d of %d: %d evaluations brought no better %s\n", r.StoppedAfter, r.Spec.Epochs, r.Spec.StopAfter, r.Of(measure.Validation).Words())
	}
	t.Printf("%s steps in %s, %s\n", humanize.Thousands(r.Steps), humanize.Seconds(r.Seconds), dir)
	return nil
}

// onTest reports whether a measure was taken on the test part.
func onTest(r *train.Result, name string) bool {
	m := measure.Measure{Name: name, Part: measure.Test}
	return !math.IsNaN(r.Measures.Of(m.Key()))
}

// amount is a value with its unit, aligned.
func amount(m measure.Measure, x float64) string {
	text := fmt.Sprintf("%6.*f", m.Decimals(x), x)
	if m.Unit != "" {
		text += " " + m.Unit
	}
	return text
}

// measured is a value of a measure, with its name.
func measured(m measure.Measure, x float64) string {
	if math.IsNaN(x) {
		return m.Words() + " not measured"
	}
	return m.Words() + " " + amount(m, x)
}

// checkOut refuses a folder for results that cannot be written, before any work is done.
func checkOut(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("--out %s: it is a file, not a folder; choose another", dir)
	}
	if err := wholefile.MkdirAll(dir); err != nil {
		return fmt.Errorf("--out %s: %w; choose a folder that can be written", dir, patherr.Cause(err))
	}
	return nil
}
