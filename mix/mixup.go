package mix

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/vicinal-ml/vicinal/stream"
)

// Mixup mixes inputs and targets of random pairs by the same weight l drawn
// from Beta(Alpha, Alpha) (Zhang, Cisse, Dauphin, Lopez-Paz, "mixup: Beyond
// Empirical Risk Minimization", arXiv 1710.09412):
//
//	x~ = l x_i + (1-l) x_j,    y~ = l y_i + (1-l) y_j.
//
// l is used as drawn, over the whole of [0, 1]: it is not folded to
// max(l, 1-l), so the "own" sample is as often the lesser as the greater part.
type Mixup struct {
	// Alpha is the a of Beta(a, a): finite, 0 or more; the paper uses 0.1 to
	// 32. At 0 all weights are 1 and mixup is ERM.
	Alpha float64
	// PerSample draws a weight for each sample instead of one for the batch.
	PerSample bool
	// InputsOnly keeps the targets as they are, an ablation of the paper.
	InputsOnly bool
	// Within is where in the network it mixes: the zero value is its inputs.
	Within
	Pairing
}

// Draw draws the partners and weights of a batch.
func (m Mixup) Draw(p *Plan, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	if err := m.Validate(); err != nil {
		return err
	}
	if m.Alpha == 0 {
		p.Plain(at.N, PhasePlain)
		return nil
	}
	p.resize(at.N)
	p.Phase = PhaseOn
	m.weights(p.Input, &at)
	if m.InputsOnly {
		for i := range p.Target {
			p.Target[i] = 1
		}
	} else {
		copy(p.Target, p.Input)
	}
	if err := m.drawDepth(p, &at); err != nil {
		return err
	}
	return m.draw(p, &at)
}

// weights fills w with l. Sample i of a step draws from its own position in
// the stream, whatever the size of the batch.
func (m Mixup) weights(w []float32, at *At) {
	beta := Beta{A: m.Alpha}
	lambda := stream.New(at.Seed, stream.Lambda)
	for i := range w {
		if i > 0 && !m.PerSample {
			w[i] = w[0]
			continue
		}
		r := lambda.AtSample(uint64(at.Epoch), uint64(at.Step), uint64(i))
		w[i] = float32(beta.Rand(&r))
	}
}

// Validate reports an Alpha or a way of drawing partners outside its domain.
func (m Mixup) Validate() error {
	if err := (Beta{A: m.Alpha}).Validate(); err != nil {
		return fmt.Errorf("mixup: %w", err)
	}
	if m.Hidden && m.UsesSecond() {
		return errors.New("mixup: at=hidden mixes what the network computes for the batch: it cannot take partners from a second one")
	}
	if err := m.Within.validate(); err != nil {
		return err
	}
	return m.Pairing.validate()
}

// String returns the spec, "mixup:0.2" for Mixup{Alpha: 0.2}.
func (m Mixup) String() string {
	opts := []string{strconv.FormatFloat(m.Alpha, 'g', -1, 64)}
	if m.PerSample {
		opts = append(opts, "per=sample")
	}
	if m.InputsOnly {
		opts = append(opts, "inputs")
	}
	opts = append(opts, m.Within.options()...)
	return joinSpec("mixup", append(opts, m.Pairing.options()...))
}

func (m Mixup) phase() Phase {
	if m.Alpha == 0 {
		return PhasePlain
	}
	return PhaseOn
}

// defaultAlpha is the a of a bare "mixup": a value of the paper's ImageNet and
// speech experiments, which also suits small networks.
const defaultAlpha = 0.2

var mixupEntry = entry{
	name: "mixup",
	help: "mix inputs and targets by l ~ Beta(a, a), a after the colon (default 0.2, 0 is ERM); options per=batch|sample, " + pairingHelp + ", inputs (targets unmixed), at=hidden (after a random block of the network or at its input: manifold mixup), deepest=N (the last block to mix after)",
	examples: []string{
		"mixup:0.2", "mixup:1", "mixup:0", "mixup:0.001,per=sample", "mixup:32,per=sample,partners=derangement",
		"mixup:0.4,second", "mixup:1,inputs", "mixup:1,per=sample,inputs,partners=derangement,second",
		"mixup:1,partners=same-class", "mixup:1,per=sample,partners=other-class",
		"mixup:1,partners=nearest", "mixup:1,partners=nearest-same-class,k=3", "mixup:2,partners=similar,bandwidth=0.5", "mixup:2,partners=similar-in-batch,bandwidth=1",
		"mixup:2,at=hidden", "mixup:2,per=sample,at=hidden,deepest=2,partners=derangement",
	},
	options:    append([]string{"per", "inputs", "at", "deepest"}, pairingOptions...),
	positional: "a",
	build: func(a *args) (Method, error) {
		m := Mixup{Alpha: defaultAlpha}
		if alpha, ok, err := a.value(); err != nil {
			return nil, err
		} else if ok {
			m.Alpha = alpha
		}
		per, err := a.oneOf("per", "batch", "sample")
		if err != nil {
			return nil, err
		}
		m.PerSample = per == "sample"
		m.InputsOnly = a.flag("inputs")
		if m.Within, err = a.within(); err != nil {
			return nil, err
		}
		m.Pairing, err = a.pairing()
		return m, err
	},
}
