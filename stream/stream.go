package stream

import (
	"crypto/sha256"
	"encoding/binary"
)

// The names of the streams the project draws from. Each is its own sequence:
// drawing more, or fewer, numbers from one moves no other.
const (
	Init        = "init"        // initial values of the parameters
	Shuffle     = "shuffle"     // order of the training samples
	Second      = "second"      // order of the samples of the second batch
	Partners    = "partners"    // who is mixed with whom
	Lambda      = "lambda"      // mixing weights
	Region      = "region"      // where the boxes of a method lie
	Choice      = "choice"      // which of several methods mixes a batch
	Depth       = "depth"       // after which block of the network a batch is mixed
	Noise       = "noise"       // noise on inputs
	Probability = "probability" // whether a batch is mixed
	Augment     = "augment"     // augmentation of single samples
	LabelNoise  = "label-noise" // which labels are corrupted, and to what
	Dropout     = "dropout"     // units dropped
	Subset      = "subset"      // which samples a smaller data set keeps
	Labelled    = "labelled"    // which of them keep their labels
	Split       = "split"       // which samples are held out for validation
	Bootstrap   = "bootstrap"   // which test samples a resample of them takes
)

// Stream is a named counter-based random stream: Philox4x64-10 keyed by a hash
// of (seed, name). A stream has no state: the numbers at a position (epoch,
// step, sample) are a pure function of seed, name and position, so a resumed
// run draws what the unbroken run would have drawn.
type Stream struct{ key [2]uint64 }

// New returns the stream of that name for a run's seed. The key is the
// first 128 bits of SHA-256 over the seed (8 bytes, little-endian) and the
// name, so any two different pairs give unrelated streams.
func New(seed uint64, name string) Stream {
	var buf [64]byte // long enough for every name of the project: no allocation
	msg := append(binary.LittleEndian.AppendUint64(buf[:0], seed), name...)
	sum := sha256.Sum256(msg)
	return Stream{key: [2]uint64{
		binary.LittleEndian.Uint64(sum[0:8]),
		binary.LittleEndian.Uint64(sum[8:16]),
	}}
}

// At returns the generator for one step of one epoch, at its first draw. It is
// AtSample(epoch, step, 0).
func (s Stream) At(epoch, step uint64) Rand { return s.AtSample(epoch, step, 0) }

// AtSample returns the generator of one sample of one step, at its first draw.
// What a sample draws depends neither on the size of the batch nor on how much
// the other samples draw.
func (s Stream) AtSample(epoch, step, sample uint64) Rand {
	return Rand{key: s.key, counter: [4]uint64{0, step, epoch, sample}}
}
