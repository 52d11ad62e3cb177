package train

import (
	"runtime"

	"github.com/vicinal-ml/vicinal/data"
	"github.com/vicinal-ml/vicinal/data/augment"
	"github.com/vicinal-ml/vicinal/stream"
)

// Loaders returns what feeds a run of the spec: the batches, and the second
// ones that methods with their partners in a second batch take. Samples of
// both are augmented before they are mixed.
func (s Spec) Loaders(set *data.Set) (first, second data.Loader, err error) {
	first = data.Loader{
		Split: set.Train, Batch: s.Batch, Seed: s.Seed, Stream: stream.Shuffle, Shuffle: true, Values: set.Size(),
		Workers: workers(s.Workers, set.Train), DropLast: s.DropLast,
	}
	if err := first.AugmentBy(&set.Info, s.Augment); err != nil {
		return first, second, err
	}
	second = first
	second.Stream = stream.Second
	return first, second, nil
}

// Augmented reports whether training samples are augmented.
func (s Spec) Augmented() bool { return s.Augment != "" && s.Augment != augment.None }

// Steps returns the number of steps of an epoch over that many training
// samples.
func (s Spec) Steps(samples int) int {
	if s.DropLast {
		return samples / s.Batch
	}
	return (samples + s.Batch - 1) / s.Batch
}

// EpochSize returns the number of samples that an epoch draws of that many.
func (s Spec) EpochSize(samples int) int64 {
	if s.DropLast {
		return int64(s.Steps(samples)) * int64(s.Batch)
	}
	return int64(samples)
}

// workers returns how many goroutines read a split ahead of the steps, where
// asked is Spec.Workers.
func workers(asked int, split data.Split) int {
	switch {
	case asked > 0:
		return min(asked, maxWorkers)
	case data.InMemory(split):
		return 1
	default:
		return runtime.GOMAXPROCS(0)
	}
}
