package cli

import (
	"context"
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// ownData compares the data with what the run was trained on, where it bears the same name. Samples of a part
// that is drawn may otherwise be among those the run was trained on: that is an error, and where the user has
// named the data it is what he shall be told with the result. changed is "" where the data is the run's.
func (o *EvaluateOptions) ownData(ctx context.Context, t *IO, saved *train.Saved, spec train.Spec, set *data.Set) (changed string, err error) {
	there := saved.Origin()
	if spec.Data != saved.Spec.Data || !there.Data.Known() {
		return "", nil
	}
	here, err := train.CurrentOrigin(ctx, nil, set, train.Spec{Data: spec.Data})
	if err != nil {
		return "", err
	}
	here.Revision = there.Revision // of training
	reason := there.Against(here, spec)
	switch {
	case reason == "":
		return "", nil
	case there.Data.Source != "" && there.Data.SameSource(here.Data):
		// The parts hold the same samples, read otherwise.
		t.Notef("%s", clean("the run was made "+reason))
		return "", nil
	case o.Data != "":
		return "the run was made " + reason + ": samples of this part may be among those it was trained on", nil
	}
	return "", fmt.Errorf("%s: the run was made %s: samples of its %s part may be among those it was trained on; restore the data, or say --data %s to measure on what is there",
		saved.Path, reason, o.Split, spec.Data)
}
