package mix

// ERM is Empirical Risk Minimisation: every sample stays as it is. It is the
// baseline, and the Plan every schedule falls back to.
type ERM struct{}

// Draw makes p the plain plan.
func (ERM) Draw(p *Plan, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	p.Plain(at.N, PhasePlain)
	return nil
}

// String returns "erm".
func (ERM) String() string { return "erm" }

func (ERM) phase() Phase { return PhasePlain }

var ermEntry = entry{
	name:     "erm",
	help:     "plain training, the baseline (empirical risk minimisation)",
	examples: []string{"erm"},
	build:    func(*args) (Method, error) { return ERM{}, nil },
}
