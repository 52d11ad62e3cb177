package mix

import (
	"errors"
	"fmt"

	"github.com/vicinal-ml/vicinal/stream"
)

// Partners is the way partners are drawn.
type Partners string

const (
	// Permutation pairs each sample with one of a random permutation of the
	// batch: everyone is a partner once, and on average one sample per batch
	// is its own. The zero value "" means the same.
	Permutation Partners = "permutation"
	// Derangement is a permutation without self-pairs. A batch of one sample
	// has none and is refused. Of a second batch it is a permutation that
	// pairs no two equal positions.
	Derangement Partners = "derangement"
)

// Pairing says where the partners of a batch come from.
type Pairing struct {
	Partners Partners
	Second   bool // from a second batch of the same size, drawn by itself
}

// UsesSecond reports whether partners come from a second batch.
func (c Pairing) UsesSecond() bool { return c.Second }

func (c Pairing) validate() error {
	switch c.Partners {
	case "", Permutation, Derangement:
		return nil
	case SameClass, OtherClass:
		if c.Second {
			return fmt.Errorf("partners=%s pairs within the batch: it cannot take them from a second one", c.Partners)
		}
		return nil
	}
	return fmt.Errorf("partners is %q, it must be %s, %s, %s or %s", c.Partners, Permutation, Derangement, SameClass, OtherClass)
}

// draw fills p.Partner and sets p.Second for a batch at at.
func (c Pairing) draw(p *Plan, at *At) error {
	p.Second = c.Second
	if c.byClass() {
		return c.drawByClass(p.Partner, at)
	}
	r := at.stream(stream.Partners)
	if c.Partners == Derangement {
		if err := c.checkBatch(at.N); err != nil {
			return fmt.Errorf("epoch %d, step %d: %w: use partners=permutation, another batch size, or drop the last batch", at.Epoch, at.Step, err)
		}
		r.Derangement(p.Partner)
		return nil
	}
	r.Perm(p.Partner)
	return nil
}

// checkBatch reports why no batch of n samples can be planned, if so.
func (c Pairing) checkBatch(n int) error {
	switch {
	case c.Partners != Derangement || n != 1:
		return nil
	case c.Second:
		return errors.New("a second batch of one sample has it in the same position, where partners=derangement takes none from")
	default:
		return errors.New("a batch of one sample has no partner other than itself")
	}
}

// options returns the parts of a spec that are not the default.
func (c Pairing) options() []string {
	var opts []string
	if c.Partners != "" && c.Partners != Permutation {
		opts = append(opts, "partners="+string(c.Partners))
	}
	if c.Second {
		opts = append(opts, "second")
	}
	return opts
}
