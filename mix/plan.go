package mix

import (
	"errors"
	"fmt"
	"slices"
)

// Phase names the part of a schedule a batch falls in. Losses and accuracies
// of different phases are not comparable: mixed batches are harder.
type Phase string

const (
	PhasePlain    Phase = "plain"     // no mixing ever: ERM
	PhaseWarmup   Phase = "warm-up"   // not yet mixing
	PhaseOn       Phase = "on"        // mixing
	PhaseOff      Phase = "off"       // a pause of an on/off cycle
	PhaseFineTune Phase = "fine-tune" // mixing is over
)

// Plan says how one batch of N samples is mixed: sample i becomes
//
//	x~ = Input[i]  x_i + (1 - Input[i])  x_j
//	y~ = Target[i] y_i + (1 - Target[i]) y_j    with j = Partner[i].
//
// With a Region the inputs mix within it, and outside it x~ = x_i. With a
// Depth, x is what the network has computed up to there. With Noise, which
// comes with inputs that are not mixed, x~ = x_i + Noise.
//
// It holds no data, so the same Plan serves images, spectrograms, tables and
// regression targets, on the host or in a training graph.
type Plan struct {
	N       int       // samples in the batch
	Partner []int32   // len N: index of each sample's partner; the identity for ERM
	Input   []float32 // len N, in [0, 1]: weight of the sample's own input
	Target  []float32 // len N, in [0, 1]: weight of the sample's own target
	Second  bool      // Partner indexes a second batch instead of this one
	Phase   Phase

	// Region is empty where inputs mix everywhere, else of length N: where
	// each sample, a picture of Height x Width, takes anything of its partner.
	Region        []Region
	Height, Width int // of the pictures that Region was drawn for

	// Depth is where inputs mix: 0 before the network, k after its k-th block.
	Depth int

	// Noise is added to the inputs.
	Noise Noise

	// Chosen is empty, or of length N where the method itself chooses the second
	// batch: which training samples it holds.
	Chosen []int32
}

// Mixed reports whether any sample takes anything from its partner, or noise.
func (p *Plan) Mixed() bool {
	if p.Noise.Deviation > 0 {
		return true
	}
	if slices.ContainsFunc(p.Target, below1) {
		return true
	}
	for i, w := range p.Input {
		if w < 1 && (len(p.Region) == 0 || p.Region[i].Share(p.Height, p.Width) > 0) {
			return true
		}
	}
	return false
}

func below1(w float32) bool { return w < 1 }

// Share returns how much of sample i's input is its own, in [0, 1]: Input[i], or
// with a Region the mean over the picture.
func (p *Plan) Share(i int) float64 {
	if len(p.Region) == 0 {
		return float64(p.Input[i])
	}
	return 1 - (1-float64(p.Input[i]))*p.Region[i].Share(p.Height, p.Width)
}

// Plain makes p the plan of n samples that leaves them as they are, in the
// given phase. It reuses p's memory.
func (p *Plan) Plain(n int, phase Phase) {
	p.resize(n)
	p.Second = false
	p.Phase = phase
	for i := range n {
		p.Partner[i] = int32(i)
		p.Input[i] = 1
		p.Target[i] = 1
	}
}

// resize sets N and the lengths, without regions, depth, noise and a choice;
// the contents are then undefined.
func (p *Plan) resize(n int) {
	p.N = n
	p.Depth, p.Noise, p.Chosen = 0, Noise{}, p.Chosen[:0]
	p.Region, p.Height, p.Width = p.Region[:0], 0, 0
	p.Partner = slices.Grow(p.Partner[:0], n)[:n]
	p.Input = slices.Grow(p.Input[:0], n)[:n]
	p.Target = slices.Grow(p.Target[:0], n)[:n]
}

// regions makes room for a region of each sample's picture; they are undefined.
func (p *Plan) regions(height, width int) {
	p.Height, p.Width = height, width
	p.Region = slices.Grow(p.Region[:0], p.N)[:p.N]
}

// Validate reports what is wrong with p, if anything: wrong lengths, weights
// that are not in [0, 1], partners not in [0, partners), regions outside the
// picture, noise on mixed inputs, a depth with partners in a second batch.
// partners is the number of samples Partner may index: N, or the size of the
// second batch.
func (p *Plan) Validate(partners int) error {
	if p.N < 1 || len(p.Partner) != p.N || len(p.Input) != p.N || len(p.Target) != p.N {
		return fmt.Errorf("plan of %d samples has %d partners, %d input and %d target weights: all must be N >= 1",
			p.N, len(p.Partner), len(p.Input), len(p.Target))
	}
	for i := range p.N {
		if j := p.Partner[i]; j < 0 || int(j) >= partners {
			return fmt.Errorf("plan: partner of sample %d is %d, not in [0, %d)", i, j, partners)
		}
		// Written so that NaN fails too.
		if w := p.Input[i]; !(w >= 0 && w <= 1) {
			return fmt.Errorf("plan: input weight of sample %d is %v, not in [0, 1]", i, w)
		}
		if w := p.Target[i]; !(w >= 0 && w <= 1) {
			return fmt.Errorf("plan: target weight of sample %d is %v, not in [0, 1]", i, w)
		}
	}
	switch {
	case p.Depth < 0:
		return fmt.Errorf("plan: it mixes at depth %d, it must be 0 or more", p.Depth)
	case p.Depth > 0 && (p.Second || len(p.Region) > 0):
		return fmt.Errorf("plan: it mixes after block %d with a second batch or regions, which mix at the input alone", p.Depth)
	case len(p.Chosen) > 0 && (len(p.Chosen) != p.N || !p.Second):
		return fmt.Errorf("plan: it chooses %d samples of a second batch for %d", len(p.Chosen), p.N)
	}
	if err := p.Noise.validate(); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if p.Noise.Deviation > 0 && slices.ContainsFunc(p.Input, below1) {
		return errors.New("plan: noise is added to inputs that are mixed too")
	}
	return p.validateRegion()
}

func (p *Plan) validateRegion() error {
	if len(p.Region) == 0 {
		return nil
	}
	if len(p.Region) != p.N || p.Height < 1 || p.Width < 1 {
		return fmt.Errorf("plan of %d samples has %d regions of pictures of %d x %d: all must have one, and pixels", p.N, len(p.Region), p.Height, p.Width)
	}
	for i, r := range p.Region {
		if err := r.validate(); err != nil {
			return fmt.Errorf("plan: region of sample %d: %w", i, err)
		}
	}
	return nil
}
