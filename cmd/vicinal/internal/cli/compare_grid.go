package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// runCompareGrid does a comparison with axes: one for each combination of their values.
func runCompareGrid(ctx context.Context, f *Factory, o *CompareOptions) error {
	all := o.Spec.Combinations()
	cells, samples := make([]*CompareOptions, len(all)), make([]int, len(all))
	for i, c := range all {
		at, err := o.Spec.At(c)
		if err != nil {
			return asUsage(err)
		}
		one := *o
		one.Spec = at
		cells[i] = &one
		set, err := one.checkData(ctx, f, i == 0)
		if err != nil {
			return err
		}
		samples[i] = set.Train.Len()
	}
	runner := study.GridRunner{Runner: study.Runner{Spec: o.Spec, Dir: o.Out, Backend: o.backends(f), UsePrevious: o.UsePrevious}}
	if o.DryRun {
		plans, err := runner.Plan(ctx)
		if err != nil {
			return trainingError(err, o.Out)
		}
		return o.dryRunGrid(ctx, f, plans)
	}
	var plans []*study.Plan
	runner.Planned = func(all []*study.Plan) error {
		plans = all
		f.IO.Notef("comparing %s, %s, at %s of %s\nin %s", strings.Join(given(o), ", "), seedWords(o.Spec.Seeds), humanize.Count(len(all), "combination"), axisWords(o.Spec.Vary), o.Out)
		return checkOut(o.Out)
	}
	var progress *comparison
	stop := func() bool { return true }
	end := func() {
		if progress != nil {
			progress.close()
			stop()
		}
	}
	defer func() { end() }()
	runner.Begin = func(c study.Combination, at, of int) {
		end()
		f.IO.Notef("%d of %d: %s", at+1, of, c)
		for _, line := range plans[at].Remarks {
			f.IO.Notef("%s", clean(line))
		}
		progress = newComparison(f, cells[at], filepath.Join(o.Out, runner.Folder(c)), samples[at])
		progress.compared = plans[at].Results.Compared
		stop = onInterrupt(ctx, progress.p)
	}
	// The progress is that of the combination under way.
	runner.Hooks = study.Hooks{
		Begin:      func(r study.RunRecord) { progress.begin(r) },
		Step:       func(r study.RunRecord, s train.StepInfo) { progress.step(r, s) },
		Evaluation: func(r study.RunRecord, e train.EvaluationInfo) { progress.evaluation(r, e) },
		End:        func(r study.RunRecord) { progress.end(r) },
		Note: func(r study.RunRecord, line string) {
			progress.p.note(f.IO.ErrOut, "%s: %s", progress.name(r), clean(line))
		},
	}
	grid, err := runner.Run(ctx)
	end()
	progress = nil
	_, some := errors.AsType[*study.FailedError](err)
	if err != nil && (grid == nil || !some && !errors.Is(err, train.ErrDiverged)) {
		return trainingError(err, o.Out)
	}
	without := trainingError(err, o.Out)
	page, err := report.WriteGrid(grid)
	if err != nil {
		return err
	}
	return errors.Join(printGrid(f.IO, page, grid, o.JSON), without)
}

// printGrid prints the table of a comparison with axes, or the whole as JSON.
func printGrid(t *IO, page string, g *study.Grid, json bool) error {
	if json {
		return writeJSON(t, struct {
			Dir        string   `json:"dir"`
			Report     string   `json:"report"`
			Conclusion []string `json:"conclusion"`
			*study.Grid
		}{g.Dir, page, report.GridConclusion(g), g})
	}
	t.Printf("%s\n", layOut(t, report.GridTable(g), nil))
	for _, line := range report.GridNotes(g) {
		t.Printf("%s\n", wrap(line, 0, 0, t.proseWidth()))
	}
	t.Printf("\n")
	for _, line := range report.GridConclusion(g) {
		t.Printf("%s\n", wrap(line, 0, 0, t.proseWidth()))
	}
	t.Printf("\nreport: %s\n", page)
	return nil
}

// dryRunGrid says what the comparison would do: the time is measured at the first combination with runs left, and
// taken for the others by their operations.
func (o *CompareOptions) dryRunGrid(ctx context.Context, f *Factory, plans []*study.Plan) error {
	text, err := o.Spec.TOML()
	if err != nil {
		return err
	}
	type line struct {
		Combination study.Combination `json:"combination"`
		Forecast    *study.Forecast   `json:"forecast"`
	}
	var lines []line
	perFLOP, flops := 0.0, 0.0
	for i, c := range o.Spec.Combinations() {
		at, err := o.Spec.At(c)
		if err != nil {
			return err
		}
		runner := study.Runner{Spec: at, Dir: o.Out}
		if perFLOP == 0 {
			runner.Backend = o.backends(f)
		}
		forecast, err := runner.Estimate(ctx, plans[i])
		if errors.Is(err, train.ErrInterrupted) {
			return &InterruptedError{errors.New("interrupted; a dry run saves nothing")}
		}
		if err != nil {
			return trainingError(err, o.Out)
		}
		if perFLOP == 0 && forecast.FLOPs > 0 {
			perFLOP = forecast.Seconds / forecast.FLOPs
		}
		forecast.Seconds = perFLOP * forecast.FLOPs
		flops += forecast.FLOPs
		lines = append(lines, line{c, forecast})
	}
	if o.JSON {
		return writeJSON(f.IO, struct {
			Dir   string `json:"dir"`
			Cells []line `json:"cells"`
		}{o.Out, lines})
	}
	t := f.IO
	t.Printf("%s\n\n%s\n", strings.TrimRight(string(text), "\n"), t.Bold("dry run: nothing is trained or written"))
	for _, l := range lines {
		fc := l.Forecast
		t.Printf("  %s: %s training samples, %d runs, %d of them finished already, %sFLOP, about %s\n", l.Combination,
			humanize.Thousands(int64(fc.TrainSamples)), fc.Runs, fc.Done, humanize.SI(fc.FLOPs), humanize.Seconds(fc.Seconds))
	}
	t.Printf("  in all %sFLOP, about %s, by the time of a step at the first combination\n  folder %s\n", humanize.SI(flops), humanize.Seconds(perFLOP*flops), o.Out)
	return nil
}

// axisWords names the axes and how many values each has.
func axisWords(axes []study.Axis) string {
	parts := make([]string, len(axes))
	for i, a := range axes {
		parts[i] = fmt.Sprintf("%s (%d)", a.Key, len(a.Values))
	}
	return strings.Join(parts, " and ")
}
