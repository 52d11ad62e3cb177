package cli

import (
	"context"
	"errors"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/train"
)

// optionFlags are the flags that set an option of a data set.
var optionFlags = map[string]string{
	"Dir": "--data-dir", "TrainPerClass": "--train-size", "Validation": "--validation", "LabelNoise": "--label-noise",
	"Classes": "--classes", "SkipBroken": "--skip-broken", "Task": "--task",
}

// openData opens the data of a run. A name or an option that cannot be meant is a usage error.
func openData(ctx context.Context, spec train.Spec) (*data.Set, error) {
	return openPrepared(ctx, spec, nil)
}

// openPrepared is openData for samples that are prepared as was, the preparation of finished weights' data.
func openPrepared(ctx context.Context, spec train.Spec, was *data.Preparation) (*data.Set, error) {
	o := spec.DataOptions()
	o.Preparation = was
	return openDataBy(ctx, spec, o)
}

// openDataTold is openPrepared with progress where every file is read to find the broken ones.
func openDataTold(ctx context.Context, t *IO, spec train.Spec, was *data.Preparation) (*data.Set, error) {
	o := spec.DataOptions()
	o.Preparation = was
	p := newChecking(t, spec.Data)
	defer p.close()
	o.Told = p.told
	return openDataBy(ctx, spec, o)
}

func openDataBy(ctx context.Context, spec train.Spec, o data.Options) (*data.Set, error) {
	set, err := data.Open(ctx, spec.Data, o)
	if _, ok := errors.AsType[*data.NameError](err); ok {
		return nil, asUsage(err)
	}
	if option, ok := errors.AsType[*data.OptionError](err); ok {
		if option.Option == "Preparation" {
			return nil, usagef("data set %s does not fit the weights: %s", option.Set, option.Reason)
		}
		if flag := optionFlags[option.Option]; flag != "" {
			return nil, usagef("data set %s: %s: %s", option.Set, flag, option.Reason)
		}
		return nil, asUsage(err)
	}
	return set, err
}

// tellData tells what was found in a set's folders, what reading it left out or took otherwise than its files say,
// and which files two of its parts share.
func tellData(ctx context.Context, t *IO, set *data.Set) error {
	if t.Quiet {
		return nil
	}
	if set.Taken != nil {
		t.Notef("files: %s", clean(set.Taken.String()))
		if text := set.Taken.LeftOutText(); text != "" {
			t.Notef("left out: %s", clean(text))
		}
	}
	for _, remark := range set.Remarks {
		t.Notef("%s", clean(remark))
	}
	overlap, _, err := set.Overlap(ctx)
	if err == nil && overlap.Files > 0 {
		t.Notef("%s", clean(overlap.String()))
	}
	return err
}
