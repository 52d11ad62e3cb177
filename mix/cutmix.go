package mix

import (
	"fmt"
	"math"
	"strconv"

	"github.com/vicinal-ml/vicinal/stream"
)

// CutMix gives a sample a box of its partner (Yun, Han, Oh, Chun, Choe, Yoo,
// "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable
// Features", arXiv 1905.04899, equations 1 and 2). With l ~ Beta(Alpha, Alpha)
// the box is H sqrt(1-l) high and W sqrt(1-l) wide, its centre is uniform over
// the picture, and what lies outside is cut off:
//
//	x~ = x_j in the box, x_i outside,    y~ = t y_i + (1-t) y_j,
//
// where t is the share of the pixels outside the box that is left. Height,
// width and their halves are cut down to whole pixels, as in the authors' program
// and in torchvision.
//
// It needs At.Height and At.Width. l is that of Mixup with the same Alpha.
type CutMix struct {
	Alpha     float64 // the a of Beta(a, a): finite, 0 or more; the paper uses 1
	PerSample bool    // draws a box for each sample instead of one for the batch
	Pairing
}

// Draw draws the partners and boxes of a batch.
func (m CutMix) Draw(p *Plan, at At) error {
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
	if at.Height == 0 || at.Width == 0 {
		return fmt.Errorf("cutmix cuts boxes out of pictures, and the samples have no height and width: use mixup")
	}
	p.resize(at.N)
	p.Phase = PhaseOn
	Mixup{Alpha: m.Alpha, PerSample: m.PerSample}.weights(p.Input, &at)
	p.regions(at.Height, at.Width)
	boxes := stream.New(at.Seed, stream.Region)
	for i, l := range p.Input {
		if i > 0 && !m.PerSample {
			p.Region[i], p.Target[i] = p.Region[0], p.Target[0]
			continue
		}
		r := boxes.AtSample(uint64(at.Epoch), uint64(at.Step), uint64(i))
		side := math.Sqrt(1 - float64(l))
		top, bottom := cutAbout(at.Height, side, r.IntN(at.Height))
		left, right := cutAbout(at.Width, side, r.IntN(at.Width))
		p.Region[i] = Region{
			Top: float32(top) / float32(at.Height), Bottom: float32(bottom) / float32(at.Height),
			Left: float32(left) / float32(at.Width), Right: float32(right) / float32(at.Width),
		}
		p.Target[i] = float32(1 - share(top, bottom, left, right, at.Height, at.Width))
	}
	clear(p.Input)
	return m.draw(p, &at)
}

// cutAbout returns the part of n pixels that a cut of that share about the
// pixel at centre leaves within them.
func cutAbout(n int, share float64, centre int) (from, to int) {
	half := int(float64(n)*share) / 2
	return max(0, centre-half), min(n, centre+half)
}

// Validate reports an Alpha or a way of drawing partners outside its domain.
func (m CutMix) Validate() error {
	if err := (Beta{A: m.Alpha}).Validate(); err != nil {
		return fmt.Errorf("cutmix: %w", err)
	}
	return m.Pairing.validate()
}

// UsesRegion reports whether Draw needs At.Height and At.Width.
func (m CutMix) UsesRegion() bool { return m.Alpha != 0 }

// String returns the spec, "cutmix:1" for CutMix{Alpha: 1}.
func (m CutMix) String() string {
	opts := []string{strconv.FormatFloat(m.Alpha, 'g', -1, 64)}
	if m.PerSample {
		opts = append(opts, "per=sample")
	}
	return joinSpec("cutmix", append(opts, m.Pairing.options()...))
}

func (m CutMix) phase() Phase { return Mixup{Alpha: m.Alpha}.phase() }

var cutMixEntry = entry{
	name:       "cutmix",
	help:       "give each picture a box of its partner, of share 1-l, l ~ Beta(a, a), a after the colon (default 1), and its label the same share; options per=batch|sample, " + pairingHelp,
	examples:   []string{"cutmix", "cutmix:0", "cutmix:0.2,per=sample,partners=derangement", "cutmix:1,second", "cutmix:1,partners=nearest,k=20", "cutmix:1,partners=similar-in-batch,bandwidth=0.5"},
	options:    append([]string{"per"}, pairingOptions...),
	positional: "a",
	build: func(a *args) (Method, error) {
		m := CutMix{Alpha: 1}
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
		m.Pairing, err = a.pairing()
		return m, err
	},
}
