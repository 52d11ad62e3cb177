package mix

// SamplePairing averages each input with that of a random partner and keeps
// the sample's own target: weights 1/2 and 1 (Inoue, "Data Augmentation by
// Pairing Samples for Images Classification", arXiv 1801.02929).
//
// By itself it pairs every batch. The paper turns it on and off in turn and
// fine-tunes without it: see SamplePairingPaper.
type SamplePairing struct {
	Pairing
}

// Draw draws the partners of a batch.
func (m SamplePairing) Draw(p *Plan, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	if err := m.Validate(); err != nil {
		return err
	}
	p.resize(at.N)
	p.Phase = PhaseOn
	for i := range p.N {
		p.Input[i] = 0.5
		p.Target[i] = 1
	}
	return m.draw(p, &at)
}

// Validate reports an unknown way of drawing partners.
func (m SamplePairing) Validate() error { return m.Pairing.validate() }

// String returns the spec, "samplepairing:always" for the zero value.
func (m SamplePairing) String() string { return m.spec(false) }

func (m SamplePairing) spec(scheduled bool) string {
	var opts []string
	if !scheduled {
		opts = append(opts, "always")
	}
	return joinSpec("samplepairing", append(opts, m.Pairing.options()...))
}

// SamplePairingPaper is SamplePairing with the schedule of the paper's
// experiments on small data sets, scaled to a run of the given epochs: off for
// the first 10 %, then 8 epochs on and 2 off in turn until 80 %, then off. At
// the paper's 1,000 epochs: off for 100, on and off until 800. Shares are
// rounded to whole epochs, and the last epoch is off however short the run: a
// network that has seen nothing but pairs has not learnt its task. Only a run
// of one epoch is always on.
func SamplePairingPaper(epochs int) Method {
	return samplePairingPaper(SamplePairing{}, epochs)
}

func samplePairingPaper(m Method, epochs int) Method {
	warmup := (epochs + 5) / 10
	return schedule{
		warmup: warmup,
		cycle:  Cycle{On: 8, Off: 2, From: int64(warmup)},
		last:   fineTuning(epochs),
	}.wrap(m)
}

// fineTuning is 20 % of the epochs, at least 1 where another is left to pair.
func fineTuning(epochs int) int {
	return max((2*epochs+5)/10, min(epochs-1, 1))
}

// SamplePairingILSVRC is SamplePairing with the schedule of the paper's
// ILSVRC experiment: off for the first epoch, then 300,000 images on and
// 100,000 off in turn, and off at the end. The count begins when the first
// epoch ends, as that of SamplePairingPaper does after its warm-up.
//
// The paper leaves open whether a part that an epoch's end cuts goes on in the
// next epoch, which it does here, and how long the end is: it begins once loss
// and accuracy are mostly stable, and here it is the last 20 % of the epochs, 1
// at least, as for SamplePairingPaper. A run shorter than 3 epochs has none left
// to pair in.
func SamplePairingILSVRC(epochs int) Method {
	return samplePairingILSVRC(SamplePairing{}, epochs)
}

func samplePairingILSVRC(m Method, epochs int) Method {
	return schedule{
		warmup: 1,
		cycle:  Cycle{On: 300_000, Off: 100_000, FromEpoch: 1, Unit: Images},
		last:   fineTuning(epochs),
	}.wrap(m)
}

var samplePairingEntry = entry{
	name: "samplepairing",
	help: "average two inputs, keep the first one's target; on the paper's schedule scaled to the run unless a schedule is given (always, paper, ilsvrc, warmup=, on=, last=, settle); options " + pairingHelp,
	examples: []string{
		"samplepairing", "samplepairing:always", "samplepairing:always,partners=derangement",
		"samplepairing:always,second", "samplepairing:ilsvrc",
		"samplepairing:always,partners=nearest,k=20", "samplepairing:always,partners=similar,bandwidth=0.5",
	},
	options: append([]string{"always", "paper", "ilsvrc"}, pairingOptions...),
	preset:  samplePairingPreset,
	build: func(a *args) (Method, error) {
		pairing, err := a.pairing()
		return SamplePairing{Pairing: pairing}, err
	},
}

// samplePairingPreset applies the preset a spec names, the paper's when it
// names no schedule at all.
func samplePairingPreset(m Method, a *args, epochs int) (Method, bool, error) {
	always, paper, ilsvrc := a.flag("always"), a.flag("paper"), a.flag("ilsvrc")
	named := 0
	for _, given := range []bool{always, paper, ilsvrc} {
		if given {
			named++
		}
	}
	explicit := a.scheduleKey()
	switch {
	case named > 1:
		return nil, false, a.errorf("always, paper and ilsvrc exclude each other: give one")
	case named == 1 && explicit != "":
		return nil, false, a.errorf("always, paper and ilsvrc are whole schedules: %s cannot be given with one", explicit)
	case always || explicit != "":
		return m, false, nil
	case epochs < 1:
		return nil, false, a.errorf("the paper's schedule needs the number of epochs of the run: give it, or use samplepairing:always")
	case ilsvrc && epochs < 3:
		return nil, false, a.errorf("the ilsvrc schedule is off in the first epoch and in the last, and never pairs in a run of %d: train for 3 or more, or use samplepairing:always", epochs)
	case ilsvrc:
		return samplePairingILSVRC(m, epochs), true, nil
	default:
		return samplePairingPaper(m, epochs), true, nil
	}
}
