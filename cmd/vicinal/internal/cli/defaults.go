package cli

import (
	"context"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train"
)

// What a comparison is where nothing else is said: few samples, where vicinal methods can show what they do,
// and enough seeds to tell. Chosen on the validation split of the digits with seeds 101 to 124, which the
// defaults do not use: the learning rate and the number of epochs for ERM alone, then mixup's parameter.
const (
	defaultSeeds    = 20
	digitsTrainSize = 15 // of each class
)

// fewSamples gives digits their default number of training samples.
func fewSamples(s *train.Spec) {
	if s.Data == "digits" && s.TrainSize == 0 {
		s.TrainSize = digitsTrainSize
	}
}

// setDefaults chooses the model and the optimizer that suit the data, where the user chose none: the steps of
// SGD at its usual rate, which suit the cross-entropy, are too large for the squared error.
func setDefaults(ctx context.Context, s *train.Spec, model, optimizer bool) error {
	learns, shape, err := kindOf(ctx, *s, model)
	if err != nil {
		return err
	}
	if optimizer && learns == data.Regression {
		s.Optimizer.Name = train.OptimizerAdam
	}
	switch {
	case !model:
	case learns == data.Segmentation:
		s.Model = "unet"
	case len(shape) == 3:
		s.Model = "cnn"
	default:
		s.Model = "mlp"
	}
	return nil
}

// kindOf returns what the run learns from, and the shape of a sample where asked. The data is read only where
// its name and the task do not tell.
func kindOf(ctx context.Context, spec train.Spec, shape bool) (data.Task, []int, error) {
	info, _, err := data.Describe(spec.Data)
	learns := info.Task
	named := spec.Task != ""
	if named {
		if of, _, err := task.Learns(spec.Task); err == nil {
			learns = of // a task that is none shows later
		}
	}
	if err == nil && (info.Shape != nil || named && !shape) {
		return learns, info.Shape, nil
	}
	spec.SkipBroken = false // no file decides it
	set, err := openData(ctx, spec)
	if err != nil {
		return 0, nil, err
	}
	return set.Task, set.Shape, nil
}
