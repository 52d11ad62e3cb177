package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
	"github.com/vicinal-ml/vicinal/study"
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
func gather(ctx context.Context, dir string, res *study.Results) (*content, error) {
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
	if c.mixed, err = mixedFigures(ctx, res); err != nil {
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

// mixedFigures draws the first mixed samples of every method that mixes.
func mixedFigures(ctx context.Context, res *study.Results) ([]*Figure, error) {
	if res.DataChanged {
		return nil, fmt.Errorf("the data set %s is not what the runs were made from", res.Spec.Data)
	}
	spec := res.Spec.Run(res.Spec.Methods[0], res.Spec.Seeds[0])
	set, err := data.Open(ctx, spec.Data, spec.DataOptions())
	if err != nil {
		return nil, err
	}
	var figures []*Figure
	short := shortNames(res)
	for i, method := range res.Spec.Methods {
		batch, err := FirstMixed(ctx, set, res.Spec.Run(method, res.Spec.Seeds[0]), shownSamples)
		if err != nil {
			return figures, err
		}
		if batch == nil {
			continue
		}
		figure, err := PreviewGrid(fmt.Sprintf("%s, epoch %d", short[i], batch.Epoch+1), batch.Shape, batch.Samples)
		if err != nil {
			return figures, err
		}
		figure.Name = "mixed-" + study.Slug(method)
		figures = append(figures, figure)
	}
	return figures, nil
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
