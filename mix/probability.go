package mix

import (
	"fmt"

	"github.com/vicinal-ml/vicinal/stream"
)

// Probability lets the method inside draw a batch with probability P and
// leaves it unmixed otherwise: one coin a batch. A batch left unmixed keeps
// its phase. Nesting one Probability in another is an error, since the product
// of the two would be meant by hardly anyone.
type Probability struct {
	Method Method
	P      float64 // in [0, 1]
}

// Draw flips the coin.
func (m Probability) Draw(p *Plan, at At) error {
	if err := at.validate(); err != nil {
		return err
	}
	if err := validateWrapper(m, m.Method); err != nil {
		return err
	}
	r := at.stream(stream.Probability)
	if r.Float64() < m.P {
		return m.Method.Draw(p, at)
	}
	p.Plain(at.N, PhaseAt(m.Method, at))
	return nil
}

// Unwrap returns the method inside.
func (m Probability) Unwrap() Method { return m.Method }

// Validate reports a P outside [0, 1].
func (m Probability) Validate() error {
	if !(m.P >= 0 && m.P <= 1) {
		return fmt.Errorf("p is %v, it must be a probability in [0, 1]", m.P)
	}
	return nil
}

// String returns the spec of the whole nest.
func (m Probability) String() string { return specOf(m) }

func (m Probability) option() []option { return []option{{"p", formatFloat(m.P)}} }
