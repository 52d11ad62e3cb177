package mix

import (
	"fmt"
	"math"

	"github.com/vicinal-ml/vicinal/stream"
)

// InputNoise adds Gaussian noise to the inputs and keeps the targets,
//
//	x~ = x_i + e,    e ~ N(0, Deviation^2 I),    y~ = y_i:
//
// the vicinal distribution of Chapelle, Weston, Bottou and Vapnik, "Vicinal
// Risk Minimization", 2000 (section 2, a Gaussian about each sample), with
// which the mixup paper compares (arXiv 1710.09412, section 3.8).
type InputNoise struct {
	// Deviation is the standard deviation, in the unit of normalised inputs:
	// finite, 0 or more. At 0 it is ERM.
	Deviation float64
}

// Draw plans the noise of a batch.
func (m InputNoise) Draw(p *Plan, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	if err := m.Validate(); err != nil {
		return err
	}
	p.Plain(at.N, m.phase())
	p.Noise = Noise{Deviation: m.Deviation, Seed: at.Seed, Epoch: at.Epoch, Step: at.Step}
	return nil
}

// Validate reports a Deviation outside its domain.
func (m InputNoise) Validate() error { return Noise{Deviation: m.Deviation}.validate() }

// UsesNoise reports whether there is any.
func (m InputNoise) UsesNoise() bool { return m.Deviation > 0 }

// String returns the spec, "noise:0.1" for InputNoise{0.1}.
func (m InputNoise) String() string { return "noise:" + formatFloat(m.Deviation) }

func (m InputNoise) phase() Phase {
	if m.Deviation == 0 {
		return PhasePlain
	}
	return PhaseOn
}

// Noise is the noise of one batch. It holds the position in the stream that
// the numbers come from, not the numbers, so that whoever adds it adds the same.
type Noise struct {
	Deviation   float64 // 0 for none
	Seed        uint64
	Epoch, Step int
}

// Add adds the noise to the inputs of a batch of so many samples, one after
// another, in place. What a sample gets depends on its place, not on the size
// of the batch. Each number is rounded to float32 before it is added. Nothing
// is allocated. It panics where x is no whole number of values a sample.
func (n Noise) Add(x []float32, samples int) {
	if n.Deviation == 0 {
		return
	}
	if samples < 1 || len(x)%samples != 0 {
		panic(fmt.Sprintf("mix: %d values of inputs are no multiple of %d samples", len(x), samples))
	}
	size := len(x) / samples
	numbers := stream.New(n.Seed, stream.Noise)
	for i := range samples {
		r := numbers.AtSample(uint64(n.Epoch), uint64(n.Step), uint64(i))
		row := x[i*size : (i+1)*size]
		for k := 0; k < len(row); k += 2 {
			a, b := r.NormPair()
			row[k] += float32(n.Deviation * a)
			if k+1 < len(row) {
				row[k+1] += float32(n.Deviation * b)
			}
		}
	}
}

func (n Noise) validate() error {
	if !(n.Deviation >= 0 && n.Deviation <= math.MaxFloat32) {
		return fmt.Errorf("noise has a standard deviation of %v, it must be 0 or more and finite", n.Deviation)
	}
	return nil
}

// defaultDeviation is one of those the mixup paper compares with.
const defaultDeviation = 0.1

var noiseEntry = entry{
	name:       "noise",
	help:       "add Gaussian noise to the inputs, of the standard deviation after the colon in units of normalised inputs (default 0.1, 0 is ERM)",
	examples:   []string{"noise", "noise:0", "noise:0.05"},
	positional: "the standard deviation",
	build: func(a *args) (Method, error) {
		m := InputNoise{Deviation: defaultDeviation}
		if deviation, ok, err := a.value(); err != nil {
			return nil, err
		} else if ok {
			m.Deviation = deviation
		}
		return m, nil
	},
}
