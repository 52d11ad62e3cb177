package mix

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

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

// partnersKinds are the ways a spec can name.
func partnersKinds() []string {
	all := []Partners{Permutation, Derangement, SameClass, OtherClass, Nearest, NearestSameClass, Similar, SimilarInBatch}
	kinds := make([]string, len(all))
	for i, p := range all {
		kinds[i] = string(p)
	}
	return kinds
}

// pairingOptions are the options of Pairing in a spec, pairingHelp what they mean.
var (
	pairingOptions = []string{"partners", "second", "k", "bandwidth"}
	pairingHelp    = "partners=" + strings.Join(partnersKinds(), "|") + " (nearest: one of the k nearest training samples, k=200; similar: by real targets, bandwidth= in standard deviations of them), second (partners from a second batch)"
)

// Pairing says where the partners of a batch come from.
type Pairing struct {
	Partners Partners
	Second   bool // from a second batch of the same size, drawn by itself

	// K is how many neighbours Nearest and NearestSameClass draw from, 0 for
	// DefaultNeighbors.
	K int
	// Bandwidth is the standard deviation of the kernel of Similar and
	// SimilarInBatch, in the unit of the targets: finite, above 0.
	Bandwidth float64
}

// UsesSecond reports whether partners come from a second batch.
func (c Pairing) UsesSecond() bool { return c.Second || c.Chooses() }

func (c Pairing) validate() error {
	switch c.Partners {
	case "", Permutation, Derangement:
	case SameClass, OtherClass, SimilarInBatch:
		if c.Second {
			return fmt.Errorf("partners=%s pairs within the batch: it cannot take them from a second one", c.Partners)
		}
	case Nearest, NearestSameClass, Similar:
		if c.Second {
			return fmt.Errorf("partners=%s chooses the second batch itself: leave second out", c.Partners)
		}
	default:
		return fmt.Errorf("partners is %q, it must be one of %s", c.Partners, strings.Join(partnersKinds(), ", "))
	}
	nearest, similar := c.Partners == Nearest || c.Partners == NearestSameClass, c.UsesTargets()
	switch {
	case c.K != 0 && !nearest:
		return errors.New("k is the number of neighbours: give partners=nearest or partners=nearest-same-class too")
	case c.K < 0 || c.K > maxNeighbors:
		return fmt.Errorf("k is %d, it must be from 1 to %d", c.K, maxNeighbors)
	case c.Bandwidth != 0 && !similar:
		return errors.New("bandwidth is that of a kernel over targets: give partners=similar or partners=similar-in-batch too")
	case similar && !(c.Bandwidth > 0 && c.Bandwidth <= math.MaxFloat32):
		return fmt.Errorf("partners=%s has bandwidth %v, it must be above 0 and finite, as in bandwidth=0.5", c.Partners, c.Bandwidth)
	}
	return nil
}

// draw fills p.Partner and sets p.Second and p.Chosen for a batch at at.
func (c Pairing) draw(p *Plan, at *At) error {
	p.Second = c.Second
	switch {
	case c.byClass():
		return c.drawByClass(p.Partner, at)
	case c.Partners == SimilarInBatch:
		return c.drawSimilar(p.Partner, at)
	case c.Chooses():
		p.Second = true
		for i := range p.Partner {
			p.Partner[i] = int32(i)
		}
		p.Chosen = slices.Grow(p.Chosen[:0], p.N)[:p.N]
		return c.choose(p.Chosen, at)
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
	if c.K != 0 {
		opts = append(opts, "k="+strconv.Itoa(c.K))
	}
	if c.Bandwidth != 0 {
		opts = append(opts, "bandwidth="+formatFloat(c.Bandwidth))
	}
	return opts
}
