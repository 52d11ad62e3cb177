package augment

import (
	"fmt"
	"math"
	"strings"

	"github.com/vicinal-ml/vicinal/stream"
)

// Sound is a sound of one channel that operations change, with the memory they
// need. It must not be used by two goroutines at once.
type Sound struct {
	Rate    int       // samples a second
	Samples []float32 // in [-1, 1]
	spare   []float32
	rand    stream.Rand
}

// SoundOp is one operation on a sound, as Op is on an image.
type SoundOp interface {
	Apply(s *Sound, rand *stream.Rand)
	String() string
}

// Shift moves a sound in time by a whole number of samples, uniform in
// [-Seconds, Seconds]; what is moved out is lost, what is moved in is silence.
type Shift struct{ Seconds float64 }

// String returns "shift:SECONDS".
func (o Shift) String() string { return fmt.Sprintf("shift:%g", o.Seconds) }

// Apply implements SoundOp.
func (o Shift) Apply(s *Sound, rand *stream.Rand) {
	most := int(o.Seconds * float64(s.Rate))
	by := rand.IntN(2*most+1) - most
	n := len(s.Samples)
	moved := sized(s.spare, n)
	clear(moved)
	if by >= 0 {
		copy(moved[min(by, n):], s.Samples)
	} else {
		copy(moved, s.Samples[min(-by, n):])
	}
	s.Samples, s.spare = moved, s.Samples
}

// Volume multiplies a sound by 10^(d/20), d uniform in [-Decibels, Decibels].
type Volume struct{ Decibels float64 }

// String returns "volume:DECIBELS".
func (o Volume) String() string { return fmt.Sprintf("volume:%g", o.Decibels) }

// Apply implements SoundOp.
func (o Volume) Apply(s *Sound, rand *stream.Rand) {
	gain := float32(math.Pow(10, o.Decibels*(2*rand.Float64()-1)/20))
	for i := range s.Samples {
		s.Samples[i] *= gain
	}
}

// SoundPipeline applies operations on sounds in order, as Pipeline does on
// images.
type SoundPipeline struct {
	ops   []SoundOp
	names []string
}

// NewSoundPipeline returns the pipeline of ops, with streams named as those of
// NewPipeline.
func NewSoundPipeline(ops ...SoundOp) *SoundPipeline {
	var specs []string
	for _, op := range ops {
		specs = append(specs, op.String())
	}
	return &SoundPipeline{ops, streamNames(specs)}
}

// Streams returns the random streams of the operations, as those of a Pipeline.
func (p *SoundPipeline) Streams(seed uint64, branch string) []stream.Stream {
	return streams(seed, branch, p.names)
}

// Apply changes the sound. The result is a pure function of the sound, the
// seed of the streams, epoch and sample.
func (p *SoundPipeline) Apply(s *Sound, streams []stream.Stream, epoch, sample int) {
	for i, op := range p.ops {
		s.rand = streams[i].AtSample(uint64(epoch), 0, uint64(sample))
		op.Apply(s, &s.rand)
	}
}

// String returns the pipeline as ParseSound reads it.
func (p *SoundPipeline) String() string {
	var specs []string
	for _, op := range p.ops {
		specs = append(specs, op.String())
	}
	return strings.Join(specs, ",")
}

// ParseSound reads a pipeline such as "shift:0.1,volume:6". "" and "none" are
// the pipeline that changes nothing.
func ParseSound(spec string) (*SoundPipeline, error) {
	var ops []SoundOp
	for name, a := range operations(spec) {
		var op SoundOp
		switch name {
		case "shift":
			op = Shift{a.real(math.NaN(), 1)}
		case "volume":
			op = Volume{a.real(math.NaN(), 60)}
		default:
			return nil, unknown(name, a, soundNames(), imageNames(), "sounds")
		}
		if err := a.finish(); err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return NewSoundPipeline(ops...), nil
}

// SoundHelp returns one line for each operation that ParseSound knows.
func SoundHelp() []string {
	return []string{
		"shift:SECONDS            move in time by at most that, silence moves in",
		"volume:DECIBELS          louder or quieter by at most that",
	}
}

func soundNames() []string { return []string{"shift", "volume"} }
