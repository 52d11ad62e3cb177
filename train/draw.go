package train

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/mix"
)

// At returns the position of a batch in a run of the spec on that data, with all
// that a method may look at but what the run adds as it goes: Seen, History, Train
// and Blocks.
func (s Spec) At(set *data.Set, batch *data.Batch) mix.At { return s.at(set, batch, nil) }

// at appends the targets to memory.
func (s Spec) at(set *data.Set, batch *data.Batch, targets []float32) mix.At {
	at := mix.At{
		Seed: s.Seed, Epoch: batch.Epoch, Step: batch.Step, Epochs: s.Epochs,
		EpochSize: s.EpochSize(set.Train.Len()), N: batch.N, Index: batch.Index,
	}
	switch set.Task {
	case data.Classification:
		at.Labels = batch.Labels
	case data.Regression:
		at.Targets = standardised(targets, batch.Targets, &set.Info)
	}
	at.Height, at.Width = pictureSize(set.Shape)
	return at
}

// draw plans the step: the run's plan is then that of a batch, and of the
// second one if the method has any.
func (u *run) draw(batch, second *data.Batch) error {
	at := u.spec.at(u.set, batch, u.targets[:0])
	u.targets = at.Targets
	at.Seen, at.History, at.Train, at.Blocks = u.state.Seen, u.state.History, u.all, len(u.network.Blocks)
	if err := u.method.Draw(&u.plan, at); err != nil {
		return err
	}
	if err := u.plan.Validate(batch.N); err != nil {
		return err
	}
	for j, i := range u.plan.Chosen {
		if second.Index[j] != int(i) {
			return fmt.Errorf("the second batch holds sample %d where the plan chose %d", second.Index[j], i)
		}
	}
	return nil
}
