package cli

import (
	"context"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vicinal-ml/vicinal/internal/stricttoml"
	"github.com/vicinal-ml/vicinal/internal/wholefile"
	"github.com/vicinal-ml/vicinal/task"
	"github.com/vicinal-ml/vicinal/train"
	"github.com/vicinal-ml/vicinal/zoo"
)

// specFlags are the flags that say how a run trains. Each wins over the spec file.
type specFlags struct {
	given train.Spec                            // the values of the flags
	moves map[string]func(to, from *train.Spec) // what each flag sets
	file  string                                // of the spec, "" for none
}

// setting binds a flag to a field of the spec and returns the field's place.
func setting[T any](s *specFlags, flag string, field func(*train.Spec) *T) *T {
	s.moves[flag] = func(to, from *train.Spec) { *field(to) = *field(from) }
	return field(&s.given)
}

// newSpecFlags are flags with d's values as their defaults.
func newSpecFlags(d train.Spec) *specFlags {
	return &specFlags{given: d, moves: make(map[string]func(to, from *train.Spec))}
}

// add defines the flags that train and compare share.
func (s *specFlags) add(flags *pflag.FlagSet) {
	d := settingFlags{s, flags}
	d.data()
	d.text("task", func(s *train.Spec) *string { return &s.Task }, "what is learned: "+strings.Join(task.Names(), ", ")+"; by default what the data is for")
	d.text("model", func(s *train.Spec) *string { return &s.Model }, "the `network`: "+strings.Join(zoo.Trained(), ", ")+"; by default cnn for images, unet for labelled pixels and mlp for the rest")
	d.text("init", func(s *train.Spec) *string { return &s.Init }, "a safetensors `file` with the weights to begin with, under PyTorch's names (see vicinal export)")
	newHead := setting(s, "new-head", func(s *train.Spec) *bool { return &s.NewHead })
	flags.BoolVar(newHead, "new-head", *newHead, "begin the last layer anew, for other classes than those of the weights")
	d.count("epochs", func(s *train.Spec) *int { return &s.Epochs }, "passes over the training samples")
	d.count("batch", func(s *train.Spec) *int { return &s.Batch }, "samples a step")
	d.toggle("drop-last", func(s *train.Spec) *bool { return &s.DropLast }, "leave out the last batch of an epoch where it is smaller than the others")
	d.optimizer()
	d.average()
	d.count("eval-every", func(s *train.Spec) *int { return &s.EvalEvery }, "epochs between evaluations")
	d.count("stop-after", func(s *train.Spec) *int { return &s.StopAfter }, "end a run after so many evaluations without a better validation error, then loss; 0 is never")
	d.toggle("eval-flip", func(s *train.Spec) *bool { return &s.EvalFlip }, "evaluate with the mean of the logits of each image and its mirror image")
	d.count("keep", func(s *train.Spec) *int { return &s.Keep }, "checkpoints kept beside the last and the best: those that were the last before; 0 is 1")
	every := setting(s, "checkpoint-every", func(s *train.Spec) *train.Duration { return &s.CheckpointEvery })
	flags.DurationVar((*time.Duration)(every), "checkpoint-every", time.Duration(*every), "longest `time` between checkpoints")
	flags.StringVar(&s.file, "spec", "", "a TOML `file` with settings; flags win over it")
}

// apply writes the flags that the user gave into to, which comes from the defaults or the spec file.
func (s *specFlags) apply(ctx context.Context, cmd *cobra.Command, to *train.Spec) error {
	for name, move := range s.moves {
		if cmd.Flags().Changed(name) {
			move(to, &s.given)
		}
	}
	fewSamples(to)
	given := func(flag string, keys ...string) (bool, error) {
		if cmd.Flags().Changed(flag) {
			return true, nil
		}
		return s.hasKey(keys...)
	}
	modelGiven, err := given("model", "model")
	if err != nil {
		return err
	}
	optimizerGiven, err := given("optimizer", "optimizer", "name")
	if err != nil || modelGiven && optimizerGiven {
		return err
	}
	return setDefaults(ctx, to, !modelGiven, !optimizerGiven)
}

// hasKey says whether the spec file sets a key, or one below it.
func (s *specFlags) hasKey(path ...string) (bool, error) {
	if s.file == "" {
		return false, nil
	}
	text, err := wholefile.Read(s.file, stricttoml.MaxBytes)
	if err != nil {
		return false, usagef("reading the spec: %w", err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(text, &tree); err != nil {
		return false, usagef("%s: %w", s.file, err)
	}
	for _, key := range path[:len(path)-1] {
		below, ok := tree[key].(map[string]any)
		if !ok {
			return false, nil
		}
		tree = below
	}
	_, has := tree[path[len(path)-1]]
	return has, nil
}
