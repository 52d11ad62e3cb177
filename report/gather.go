package report

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/study"
	"github.com/vicinal-ml/vicinal/train"
)

// content is what a report is made of.
type content struct {
	courses     []course
	differences *Figure // nil where there is nothing to compare
	development []*Figure
	mixed       []*Figure
	mixedNote   string // why there are no mixed samples
	beta        *Figure
	toy         *Figure
}

// figures lists all figures there are.
func (c *content) figures() []*Figure {
	all := slices.Concat([]*Figure{c.differences}, c.development, c.mixed, []*Figure{c.beta, c.toy})
	return slices.DeleteFunc(all, func(f *Figure) bool { return f == nil })
}

// shownSamples is the number of mixed samples of each method.
const shownSamples = 8

// gather reads what the report needs and draws its figures.
func gather(dir string, res *study.Results) (*content, error) {
	c := &content{}
	var err error
	if c.courses, err = readCourses(res); err != nil {
		return nil, err
	}
	if c.development, err = courseFigures(res, c.courses); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(res.Rows, func(r study.Row) bool { return r.Difference != nil }) {
		if c.differences, err = Differences(res.Compared, res.Rows); err != nil {
			return nil, err
		}
	}
	if c.mixed, c.mixedNote, err = mixedFigures(res, c.courses); err != nil {
		c.mixedNote = fmt.Sprintf("The mixed samples cannot be shown: %v", err)
	}
	if alphas, places := alphasOf(res.Spec); len(alphas) > 0 {
		if c.beta, err = betaPlot(alphas, places); err != nil {
			return nil, err
		}
	}
	toy, err := ReadToy(dir)
	if err != nil {
		return nil, err
	}
	if toy != nil {
		if c.toy, err = ToyBoundary(*toy); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// mixedFigures draws the first mixed samples of every method that mixes, as
// the runs of the first seed left them. note says of which there are none,
// though they mixed.
func mixedFigures(res *study.Results, courses []course) (figures []*Figure, note string, err error) {
	short := shortNames(res)
	var without []string
	for _, run := range res.Runs {
		i := slices.Index(res.Spec.Methods, run.Method)
		if run.Seed != res.Spec.Seeds[0] || i < 0 {
			continue
		}
		batch, err := train.ReadMixed(filepath.Join(res.Dir, run.Dir))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			at := slices.IndexFunc(courses, func(c course) bool { return c.Dir == run.Dir })
			if at >= 0 && slices.ContainsFunc(courses[at].metrics, func(m train.Metric) bool { return m.Mixed > 0 }) {
				without = append(without, short[i])
			}
			continue
		case err != nil:
			return figures, "", err
		}
		figure, err := MixedFigure(fmt.Sprintf("%s, epoch %d", short[i], batch.Epoch+1), batch, shownSamples)
		if err != nil {
			return figures, "", err
		}
		figure.Name = "mixed-" + study.Slug(run.Method)
		figures = append(figures, figure)
	}
	if len(without) > 0 {
		note = fmt.Sprintf("The mixed samples of %s are not there: the runs are from before they were kept.", humanize.Series(without, "and"))
	}
	return figures, note, nil
}

// alphasOf returns the parameters of the mixups among a study's methods, each
// once, and the places of those methods.
func alphasOf(spec study.Spec) (alphas []float64, places []int) {
	for i, text := range spec.Methods {
		method, err := mix.Parse(text, spec.Epochs)
		if err != nil {
			continue // it has been parsed before
		}
		for {
			wrapper, ok := method.(interface{ Unwrap() mix.Method })
			if !ok {
				break
			}
			method = wrapper.Unwrap()
		}
		if m, ok := method.(mix.Mixup); ok && !slices.Contains(alphas, m.Alpha) {
			alphas, places = append(alphas, m.Alpha), append(places, i)
		}
	}
	return alphas, places
}
