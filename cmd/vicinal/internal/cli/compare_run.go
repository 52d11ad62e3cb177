package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/report"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// active is a run under way.
type active struct {
	record        study.RunRecord
	epoch, epochs int
	evaluating    string // a split and how far it is, empty while it trains
	stepped       bool
}

// comparison keeps the progress of a study.
type comparison struct {
	p        *progress
	steps    int64 // of one run
	ended    int
	found    int // of them, those that earlier calls had brought to their end
	runs     int
	most     string // "at most " in a sequential study that may end before
	running  []*active
	names    map[string]string // of methods, as the user wrote them
	spec     study.Spec
	dir      string            // the study's folder
	trained  []study.RunRecord // runs that were begun or gone on with
	compared measure.Measure
}

// newComparison begins the progress of a study in dir, whose runs train on so many samples.
func newComparison(f *Factory, o *CompareOptions, dir string, samples int) *comparison {
	steps := int64(o.Spec.Steps(samples)) * int64(o.Spec.Epochs)
	c := &comparison{steps: steps, runs: len(o.Spec.Methods) * len(o.Spec.Seeds), names: o.Names, spec: o.Spec, dir: dir}
	c.p = newProgress(f.IO, steps*int64(c.runs))
	return c
}

// close draws what the runs mixed and ends the progress, and says what earlier calls had done already.
func (c *comparison) close() {
	if c.found > 0 {
		c.p.note(c.p.t.ErrOut, "%d of %s%d runs were finished already", c.found, c.most, c.runs)
	}
	c.pictures()
	c.p.close()
}

// compareRuns does the study with its progress on the terminal; planned is told what it will do, before that.
func compareRuns(ctx context.Context, f *Factory, o *CompareOptions, set *data.Set, planned func(*study.Plan)) (*study.Results, error) {
	c := newComparison(f, o, o.Out, set.Train.Len())
	defer c.close()
	defer onInterrupt(ctx, c.p)()
	return study.Runner{Spec: o.Spec, Dir: o.Out, Set: set, Backend: o.backends(f), UsePrevious: o.UsePrevious, Budget: o.Budget, Hooks: study.Hooks{
		Plan: func(p *study.Plan) {
			c.compared = p.Results.Compared
			c.plan(len(p.Named), o.Spec.Stop.On() && !p.Results.Ended)
			planned(p)
		}, Begin: c.begin, Step: c.step, Evaluation: c.evaluation, End: c.end,
		Note: func(r study.RunRecord, line string) { c.p.note(f.IO.ErrOut, "%s: %s", c.name(r), clean(line)) },
	}}.Run(ctx)
}

// plan notes how many runs there are, or are at most.
func (c *comparison) plan(runs int, most bool) {
	c.runs = runs
	if most {
		c.most = "at most "
	}
}

// pictures draws the first mixed batch of each run that was trained, once none waits for it.
func (c *comparison) pictures() {
	for _, r := range c.trained {
		if err := drawPicture(c.spec.Run(r.Method, r.Seed), filepath.Join(c.dir, r.Dir)); err != nil {
			c.p.note(c.p.t.ErrOut, "%s: %v", c.name(r), err)
		}
	}
}

func (c *comparison) begin(r study.RunRecord) {
	c.trained = append(c.trained, r)
	c.running = append(c.running, &active{record: r})
}

func (c *comparison) step(r study.RunRecord, s train.StepInfo) {
	a := c.find(r)
	if !a.stepped {
		a.stepped = true
		c.p.skip(s.Done - s.StepsSinceStart)
	}
	a.epoch, a.epochs, a.evaluating = s.Epoch, s.Epochs, ""
	c.p.step(s.Samples, c.status())
}

func (c *comparison) evaluation(r study.RunRecord, e train.EvaluationInfo) {
	a := c.find(r)
	a.epoch, a.epochs, a.evaluating = e.Epoch, e.Epochs, evaluating(e)
	c.p.tell(c.status())
}

func (c *comparison) end(r study.RunRecord) {
	at := slices.IndexFunc(c.running, func(a *active) bool { return a.record.Dir == r.Dir })
	if at < 0 {
		// It was found at its end.
		c.p.skip(c.steps)
		c.ended++
		c.found++
		return
	}
	c.running = slices.Delete(c.running, at, at+1)
	c.ended++
	switch r.Status {
	case study.Finished:
		c.p.skip(c.steps - r.Steps) // those that a run did without
		c.p.note(c.p.t.ErrOut, "%-*s  %s  %s", 24, c.name(r), measured(c.compared, r.Values.Of(c.compared.Key())), humanize.Seconds(r.Seconds))
	case study.Diverged:
		c.p.note(c.p.t.ErrOut, "%-*s  diverged: %s", 24, c.name(r), r.Note)
	case study.Failed:
		c.p.note(c.p.t.ErrOut, "%-*s  failed: %s", 24, c.name(r), clean(r.Note))
	}
}

func (c *comparison) find(r study.RunRecord) *active {
	for _, a := range c.running {
		if a.record.Dir == r.Dir {
			return a
		}
	}
	a := &active{record: r}
	c.running = append(c.running, a)
	return a
}

// status is such as "3/15 runs done  erm seed 2 (12/40)  mixup:0.2 seed 1 (39/40)".
func (c *comparison) status() string {
	of := "/"
	if c.most != "" {
		of = " of " + c.most
	}
	parts := []string{fmt.Sprintf("%d%s%d runs done", c.ended, of, c.runs)}
	for _, a := range c.running {
		if a.epochs > 0 {
			where := fmt.Sprintf("%d/%d", a.epoch, a.epochs)
			if a.evaluating != "" {
				where = a.evaluating
			}
			parts = append(parts, fmt.Sprintf("%s (%s)", c.name(a.record), where))
		}
	}
	return strings.Join(parts, "  ")
}

// name is a method, as short as the user wrote it, and its seed.
func (c *comparison) name(r study.RunRecord) string {
	method := r.Method
	if given := c.names[method]; given != "" {
		method = given
	}
	return fmt.Sprintf("%s seed %d", method, r.Seed)
}

// writeResultsJSON writes the results as one object.
func writeResultsJSON(t *IO, dir, page string, results *study.Results) error {
	return writeJSON(t, struct {
		Dir        string   `json:"dir"`
		Report     string   `json:"report"`
		Conclusion []string `json:"conclusion"`
		*study.Results
	}{dir, page, report.Conclusion(results), results})
}
