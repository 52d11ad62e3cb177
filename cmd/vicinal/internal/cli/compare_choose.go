package cli

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vicinal-ml/vicinal/internal/humanize"
	"github.com/vicinal-ml/vicinal/measure"
	"github.com/vicinal-ml/vicinal/study"
)

// choose trains each family on seeds of its own and adds the method that it picks to those that are compared.
func (o *CompareOptions) choose(ctx context.Context, f *Factory, samples int) error {
	for _, choice := range o.Spec.Choose {
		family, err := study.ParseFamily(choice.Family)
		if err != nil {
			return asUsage(err)
		}
		stage := *o
		if stage.Spec, err = o.Spec.ChoosingSpec(family, choice.Seeds); err != nil {
			return asUsage(err)
		}
		stage.Names = map[string]string{}
		f.IO.Notef("choosing from %s by the validation part, with %s of their own", strings.Join(stage.Spec.Methods, ", "), humanize.Count(choice.Seeds, "seed"))
		c := newComparison(f, &stage, filepath.Join(o.Out, study.ChoosingFolder(family)), samples)
		stop := onInterrupt(ctx, c.p)
		picked, err := study.Runner{Spec: o.Spec, Dir: o.Out, Backend: o.backends(f), UsePrevious: o.UsePrevious, Hooks: study.Hooks{
			Plan: func(p *study.Plan) {
				c.compared = p.Results.Compared
				c.compared.Part = measure.Validation // the test part has no say
			},
			Begin: c.begin, Step: c.step, Evaluation: c.evaluation, End: c.end,
		}}.Choose(ctx, family, choice.Seeds)
		stop()
		c.close()
		if errors.Is(err, study.ErrNoValidation) {
			return asUsage(err)
		}
		if err != nil {
			return trainingError(err, o.Out)
		}
		f.IO.Notef("picked %s", picked.Picked)
		if !slices.Contains(o.Spec.Methods, picked.Picked) {
			o.Spec.Methods = append(slices.Clone(o.Spec.Methods), picked.Picked)
			o.Names[picked.Picked] = picked.Picked
		}
	}
	return nil
}
