package mix

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/stream"
)

// At is the position of a batch in a run: all that a Method may look at.
type At struct {
	Seed    uint64
	Epoch   int          // finished epochs, from 0
	Step    int          // step within the epoch, from 0
	Epochs  int          // epochs of the whole run; 0 when not known
	Seen    int64        // samples drawn before this batch over the whole run, for cycles counted in images
	N       int          // samples in the batch
	Labels  []int32      // class of each sample, or nil when there are none
	History []EpochStats // finished epochs in order, for schedules that react

	// Height and Width are those of a sample that is a picture, for methods
	// that mix a region of it; 0 for the rest.
	Height, Width int

	// Blocks is after how many blocks the network lets mix, for methods that mix
	// within it; 0 for none.
	Blocks int

	// Targets are real targets of the samples, N times as many as one has, and
	// Index and Train say which training samples these are and what all of
	// them are, for methods whose partners depend on them; nil when not known.
	Targets []float32
	Index   []int
	Train   *Train

	// EpochSize is how many samples each finished epoch drew, for cycles that
	// count images from the end of an epoch; 0 when not known.
	EpochSize int64
}

func (at *At) validate() error {
	switch {
	case at.N < 1:
		return fmt.Errorf("a batch of %d samples cannot be planned: it needs at least one", at.N)
	case at.Epoch < 0 || at.Step < 0 || at.Epochs < 0 || at.Seen < 0 || at.EpochSize < 0:
		return fmt.Errorf("position of the batch is negative: epoch %d, step %d, epochs %d, seen %d, epoch size %d", at.Epoch, at.Step, at.Epochs, at.Seen, at.EpochSize)
	case at.Height < 0 || at.Width < 0:
		return fmt.Errorf("samples of %d x %d are no pictures", at.Height, at.Width)
	case at.Blocks < 0:
		return fmt.Errorf("a network of %d blocks is none", at.Blocks)
	case at.Targets != nil && (len(at.Targets) == 0 || len(at.Targets)%at.N != 0):
		return fmt.Errorf("a batch of %d samples came with %d targets", at.N, len(at.Targets))
	case at.Index != nil && len(at.Index) != at.N:
		return fmt.Errorf("a batch of %d samples came with the numbers of %d training samples", at.N, len(at.Index))
	case at.Labels != nil && len(at.Labels) != at.N:
		return fmt.Errorf("a batch of %d samples came with %d labels", at.N, len(at.Labels))
	}
	return nil
}

// stream returns the generator of the named stream at the batch's position.
func (at *At) stream(name string) stream.Rand {
	return stream.New(at.Seed, name).At(uint64(at.Epoch), uint64(at.Step))
}
